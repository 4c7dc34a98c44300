"""What a test expects of a home, and what is there instead, with the reason."""

from collections.abc import Sequence

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.shadow import Shadow
from hubd.model.events import Asked, Event, Fired, Told
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, SceneId, split_property_id
from hubd.model.value import Value, same
from scenes.explain import explain
from scenes.phrases import called, called_device, deed, title_of, value_words
from scenes.testing.lab import Lab

type Finding = tuple[str, str, str]
"""What was expected, what is so instead, and why."""


class Wished(Struct, frozen=True):
    """A property is wished to be `value`; where nobody wishes anything, it is so."""

    property: PropertyId
    value: Value

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        shadow = lab.core.state.shadows[self.property]
        is_so = _wish(shadow)
        if same(is_so, self.value, shadow.property.tolerance):
            return None
        expected = _is(self.property, self.value, lab.core.state.home)
        got = _is(self.property, is_so, lab.core.state.home)
        return expected, got, _why(shadow, lab, since)


class Reads(Struct, frozen=True):
    """A property is reported to be `value`."""

    property: PropertyId
    value: Value

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        shadow = lab.core.state.shadows[self.property]
        is_so = shadow.reported if shadow.known else None
        if same(is_so, self.value, shadow.property.tolerance):
            return None
        home = lab.core.state.home
        expected = f"{_is(self.property, self.value, home)} (reported)"
        why = _explained(shadow.changed_by, lab) or _fired_since(lab, since)
        return expected, f"{_is(self.property, is_so, home)} (reported)", why


class Free(Struct, frozen=True):
    """Nobody claims anything of a device."""

    device: DeviceId

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        del since
        home = lab.core.state.home
        for prop in home.devices[self.device].property_ids():
            shadow = lab.core.state.shadows[prop]
            if shadow.claims:
                name = called_device(self.device, home)
                got = f"it is claimed: {_is(prop, shadow.claims[0].claim.value, home)}"
                return f"nobody claims {name}", got, _explained(shadow.claims[0].event, lab)
        return None


class InReach(Struct, frozen=True):
    """A device is within reach, or out of it."""

    device: DeviceId
    available: bool

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        del since
        if (self.device not in lab.core.state.unreachable) is self.available:
            return None
        name = called_device(self.device, lab.core.state.home)
        there, away = f"{name} is within reach", f"{name} is out of reach"
        return (there, away, "") if self.available else (away, there, "")


class DidAsk(Struct, frozen=True):
    """A device was asked for an action (any, if there is no name) since the last look; or was not.

    `asked` says which of both.
    """

    device: DeviceId
    action: str = ""
    argument: Value = None
    asked: bool = True

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        asked = [e for e in since if isinstance(e.what, Asked) and e.what.device == self.device]
        matching = [e for e in asked if self._is_it(e)]
        if bool(matching) is self.asked:
            return None
        name = called_device(self.device, lab.core.state.home)
        doing = deed(self.action, self.argument) if self.action else "do anything"
        if not self.asked:
            got, why = f"it was asked {len(matching)} times", _explained(matching[0].id, lab)
            return f"{name} is not asked to {doing}", got, why
        got = "it was asked for nothing" if not asked else "it was asked for something else"
        why = _explained(asked[0].id, lab) if asked else _fired_since(lab, since)
        return f"{name} is asked to {doing}", got, why

    def _is_it(self, event: Event) -> bool:
        what = event.what
        return isinstance(what, Asked) and (
            not self.action or (what.action == self.action and what.argument == self.argument)
        )


class DidFire(Struct, frozen=True):
    """A scene (any, if none is named) began since the last look; or did not, if not `fired`."""

    scene: SceneId | None
    title: str
    fired: bool = True

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        matching = [e for e in fired_in(since) if self.scene in {None, _scene_of(e)}]
        if bool(matching) is self.fired:
            return None
        called_so = f'the scene "{self.title}"' if self.scene is not None else "some scene"
        if self.fired:
            return f"{called_so} fires", "it did not fire", _fired_since(lab, since)
        called_so = called_so.replace("some scene", "no scene")
        expected = f"{called_so} fires" if self.scene is None else f"{called_so} does not fire"
        return expected, "it fired", _explained(matching[0].id, lab)


class DidTell(Struct, frozen=True):
    """A text was told to people since the last look."""

    text: str

    def find(self, lab: Lab, since: Sequence[Event]) -> Finding | None:
        """Return what is otherwise; None if all is as expected."""
        told = [text for event in since if (text := told_by(event)) is not None]
        if any(self.text.casefold() in text.casefold() for text in told):
            return None
        got = " and ".join(f'"{text}"' for text in told) or "nothing was told"
        return f'"{self.text}" is told', got, _fired_since(lab, since)


type Check = Wished | Reads | Free | InReach | DidAsk | DidFire | DidTell


def told_by(event: Event) -> str | None:
    """Return what an event tells people; None if it tells nothing."""
    return event.what.text if isinstance(event.what, Told) else None


def fired_in(events: Sequence[Event]) -> list[Event]:
    """Return the beginnings of scenes among `events`."""
    return [event for event in events if isinstance(event.what, Fired)]


def _scene_of(event: Event) -> SceneId | None:
    return event.what.scene if isinstance(event.what, Fired) else None


def _wish(shadow: Shadow) -> Value:
    return shadow.desired if shadow.desired is not None else shadow.reported


def _is(prop: PropertyId, value: Value, home: Home) -> str:
    _, _, name = split_property_id(prop)
    words = f"{called(prop, home)} {value_words(name, value)}"
    return words if isinstance(value, bool) else f"{words} ({title_of(name)})"


def _why(shadow: Shadow, lab: Lab, since: Sequence[Event]) -> str:
    """Say why a property is wished to be as it is: the claim that stands, else the last change."""
    if shadow.claims:
        return _explained(shadow.claims[0].event, lab)
    return _explained(shadow.changed_by, lab) or _fired_since(lab, since)


def _explained(event_id: EventId, lab: Lab) -> str:
    event = lab.event(event_id) if event_id != NO_EVENT else None
    return explain(event, lab.event, lab.core.state.home).sentence if event is not None else ""


def _fired_since(lab: Lab, since: Sequence[Event]) -> str:
    fired = [explain(e, lab.event, lab.core.state.home).sentence for e in fired_in(since)]
    return " ".join(fired) or "No scene fired meanwhile."
