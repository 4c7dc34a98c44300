"""One endpoint of an accessory, and the characteristics that it is read from and written to.

Pure. A characteristic is named by its id within the accessory (`iid`).
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from drivers.homekit.database import Scalar
from drivers.homekit.values import Silent
from hubd.model.device import Endpoint
from hubd.model.value import Value

type State = Mapping[int, Scalar]
"""What is known of an accessory's characteristics."""


class Reader(Struct, frozen=True):
    """Reads a property from the characteristics `iids`. Raises MalformedError."""

    name: str
    iids: tuple[int, ...]
    read: Callable[[State], Value | Silent]


class Listener(Struct, frozen=True):
    """Reads a momentary event from what a characteristic tells. Raises MalformedError."""

    signal: str
    iid: int
    read: Callable[[Scalar], str | None]


class Writer(Struct, frozen=True):
    """Says what to write to which characteristics. Raises RefusedError.

    `late`: it looks at the state, so what else is asked at the same time goes first.
    """

    write: Callable[[Value, State], Mapping[int, Scalar]]
    late: bool = False


class Function(Struct, frozen=True):
    """An endpoint, ready to be bound to characteristics."""

    endpoint: Endpoint
    readers: tuple[Reader, ...] = ()
    listeners: tuple[Listener, ...] = ()
    writers: Mapping[str, Writer] = {}
    actions: Mapping[str, Writer] = {}

    def iids_of(self, name: str) -> tuple[int, ...]:
        """Return the characteristics that tell the property `name`."""
        return next((r.iids for r in self.readers if r.name == name), ())
