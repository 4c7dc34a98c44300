"""The test that a recording becomes, entry by entry, and at last as text."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from hubd.core.shadow import Shadow
from hubd.core.state import State
from hubd.documents import DocumentError
from hubd.model.claim import Claim, Priority
from hubd.model.events import (
    CORE,
    Asked,
    Availability,
    Claimed,
    Event,
    Fired,
    Perceived,
    Released,
    Reported,
    SceneRevised,
    Signalled,
    What,
)
from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId, split_property_id
from hubd.model.instant import SECOND_US
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS
from scenes.clock import local
from scenes.compiler import read_scene
from scenes.quantities import format_duration
from scenes.scene import FURTHER_NOTICE
from scenes.testing import words
from scenes.testing.bundle import home_as_it_is
from scenes.testing.home_words import home_words
from scenes.testing.lab import Lab
from scenes.testing.moves import RESERVED
from scenes.testing.relevance import Relevance
from scenes.testing.typical import PRESSES, rest_of
from scenes.testing.write import block


class Entry(Struct, frozen=True):
    """What a step says, and when.

    `looks` if it only expects; a `late` one may as well be looked at a little later.
    """

    at_us: int
    says: dict[str, object]
    late: bool = False
    takes_us: int = 0


class Script:
    """Takes down a stretch of a home's life, from how its state is on."""

    def __init__(
        self,
        state: State,
        scenes: Sequence[SceneRevised],
        matters: Relevance,
        began_us: int,
    ) -> None:
        self.began_us = began_us
        self.deaf: set[DeviceId] = set()
        self._home = state.home
        self._scenes = scenes
        self._matters = matters
        self._names = dict(_names(scenes))
        self._entries: list[Entry] = []
        self._home_words = home_words(state.home, matters)
        self._given = dict(self._found(state))
        standing = list(self._standing(state))
        waiting = list(self._waiting(state))
        back = self._going_back(state)
        if back:
            self._given["going back"] = back
        if standing:
            self._given["standing"] = standing
        if waiting:
            self._given["waiting"] = waiting

    # how it begins

    def _found(self, state: State) -> Iterator[tuple[str, object]]:
        devices = self._matters.devices()
        for device in state.home.devices.values():
            if device.id not in devices:
                continue
            for endpoint in device.endpoints:
                told: list[tuple[PropertyId, Value]] = []
                for prop in endpoint.properties:
                    shadow = state.shadows[PropertyId(f"{device.id}/{endpoint.id}/{prop.name}")]
                    value = shadow.reported if shadow.known else None
                    if value != rest_of(prop) and self._is_told(shadow):
                        told.append((shadow.id, value))
                if len(told) == 1:
                    yield words.saying(*told[0], state.home)
                elif told:
                    phrase = words.phrase_of(device.id, endpoint.id, state.home)
                    yield phrase, self._settings(told)
        gone = [d for d in state.unreachable if d in devices]
        if gone:
            yield "out of reach", [self._named(device) for device in gone]

    def _is_told(self, shadow: Shadow) -> bool:
        matters = self._matters
        return shadow.property.writable or shadow.id in matters.keys or shadow.id in matters.claimed

    def _settings(self, told: Sequence[tuple[PropertyId, Value]]) -> dict[str, object]:
        names = [(split_property_id(prop)[2], value) for prop, value in told]
        return {name: words.value_text(name, value) for name, value in names}

    def _standing(self, state: State) -> Iterator[dict[str, object]]:
        devices = self._matters.devices()
        claims = sorted(
            (
                (standing.event, standing.claim, shadow)
                for shadow in state.shadows.values()
                if shadow.device in devices
                for standing in shadow.claims
            ),
            key=lambda each: each[0],
        )
        for _, claim, shadow in claims:
            phrase, setting = self._exactly(claim.property, claim.value)
            item: dict[str, object] = {}
            if claim.owner.startswith("scene:"):
                item["scene"] = claim.owner.removeprefix("scene:")
            else:
                item["by"] = claim.owner
            item[phrase] = setting
            if claim.until_us:
                item["for"] = format_duration(max(1000, claim.until_us - self.began_us))
            if claim.priority not in {Priority.SCENE, Priority.HAND}:
                item["rank"] = claim.priority.name.lower()
            if shadow.resting is not None:
                phrase, setting = self._exactly(claim.property, shadow.resting)
                item["before"] = {phrase: setting}
            if claim.why:
                item["because"] = claim.why
            yield item

    def _going_back(self, state: State) -> dict[str, object]:
        """Return what nobody claims any more and what did not get back yet to what it was."""
        back: dict[str, object] = {}
        for shadow in state.shadows.values():
            known = shadow.device in self._matters.devices()
            if known and not shadow.claims and shadow.desired is not None:
                self._expect(back, shadow.id, shadow.desired)
        return back

    def _exactly(self, prop: PropertyId, value: Value) -> tuple[str, object]:
        phrase, word = words.wishing(prop, value, self._home)
        return phrase, word

    def _waiting(self, state: State) -> Iterator[dict[str, object]]:
        """Yield the waits that scenes would not set by themselves in such a home."""
        usual = self._usual_waits(state)
        for (scene, timer), due_us in sorted(state.timers.items()):
            if usual.get((scene, timer)) != due_us:
                left = format_duration(max(1000, due_us - self.began_us))
                yield {"scene": str(scene), "timer": timer, "for": left}

    def _usual_waits(self, state: State) -> Mapping[tuple[SceneId, str], int]:
        lab = Lab(home_as_it_is(state.home), self.began_us)
        values = {s.id: s.reported for s in state.shadows.values() if s.known}
        lab.begin(values, self._scenes)
        return lab.core.state.timers

    # what happens

    def restarted(self, from_us: int, to_us: int) -> None:
        """Take down that the hub was off."""
        says: dict[str, object] = {"restart": {"for": format_duration(to_us - from_us)}}
        self._entries.append(Entry(from_us, says, takes_us=to_us - from_us))

    def happened(self, at_us: int, whats: Sequence[What]) -> None:
        """Take down what came in."""
        for what in whats:
            for says in self._says(what, at_us):
                self._entries.append(Entry(at_us, says))

    def _says(self, what: What, at_us: int) -> Iterator[dict[str, object]]:
        home = self._home
        match what:
            case Reported():
                phrase, word = words.saying(what.property, what.value, home)
                told: dict[str, object] = {phrase: word}
                own_key = phrase.casefold() in RESERVED
                yield {"found": told} if what.restored else {"reports": told} if own_key else told
            case Perceived():
                phrase, word = words.saying(what.property, what.value, home)
                yield {"believed": {phrase: word}}
            case Signalled():
                yield {"press": self._pressed(what)}
            case Availability():
                yield {self._named(what.device): "available" if what.available else "unavailable"}
            case Claimed():
                yield from (self._wish(claim, at_us) for claim in what.claims)
            case Released():
                props = what.properties
                of = [words.phrase_of(*split_property_id(p)[:2], home) for p in props]
                yield {"let go": {"by": what.owner, "of": list(dict.fromkeys(of))}}
            case _:
                return

    def _pressed(self, what: Signalled) -> object:
        phrase = words.phrase_of(what.device, what.endpoint, self._home)
        if what.name == "Switch.pressed" and what.value in PRESSES and "(" not in phrase:
            return phrase if what.value == "single" else f"{phrase} ({what.value})"
        told = {"of": phrase, "signal": what.name}
        return {**told, "kind": what.value} if what.value else told

    def _wish(self, claim: Claim, at_us: int) -> dict[str, object]:
        phrase, setting = self._exactly(claim.property, claim.value)
        wish: dict[str, object] = {"by": claim.owner, phrase: setting}
        until_us = claim.until_us
        wish["for"] = format_duration(until_us - at_us) if until_us else FURTHER_NOTICE
        if claim.priority is not Priority.HAND:
            wish["rank"] = Priority(claim.priority).name.lower()
        return {"wish": wish}

    def _named(self, device: DeviceId) -> str:
        first = self._home.devices[device].endpoints
        phrase = words.phrase_of(device, first[0].id if first else EndpointId(""), self._home)
        return phrase.partition(" / ")[0]

    # what followed

    @staticmethod
    def wish(state: State, prop: PropertyId) -> Value:
        """Return what a property is wished to be; how it is where nothing is wished."""
        shadow = state.shadows.get(prop)
        if shadow is None:
            return None
        return shadow.desired if shadow.desired is not None else shadow.reported

    def followed(
        self,
        at_us: int,
        state: State,
        group: Sequence[Event],
        before: Mapping[PropertyId, Value],
        *,
        input_told: bool,
    ) -> None:
        """Take down what the hub did about it."""
        expect: dict[str, object] = {}
        for prop, was in before.items():
            value = self.wish(state, prop)
            if value != was and value is not None:
                self._expect(expect, prop, value)
        fired = [e.what.scene for e in group if isinstance(e.what, Fired)]
        if fired:
            expect["fired"] = list(dict.fromkeys(self._names[s] for s in fired))
        for event in group:
            if (
                isinstance(event.what, Asked)
                and event.source == CORE
                and event.what.argument is None
            ):
                phrase = words.phrase_of(event.what.device, event.what.endpoint, self._home)
                expect.setdefault(phrase, ACTIONS.get(event.what.action, event.what.action))
        if expect:
            self._entries.append(Entry(at_us, {"expect": expect}, late=not input_told))

    def _expect(self, expect: dict[str, object], prop: PropertyId, value: Value) -> None:
        device, endpoint, name = split_property_id(prop)
        phrase, word = words.wishing(prop, value, self._home)
        there = expect.get(phrase)
        if there is None and phrase.casefold() not in {"fired", "told", "mode", "reported"}:
            expect[phrase] = word
            return
        setting = {name: words.value_text(name, value)}
        if isinstance(there, dict):
            there.update(setting)
            return
        phrase = f"{device} / {endpoint}"
        more = expect.setdefault(phrase, {})
        if isinstance(more, dict):
            more.update(setting)

    def end(self, at_us: int, state: State) -> None:
        """Take down how all is that scenes may claim, at the end."""
        last: dict[str, object] = {}
        for prop in sorted(self._matters.claimed):
            value = self.wish(state, prop)
            if value is not None:
                self._expect(last, prop, value)
        last["fired"] = "nothing"
        end_us = max([at_us, *(e.at_us + e.takes_us for e in self._entries)])
        self._entries.append(Entry(end_us, {"expect": last}))

    # as text

    def text(self, name: str, *, whole_seconds: bool) -> str:
        """Return the test; with its times in whole seconds, or as they were."""
        began = local(self.began_us, self._home.place)
        at = began.strftime("%Y-%m-%d %H:%M:%S")
        if began.microsecond:
            at += f".{began.microsecond:06}"
        given = {"at": at, **self._given}
        gone = given.pop("out of reach", [])
        for device in gone if isinstance(gone, list) else []:
            given[device] = "unavailable"
        for device_id in sorted(self.deaf):
            if device_id in self._home.devices:
                given[self._named(device_id)] = "deaf"
        steps = list(self._steps(whole_seconds=whole_seconds))
        told = {"test": name, "home": self._home_words, "given": given, "steps": steps}
        return "\n".join(block(told)) + "\n"

    def _steps(self, *, whole_seconds: bool) -> Iterator[dict[str, object]]:
        now_us = self.began_us
        for entry, at_us in self._timed(whole_seconds=whole_seconds):
            if at_us > now_us:
                yield {"after": format_duration(at_us - now_us)}
                now_us = at_us
            yield entry.says
            now_us += entry.takes_us

    def _timed(self, *, whole_seconds: bool) -> Iterator[tuple[Entry, int]]:
        if not whole_seconds:
            for entry in self._entries:
                yield entry, _up(entry.at_us, 1000)
            return
        until_us = [_rounded(e.at_us, self.began_us) for e in self._entries[1:]]
        for entry, next_us in zip(self._entries, [*until_us, None], strict=True):
            at_us = _rounded(entry.at_us, self.began_us)
            if entry.late:
                at_us = _up(entry.at_us - self.began_us, SECOND_US) + self.began_us + SECOND_US
                at_us = at_us if next_us is None else min(at_us, next_us)
            yield entry, at_us


def _rounded(at_us: int, began_us: int) -> int:
    return began_us + (at_us - began_us + SECOND_US // 2) // SECOND_US * SECOND_US


def _up(at_us: int, step_us: int) -> int:
    return -(-at_us // step_us) * step_us


def _names(scenes: Sequence[SceneRevised]) -> Iterator[tuple[SceneId, str]]:
    """Yield what each scene is called in a test: its name, or its id where two have one name."""
    titles: dict[SceneId, str] = {}
    for revised in scenes:
        try:
            titles[revised.scene] = read_scene(revised.source, revised.path).scene
        except DocumentError:
            titles[revised.scene] = str(revised.scene)
    known = [title.casefold() for title in titles.values()]
    for scene, title in titles.items():
        alone = known.count(title.casefold()) == 1 and title.casefold() not in titles
        yield scene, title if alone else str(scene)
