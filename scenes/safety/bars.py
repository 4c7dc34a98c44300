"""What must never be: words for values that a claim may not have."""

from collections.abc import Iterator

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import did_you_mean, inside, wrong
from hubd.model.device import DeviceType
from hubd.model.ids import PropertyId, property_id
from hubd.model.value import Value, ValueType, same
from hubd.model.vocabulary import TERMS, term
from scenes.later import Toggle
from scenes.quantities import in_unit, parse_quantity
from scenes.safety.risks import Risk, types_of
from scenes.targets import KINDS, Found, Target, parse_target
from scenes.wishes import SETTINGS, WORDS, checked

SET = "set"
"""The word for any value at all."""
_STATES: dict[str, list[tuple[str, Value]]] = {
    word: [(name, value) for name, value in meant if not isinstance(value, Toggle)]
    for word, meant in WORDS.items()
    if word != Toggle.IT.value
}
_AT_RISK = {f"{word}{risk.value} risk": risk for risk in Risk for word in ("", "all ", "any ")}


class Span(Struct, frozen=True):
    """Values that are forbidden: one, those above or below a limit, or all."""

    value: Value = None
    above: float | None = None
    below: float | None = None
    whole: bool = False

    def has(self, value: Value) -> bool:
        """Say whether `value` is among them."""
        if self.whole:
            return True
        if self.above is None and self.below is None:
            return same(value, self.value, 1e-9)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.above is None or value > self.above) and (
            self.below is None or value < self.below
        )


class Bar(Struct, frozen=True):
    """What may never be of what `target` (or a class of `risk`) means: by property; "" is any."""

    target: Target
    spans: tuple[tuple[str, Span], ...]
    words: str
    risk: Risk | None = None

    def settle(self, home: Home, risks: dict[str, Risk]) -> Iterator[tuple[PropertyId, Span]]:
        """Yield the properties that this is about in `home`, and what they may not be."""
        for found in self._found(home, risks):
            for prop in found.endpoint.properties:
                for name, span in self.spans:
                    if prop.writable and name in {"", prop.name}:
                        yield property_id(found.device.id, found.endpoint.id, prop.name), span

    def actions(self, home: Home, risks: dict[str, Risk]) -> Iterator[PropertyId]:
        """Yield the actions that this is about: all, where nothing may be set at all."""
        if any(span.whole for _, span in self.spans):
            for found in self._found(home, risks):
                for action in found.endpoint.actions:
                    yield property_id(found.device.id, found.endpoint.id, action.name)

    def _found(self, home: Home, risks: dict[str, Risk]) -> list[Found]:
        if self.risk is None:
            return self.target.find(home, None)
        return list(_of_types(home, types_of(self.risk, risks)))


def _of_types(home: Home, types: frozenset[DeviceType]) -> Iterator[Found]:
    for device in home.devices.values():
        for endpoint in device.endpoints:
            if endpoint.type in types:
                yield Found(device, endpoint)


def aim(words: str) -> Target:
    """Return what `words` mean in a rule. Raises "wrong"."""
    target = parse_target(words)
    if target.here:
        raise wrong("a rule has no area of its own", "name a place, or say all")
    first, _, last = words.partition(" ")
    if first in {"all", "any", "every"} and target.kind is None and words not in _AT_RISK:
        raise wrong(f'"{last}" is not a kind of device', did_you_mean(last, KINDS))
    return target


def parse_bars(data: object) -> tuple[Bar, ...]:
    """Return what a mapping of targets to values forbids. Raises "wrong"."""
    if not isinstance(data, dict):
        raise wrong("never: names what and how", "write it as in all locks: unlocked")
    bars = []
    for phrase, value in data.items():
        words = " ".join(str(phrase).casefold().split())
        with inside(phrase):
            target = aim(words)
            said = value if isinstance(value, str) else "set so"
            spans = tuple(_spans(value))
        bars.append(Bar(target, spans, f"{phrase} {said}", _AT_RISK.get(words)))
    return tuple(bars)


def _spans(value: object) -> Iterator[tuple[str, Span]]:
    if isinstance(value, dict):
        for word, inner in value.items():
            names = (word,) if word in TERMS else SETTINGS.get(str(word).casefold())
            with inside(word):
                if names is None:
                    raise wrong(f'"{word}" cannot be set', did_you_mean(str(word), SETTINGS))
                for name in names:
                    yield name, _span(name, inner)
        return
    word = str(value).strip().casefold()
    if isinstance(value, bool):
        word = "on" if value else "off"
    if word == SET:
        yield "", Span(whole=True)
        return
    meant = _STATES.get(word)
    if meant is None:
        raise wrong(f'"{value}" is not something to forbid', did_you_mean(word, [*_STATES, SET]))
    for name, forbidden in meant:
        # What is open a little is open.
        opens = word == "open" and not isinstance(forbidden, bool)
        yield name, Span(above=0.0) if opens else Span(forbidden)
    if word == "open":
        yield "Valve.level", Span(above=0.0)


def _span(name: str, value: object) -> Span:
    if str(value).strip().casefold() == SET:
        return Span(whole=True)
    side, _, limit = str(value).strip().partition(" ")
    if side not in {"above", "below"}:
        return Span(checked(name, value))
    if term(name).type is ValueType.BOOLEAN or term(name).type is ValueType.STRING:
        raise wrong(f"{name} has no above or below")
    number = in_unit(parse_quantity(limit), term(name).unit)
    return Span(above=number) if side == "above" else Span(below=number)
