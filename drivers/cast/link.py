"""The connection to one device that takes Google Cast, or to a group of speakers."""

import asyncio
from collections.abc import Sequence

from drivers.cast.announced import Record, identity, read_record
from drivers.cast.orders import order_of
from drivers.cast.session import Lost, Nonsense, Session
from drivers.cast.status import ENDPOINT, Heard, player
from drivers.kit.errors import LinkError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.link import ITSELF, Description, Tell
from hubd.model.command import Command

STATUS_S = 10.0
"""How long a device may take to tell its status once it is connected to."""
MEDIA_S = 3.0
"""How long an app may take to tell what it plays."""


class CastLink:
    """One device's connection."""

    def __init__(self, adoption: Adoption) -> None:
        self._adoption = adoption
        self._record = read_record(adoption.record)
        self._session: Session | None = None

    async def run(self, tell: Tell) -> None:
        """Connect, describe, and tell what changes until the connection ends."""
        session = Session(self._adoption, self._record)
        session.start()
        try:
            latest = await first_status(session, tell)
            fixed = self._tell(latest, tell, None)
            self._session = session
            complete = latest.whole
            try:
                async with asyncio.timeout(None if complete else MEDIA_S):
                    while not complete:
                        latest = await next_status(session, tell)
                        fixed = self._tell(latest, tell, fixed)
                        complete = latest.whole
            except TimeoutError:
                pass  # The app says nothing of what it plays; what it is then told counts as news.
            tell.live()
            while True:
                fixed = self._tell(await next_status(session, tell), tell, fixed)
        finally:
            self._session = None
            await session.close()

    def _tell(self, said: Heard, tell: Tell, fixed: bool | None) -> bool:
        """Tell what was heard, and the description if it is another one."""
        if said.fixed != fixed:
            tell.described(ITSELF, described(self._adoption.key, self._record, fixed=said.fixed))
        for name, value in said.values:
            tell.reported(ITSELF, ENDPOINT, name, value)
        return said.fixed

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands one after the other, none if one of them cannot be."""
        session = self._session
        if session is None:
            raise LinkError("the device is not connected")
        if part != ITSELF or any(command.endpoint != ENDPOINT for command in commands):
            raise RefusedError("it is one player, and nothing is behind it")
        for order in [order_of(command) for command in commands]:
            await session.do(order)


async def first_status(session: Session, tell: Tell | None = None) -> Heard:
    """Return the first status of a device. Raises LinkError if it tells none."""
    try:
        async with asyncio.timeout(STATUS_S):
            return await next_status(session, tell)
    except TimeoutError as error:
        raise LinkError("the device tells no status", mend="Restart it") from error


async def next_status(session: Session, tell: Tell | None = None) -> Heard:
    """Return the next status. Raises LinkError when the connection is lost."""
    while True:
        match await session.news.get():
            case Heard() as said:
                return said
            case Nonsense(reason):
                if tell is not None:
                    tell.refused_input(ENDPOINT, reason)
            case Lost(reason):
                raise LinkError(reason, mend="See that it has power, and is in the network")


def described(key: str, record: Record, *, fixed: bool) -> Description:
    """Return the device's description."""
    return Description(
        name=record.name,
        endpoints=(player(fixed=fixed),),
        maker=record.maker,
        model=record.model,
        identities=(identity(key),),
    )
