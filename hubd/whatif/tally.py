"""What a run through the past comes to: who switched when, which scenes fired, who disagreed."""

from collections import Counter
from collections.abc import Sequence
from typing import final

from msgspec import Struct, field

from hubd.core.state import State
from hubd.model.claim import Claim
from hubd.model.events import Asked, Claimed, Commanded, Event, Fired, Released, Reported
from hubd.model.ids import PropertyId, SceneId
from hubd.model.value import Value

_SCENE = "scene:"


class Track(Struct):
    """What a commandable property was when: each change, the first one as the run began."""

    changes: list[tuple[int, Value]] = field(default_factory=list)


class Quarrel(Struct):
    """Two scenes that wished one property differently at once: how often, and when first, last."""

    property: PropertyId
    one: SceneId
    other: SceneId
    values: tuple[Value, Value]
    times: int
    first_us: int
    last_us: int


class Tally(Struct):
    """The outcome of one run over `from_us` to `to_us`."""

    from_us: int = 0
    to_us: int = 0
    events: int = 0
    tracks: dict[PropertyId, Track] = field(default_factory=dict)
    fired: dict[SceneId, int] = field(default_factory=dict)
    asked: dict[PropertyId, int] = field(default_factory=dict)
    commands: list[tuple[int, PropertyId, Value]] = field(default_factory=list)
    quarrels: list[Quarrel] = field(default_factory=list)
    watts: dict[PropertyId, tuple[float, int]] = field(default_factory=dict)
    """By on/off property: the mean power while it was on, in watts, of so many readings."""


@final
class Counting:
    """Counts what follows from each input."""

    def __init__(self, state: State, *, keep_commands: bool = False) -> None:
        """Begin with `state`; keep each command too if `keep_commands`."""
        self.tally = Tally()
        self._state = state
        self._keep_commands = keep_commands
        self._fired: Counter[SceneId] = Counter()
        self._asked: Counter[PropertyId] = Counter()
        self._at_odds: dict[PropertyId, frozenset[tuple[str, str]]] = {}
        self._quarrels: dict[tuple[PropertyId, str, str], Quarrel] = {}

    def begin(self, at_us: int) -> None:
        """Begin the tracks of all that is known and can be commanded."""
        self.tally.from_us = at_us
        for prop, shadow in self._state.shadows.items():
            if shadow.property.writable and shadow.known:
                self.tally.tracks[prop] = Track([(at_us, shadow.reported)])

    def said(self, prop: PropertyId, at_us: int, value: Value) -> None:
        """Take note of what a commandable property is now."""
        track = self.tally.tracks.get(prop)
        if track is None:
            self.tally.tracks[prop] = Track([(at_us, value)])
        elif track.changes[-1][1] != value:
            track.changes.append((at_us, value))

    def followed(self, events: Sequence[Event]) -> None:  # noqa: C901 - a case for each kind
        """Take note of what followed from one input."""
        for event in events:
            what = event.what
            match what:
                case Reported():
                    shadow = self._state.shadows.get(what.property)
                    if shadow is not None and shadow.property.writable:
                        self.said(what.property, event.at_us, what.value)
                case Fired():
                    self._fired[what.scene] += 1
                    self._claims(what.claims, event.at_us)
                case Claimed():
                    self._claims(what.claims, event.at_us)
                case Released():
                    for prop in what.properties:
                        if prop in self._at_odds:
                            self._look_at(prop, event.at_us)
                case Asked():
                    self._asked[PropertyId(f"{what.device}/{what.endpoint}/{what.action}")] += 1
                case Commanded() if self._keep_commands:
                    command = what.command
                    row = (event.at_us, command.property, command.value)
                    self.tally.commands.append(row)
                case _:
                    pass

    def result(self, to_us: int) -> Tally:
        """Return what it came to."""
        tally = self.tally
        tally.to_us = to_us
        tally.fired = dict(self._fired)
        tally.asked = dict(self._asked)
        tally.quarrels = list(self._quarrels.values())
        return tally

    def _claims(self, claims: Sequence[Claim], at_us: int) -> None:
        for claim in claims:
            prop = claim.property
            shadow = self._state.shadows.get(prop)
            if shadow is not None and (len(shadow.claims) > 1 or prop in self._at_odds):
                self._look_at(prop, at_us)

    def _look_at(self, prop: PropertyId, at_us: int) -> None:
        """Count the pairs of scenes that have come to be at odds about `prop`."""
        shadow = self._state.shadows.get(prop)
        standing = [
            s.claim
            for s in (shadow.claims if shadow is not None else ())
            if s.claim.owner.startswith(_SCENE)
        ]
        odds: dict[tuple[str, str], tuple[Value, Value]] = {}
        for number, one in enumerate(standing):
            for other in standing[number + 1 :]:
                if one.value != other.value:
                    first, second = sorted((one, other), key=lambda claim: claim.owner)
                    odds[first.owner, second.owner] = (first.value, second.value)
        before = self._at_odds.get(prop, frozenset())
        for pair, values in odds.items():
            if pair not in before:
                self._quarrel(prop, pair, values, at_us)
        if odds:
            self._at_odds[prop] = frozenset(odds)
        else:
            self._at_odds.pop(prop, None)

    def _quarrel(
        self, prop: PropertyId, pair: tuple[str, str], values: tuple[Value, Value], at_us: int
    ) -> None:
        known = self._quarrels.get((prop, *pair))
        if known is not None:
            known.times += 1
            known.last_us = at_us
            return
        one, other = (SceneId(owner.removeprefix(_SCENE)) for owner in pair)
        quarrel = Quarrel(prop, one, other, values, 1, at_us, at_us)
        self._quarrels[(prop, *pair)] = quarrel


@final
class Meter:
    """Learns from a recording how much power a thing draws while it is on."""

    def __init__(self) -> None:
        self._switch_of: dict[PropertyId, PropertyId] = {}
        self._sums: dict[PropertyId, tuple[float, int]] = {}

    def switch_of(self, state: State) -> dict[PropertyId, PropertyId]:
        """Return the on/off property that each reading of power in the home belongs to."""
        self._switch_of.clear()
        for device in state.home.devices.values():
            pairs = [(e.id, p.name) for e in device.endpoints for p in e.properties]
            switches = [end for end, name in pairs if name == "OnOff.on"]
            for end, name in pairs:
                if name == "ElectricalPowerMeasurement.activePower" and switches:
                    switch = end if end in switches else switches[0]
                    power = PropertyId(f"{device.id}/{end}/{name}")
                    self._switch_of[power] = PropertyId(f"{device.id}/{switch}/OnOff.on")
        return self._switch_of

    def read(self, switch: PropertyId, power_w: Value) -> None:
        """Take a reading of what `switch` lets through while it is on."""
        if isinstance(power_w, int | float):
            total, count = self._sums.get(switch, (0.0, 0))
            self._sums[switch] = (total + power_w, count + 1)

    def watts(self) -> dict[PropertyId, tuple[float, int]]:
        """Return the mean power of each, and of how many readings that is."""
        return {switch: (total / count, count) for switch, (total, count) in self._sums.items()}
