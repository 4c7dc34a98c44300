"""One adopted thing's link: what it is asked, and what it tells."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from hubd.model.command import Command
from hubd.model.device import Endpoint, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value

ITSELF = ""
"""The part of a link that is the adopted thing itself, not something behind it."""


class Description(Struct, frozen=True, omit_defaults=True):
    """A device as its driver knows it; the hub adds the id, the area and the people's own name.

    Without a `name` it is called as it was when it was found.
    """

    name: str
    endpoints: tuple[Endpoint, ...] = ()
    maker: str = ""
    model: str = ""
    version: str = ""
    identities: tuple[str, ...] = ()
    area: str = ""
    """The room that the thing says it is in, in words."""
    troubles: tuple[Trouble, ...] = ()


class Tell(Protocol):
    """What a link tells. Every call returns at once; none may be made from another thread.

    `part` is ITSELF for the adopted thing, or a name of a device behind it that stays the same (a
    bridge's lamp, a node of a network). A part is described before anything else is told of it.
    """

    def described(self, part: str, description: Description) -> None:
        """Tell what a part is. Idempotent; a description that changed replaces the former."""
        ...

    def forgotten(self, part: str) -> None:
        """Tell that a part is gone for good."""
        ...

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        """Tell a property's value. What is told before `live` counts as read, not as news."""
        ...

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        """Tell a momentary event."""
        ...

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        """Tell that a part behind the thing came within reach or fell out of it."""
        ...

    def live(self) -> None:
        """Tell that the whole state was read anew, and that commands may come."""
        ...

    def kept(self, record: str, secret: str) -> None:
        """Have a changed record and secret kept: a token that was renewed, an address."""
        ...

    def refused_input(self, where: str, reason: str) -> None:
        """Tell of something malformed that came in. Never with a secret in it."""
        ...


class Link(Protocol):
    """The connection to one adopted thing."""

    async def run(self, tell: Tell) -> None:
        """Connect, describe, read the state, call `tell.live()`, and tell what changes.

        Ends when the connection is lost, and leaves nothing open behind. Whoever runs it waits and
        runs it again. Raises LinkError to say why it is lost, AccessError if a person must mend it.
        """
        ...

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands to one endpoint of a part, in one message where the protocol can.

        One call at a time for each part. Called only while it is live. Raises RefusedError if none
        of them was carried out, and LinkError if the connection is gone. Its return says that they
        were sent; that they were done is confirmed by what is reported.
        """
        ...
