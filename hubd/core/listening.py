"""What the core knows of those who listen to it: scenes today, predictions tomorrow.

A `Program` (a compiled scene) is bound to the home as it is and yields a `Binding`: what to listen
to, and a `Listener` to call. When the home changes in something that the program `wants`, it is
bound anew. Listeners are pure: they look, and say what should happen; the core makes it happen.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from hubd.model.events import (
    Asked,
    Claimed,
    Event,
    Fired,
    Questioned,
    Released,
    RunEnded,
    RunMoved,
    SceneRevised,
    Sent,
    Summoned,
    TimerCleared,
    TimerSet,
    Told,
    Used,
)
from hubd.model.ids import DeviceId, EndpointId, SceneId

if TYPE_CHECKING:
    from hubd.core.home import Home
    from hubd.core.view import View

type Decision = (
    Fired
    | Claimed
    | Released
    | Asked
    | Summoned
    | Told
    | Questioned
    | Sent
    | TimerSet
    | TimerCleared
    | RunMoved
    | RunEnded
    | Used
)
"""What a listener may bring about."""

type Reads = tuple[str, ...]
"""Keys (`Binding.keys`) of what is looked at."""

EVERYTHING = "*"
"""The token of a program that wants to be bound anew at every change of the home (or its place)."""


class Listener(Protocol):
    """Looks at the home when something that it listens to happened."""

    def start(self, view: "View") -> Sequence[Decision]:
        """Return what to do on being bound, such as to set the timer of the next sunset.

        Summoned at each (re)binding while the home runs; timers that stand are in the view.
        """
        ...

    def restored(self, event: Event, view: "View") -> Sequence[Decision]:
        """Return what to do about a first, restored or lost value: it is so, but is no news.

        Such an event sets nothing off. But claims may stand on what was so before it.
        """
        ...

    def react(self, event: Event, view: "View") -> Sequence[Decision]:
        """Return what to do about `event`, which the view has already folded.

        Also asked when the scene itself is `Summoned`, or a person `Replied` to it.
        """
        ...

    def due(self, timer: str, due_us: int, view: "View") -> Sequence[Decision]:
        """Return what to do now that `timer`, set for `due_us`, ran out; it is cleared already."""
        ...


class Binding(Struct, frozen=True):
    """A listener and the keys that wake it: property ids, or what one of the `…_key`s gives.

    Property keys wake it by change only (of a percept, also how sure it is): the first or a
    restored value does not.
    """

    keys: tuple[str, ...]
    listener: Listener
    reads: tuple[str, ...] = ()
    """What it looks at beside: the properties of its conditions."""


class Program(Protocol):
    """A scene, compiled and not yet bound to a home."""

    @property
    def wants(self) -> frozenset[str]:
        """What it names: ids, case-folded names and aliases of devices, areas, floors, people.

        Or `EVERYTHING`. The core binds it anew when one of these is set or removed; a device's
        own change touches its area's and its floor's tokens too.
        """
        ...

    def bind(self, home: "Home") -> Binding:
        """Return what this program is in `home`. Targets that match nothing are left out."""
        ...


class Compiler(Protocol):
    """Turns a revised scene into a program. Raises nothing: a broken scene does nothing."""

    def __call__(self, revised: SceneRevised) -> Program:
        """Return the program of a scene's source."""
        ...


def scene_owner(scene: SceneId) -> str:
    """Return the claims' owner of a scene."""
    return f"scene:{scene}"


def signal_key(device: DeviceId, endpoint: EndpointId, name: str) -> str:
    """Return the key that a device's momentary event wakes listeners by."""
    return f"{device}/{endpoint}!{name}"


def availability_key(device: DeviceId) -> str:
    """Return the key that a device's coming and going wakes listeners by."""
    return f"{device}!available"


def disputed_key(device: DeviceId) -> str:
    """Return the key that a dispute with a device wakes listeners by."""
    return f"{device}!disputed"


STARTED = "!started"
"""The key that the hub's start wakes listeners by."""
MESSAGE = "message!"
"""How the keys begin that messages wake listeners by."""


def message_key(topic_filter: str) -> str:
    """Return the key that messages on the topics of `topic_filter` wake listeners by."""
    return f"{MESSAGE}{topic_filter}"


def call_key(name: str) -> str:
    """Return the key that an outside call wakes listeners by."""
    return f"call!{name}"
