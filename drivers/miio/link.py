"""A link to one adopted device: described once, asked every few seconds, and told what to do."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from drivers.kit.errors import AccessError, LinkError, MalformedError, RefusedError
from drivers.kit.identity import mac, told
from drivers.kit.link import ITSELF, Description, Tell
from drivers.miio.codec import Raw
from drivers.miio.connection import ACTION_S, WAITS_S, CallError, Connection, SilentError
from drivers.miio.packet import Token
from drivers.miio.profile import Profile, calls, readings
from drivers.miio.rpc import Call, Info, info
from hubd.model.command import Command
from hubd.model.device import Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value

NO_SPEC = Trouble(
    "everything that it does",
    "what this model can do is not known here. Download its MIoT-Spec from"
    " https://home.miot-spec.com and give it when the device is adopted anew",
)


class Pace(Struct, frozen=True):
    """How often a device is asked, in seconds.

    `after_s`: how long after a command it is asked again, each time; `again_s`: after a round
    without an answer. `missed`: as many of these mean that it is gone.
    """

    every_s: float = 6.0
    slow_s: float = 60.0
    after_s: tuple[float, ...] = (0.0, 1.0, 2.5)
    again_s: float = 1.0
    missed: int = 2
    waits_s: tuple[float, ...] = WAITS_S
    action_s: float = ACTION_S


PACE = Pace()
_TRIES = 3
"""So often is a device that answers a hello asked before its token is taken for a wrong one."""


class Where(Struct, frozen=True):
    """Where a device is, and who it is. `device_id` 0 is whoever answers there."""

    address: str
    port: int
    device_id: int


class MiioLink:
    """The connection to one device."""

    def __init__(
        self, where: Where, token: Token, model: str, profile: Profile | None, pace: Pace = PACE
    ) -> None:
        self._where = where
        self._token = token
        self._model = model
        self._profile = profile
        self._pace = pace
        self._most = profile.wire.most if profile else 0
        self._values: dict[tuple[EndpointId, str], Value] = {}
        self._wrong: set[tuple[str, str]] = set()
        self._connection: Connection | None = None
        self._commanded = asyncio.Event()
        self._touched: set[EndpointId] = set()

    async def run(self, tell: Tell) -> None:
        """Say hello, describe the device, and ask it every few seconds until it is gone."""
        where, pace = self._where, self._pace
        async with Connection(where.address, where.port, self._token, pace.waits_s) as connection:
            facts = await self._let_in(connection)
            self._connection = connection
            self._values.clear()
            try:
                tell.described(ITSELF, self._description(facts))
                await self._round(connection, tell, facts, slow=True)
                tell.live()
                await self._watch(connection, tell, facts)
            finally:
                self._connection = None

    async def send(self, part: str, commands: Sequence[Command]) -> None:  # noqa: ARG002
        """Carry out commands to one endpoint."""
        connection, profile = self._connection, self._profile
        if connection is None:
            raise LinkError("not connected")
        if profile is None:
            raise RefusedError(NO_SPEC.reason)
        done, refusal = 0, ""
        for call in calls(profile, commands, self._values):
            try:
                refusal = await self._order(connection, profile, call) or refusal
            except RefusedError as error:
                refusal = error.what
            else:
                done += not refusal
        self._touched.update(command.endpoint for command in commands)
        self._commanded.set()
        if refusal and not done:
            raise RefusedError(refusal)

    async def _order(self, connection: Connection, profile: Profile, call: Call) -> str:
        once = call.method == "action" or not call.method.startswith("set_")
        try:
            result = await connection.call(call, once_s=self._pace.action_s if once else 0.0)
        except SilentError as error:
            if not once:
                raise
            doubt = "it did not answer; whether it was done is not known"
            raise RefusedError(doubt) from error
        try:
            return profile.wire.objection(result)
        except MalformedError as error:
            return error.what

    async def _let_in(self, connection: Connection) -> Info:
        """Say hello, and ask with the token who it is."""
        greeting = await connection.greet()
        wanted = self._where.device_id
        if wanted and greeting.device_id != wanted:
            raise LinkError(
                f"at {self._where.address} is another device now",
                mend="it is looked for by itself; giving it a fixed address in the router helps",
            )
        for _ in range(_TRIES):
            try:
                return info(await connection.call(Call("miIO.info")))
            except MalformedError as error:
                raise LinkError(error.what) from error
            except CallError:
                # Some firmware tells nothing of itself when its maker's servers are out of reach.
                return Info(self._model)
            except SilentError:
                await connection.greet()
        raise AccessError(
            "it answers a hello, but nothing that is said with its token",
            mend="the token changes when a device is set up anew: adopt it again with the present"
            " one",
        )

    def _description(self, facts: Info) -> Description:
        profile = self._profile
        return Description(
            name=self._model.replace(".", " "),
            endpoints=profile.endpoints if profile else (),
            maker=self._model.split(".")[0],
            model=self._model,
            version=facts.fw_ver,
            identities=told(mac(facts.mac)),
            troubles=profile.troubles if profile else (NO_SPEC,),
        )

    async def _watch(self, connection: Connection, tell: Tell, facts: Info) -> None:
        loop = asyncio.get_running_loop()
        slow_at_s, missed, soon = loop.time() + self._pace.slow_s, 0, list[float]()
        while True:
            wait_s = soon.pop(0) if soon else self._pace.every_s
            try:
                async with asyncio.timeout(wait_s):
                    await self._commanded.wait()
                self._commanded.clear()
                soon = list(self._pace.after_s)
                continue
            except TimeoutError:
                pass
            slow = loop.time() >= slow_at_s
            try:
                await self._round(connection, tell, facts, slow=slow)
            except SilentError:
                missed += 1
                if missed >= self._pace.missed:
                    raise
                soon = [self._pace.again_s]
                continue
            missed = 0
            if not soon:
                self._touched.clear()
            if slow:
                slow_at_s = loop.time() + self._pace.slow_s

    async def _round(self, connection: Connection, tell: Tell, facts: Info, *, slow: bool) -> None:
        """Ask for everything, and tell what changed."""
        if self._profile is None:
            await connection.greet()
            return
        values, absent = await self._asked(connection, self._profile, slow=slow)
        if absent:
            self._profile = self._profile.without(absent)
            tell.described(ITSELF, self._description(facts))
        readable, wrong = readings(self._profile.views, values)
        for endpoint, name, value in readable:
            known = (endpoint, name)
            if known not in self._values or self._values[known] != value:
                self._values[known] = value
                tell.reported(ITSELF, endpoint, name, value)
        for place in wrong:
            if place not in self._wrong and len(self._wrong) < 100:
                self._wrong.add(place)
                tell.refused_input(*place)

    async def _asked(
        self, connection: Connection, profile: Profile, *, slow: bool
    ) -> tuple[dict[str, Raw], dict[str, str]]:
        values: dict[str, Raw] = {}
        absent: dict[str, str] = {}
        keys = profile.keys(slow=slow, touched=self._touched)
        place = 0
        while place < len(keys):
            some = keys[place : place + self._most]
            try:
                result = await connection.call(profile.wire.question(some))
                said = profile.wire.said(some, result)
            except (CallError, SilentError, MalformedError) as error:
                if len(some) == 1:
                    if isinstance(error, SilentError):
                        raise
                    values[some[0]] = None
                    place += 1
                    continue
                if isinstance(error, SilentError):
                    await connection.greet(self._pace.waits_s[-1:])
                # Some take fewer at once than the protocol says.
                self._most = max(1, len(some) // 2)
                continue
            values |= said.values
            absent |= said.absent
            place += len(some)
        return values, absent
