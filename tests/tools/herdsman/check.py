"""Each feature's messages, as a device sends them and as it is asked, against what is expected."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from drivers.mqtt.dialect import Described
from drivers.mqtt.discovery.registry import Registry
from drivers.mqtt.errors import MqttError
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.zigbee2mqtt import Zigbee2Mqtt
from hubd.model.device import Device, Property
from hubd.model.ids import EndpointId
from hubd.model.value import Value
from tests.tools.herdsman.expected import PLAIN, converted, judged_as, spelt, truth, worded
from tests.tools.herdsman.features import Feature, features

BASE = "zigbee2mqtt"


@dataclass(frozen=True)
class Verdict:
    """A feature of a device, its class, and what is wrong with what became of it."""

    device: str
    feature: str
    kind: str
    wrong: str = ""


class Made:
    """The device that came out, and its parts, which are all that is asked and told."""

    def __init__(self, raw: Mapping[str, object]) -> None:
        registry, dialect = Registry(), Zigbee2Mqtt()
        payload = msgspec.json.encode([raw])
        for news in dialect.read(f"{BASE}/bridge/devices", payload):
            assert isinstance(news, Described)
            registry.described(news, dialect.rank)
        (record,) = registry.records.values()
        self.device: Device = record.device()
        self.parts: Mapping[EndpointId, Part] = record.parts()
        self.name = str(raw["friendly_name"])
        self.topic = f"{BASE}/{self.name}"

    def told(self, state: object) -> dict[tuple[str, str], Value]:
        """Return what a state message says, by endpoint and property."""
        payload, out = Payload(msgspec.json.encode(state)), dict[tuple[str, str], Value]()
        for endpoint, part in self.parts.items():
            for reader in part.readers:
                with suppress(MqttError):  # two features of one key may write it differently
                    if (value := reader.read(payload)) is not MISSING:
                        out[endpoint, reader.name] = value
            for splitter in part.splitters:
                with suppress(MqttError):
                    out.update({(endpoint, name): v for name, v in splitter.read(payload)})
            for listener in part.listeners:
                if (kind := listener.read(payload)) is not None:
                    out[endpoint, listener.signal] = kind
        return out

    def property(self, where: tuple[str, str]) -> Property | None:
        """Return a property, or None for a signal."""
        endpoint = next(e for e in self.device.endpoints if e.id == where[0])
        return endpoint.property(where[1])

    def properties(self) -> Iterator[tuple[tuple[str, str], Property]]:
        """Yield all of them."""
        for endpoint in self.device.endpoints:
            for prop in endpoint.properties:
                yield (endpoint.id, prop.name), prop

    def sets(self, where: tuple[str, str], value: Value, path: tuple[str, ...]) -> object:
        """Return what a property's command says at `path`; MISSING if it says nothing there."""
        writer = self.parts[EndpointId(where[0])].writers.get(where[1])
        if writer is None:
            return MISSING
        try:
            return _found(writer.write(value), self.topic, path)
        except MqttError:
            return MISSING

    def arguments(self, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, str], Property]]:
        """Yield where an action's argument has the part of this path, and the part."""
        for endpoint in self.device.endpoints:
            for action in endpoint.actions:
                for part in action.parts:
                    where = (endpoint.id, action.name)
                    ours = self.does(where, "{}", path[:1]) is not MISSING
                    if ours and len(path) == 2 and part.name == path[1]:
                        yield where, part

    def does(self, where: tuple[str, str], argument: str, path: tuple[str, ...]) -> object:
        """Return what an action's command says at `path`; MISSING if it says nothing there."""
        try:
            message = self.parts[EndpointId(where[0])].actions[where[1]].write(argument)
            return _found(message, self.topic, path)
        except MqttError:
            return MISSING

    def asks(self, path: tuple[str, ...]) -> bool:
        """Say whether an action's message sets what `path` begins with."""
        return any(
            self.does((endpoint.id, action.name), argument, path[:1]) is not MISSING
            for endpoint in self.device.endpoints
            for action in endpoint.actions
            for argument in ("{}", "[]")
        )


def _found(message: Publish, topic: str, path: tuple[str, ...]) -> object:
    if message.topic != f"{topic}/set":
        return MISSING
    said: object = msgspec.json.decode(message.payload)
    for key in path:
        if not isinstance(said, dict) or key not in said:
            return MISSING
        said = said[key]
    return said


def check(raw: Mapping[str, object]) -> Iterator[Verdict]:
    """Yield a verdict on each feature of a device."""
    made = Made(raw)
    for feature in features(raw):
        kind, prop = judged_as(feature)
        wrong = _checked(made, feature, prop)
        yield Verdict(made.name, "/".join((feature.whole, *feature.path)), kind, wrong)


def _checked(made: Made, feature: Feature, prop: str) -> str:
    if feature.type not in PLAIN:
        return "shown as JSON: a list"
    if feature.whole == "composite" and not _by_itself(feature):
        return _checked_part(made, feature)
    if feature.told:
        return _checked_told(made, feature, prop)
    return _checked_asked(made, feature, prop)


def _checked_part(made: Made, feature: Feature) -> str:
    """Return what is wrong with a part of a command that is an action."""
    for where, part in made.arguments(feature.path):
        wrong = _range(feature, part)
        for sample in _samples(feature):
            asked = msgspec.json.encode({part.name: _meant(feature, part, sample)}).decode()
            said = made.does(where, asked, feature.path)
            if not _same(sample, said):
                wrong = f"asked as {said!r}, not {sample!r}"
        return wrong
    return "asked in JSON: a nested part of a command"


def _by_itself(feature: Feature) -> bool:
    """Say whether a composite's part has to be a property: it is told, or it is all there is."""
    parts = feature.beside
    plain = all(part["type"] in PLAIN for part in parts)
    return any(int(str(p.get("access"))) & 5 for p in parts) or (len(parts) == 1 and plain)


def _nested(feature: Feature, value: object) -> dict[str, object]:
    said: object = value
    if feature.path[-1] in {"x", "y", "hue", "saturation"} and len(feature.path) == 2:
        both = {"x": 0.3, "y": 0.3} if feature.path[-1] in "xy" else {"hue": 120, "saturation": 50}
        return {feature.path[0]: {**both, feature.path[1]: value}}
    for key in reversed(feature.path):
        said = {key: said}
    assert isinstance(said, dict)
    return said


def _samples(feature: Feature) -> list[object]:  # noqa: PLR0911
    match feature.type:
        case "binary":
            return [feature.raw["value_on"], feature.raw["value_off"]]
        case "enum":
            return feature.values
        case "text":
            return ["some text", "another"]
    if feature.path[-1] in {"x", "y"}:
        return [0.3, 0.35]
    if feature.path[-1] in {"hue", "saturation"} and feature.whole == "light":
        return [40, 80]
    low, high = feature.number("value_min"), feature.number("value_max")
    if low is None or high is None:
        return [1, 20, 60]
    return [low, (low + high) / 2, high] if low != high else [low]


def _meant(  # noqa: PLR0911
    feature: Feature, prop: Property | None, value: object
) -> Value:
    """Return what the property must be when the feature says `value`; NaN if nobody knows."""
    if feature.type == "binary":
        return truth(feature, value)
    if feature.type != "numeric":
        return str(worded(feature, value))
    assert prop is not None
    assert isinstance(value, int | float)
    if prop.name == "LevelControl.level":
        return value / (feature.number("value_max") or 254) * 100
    if prop.name == "FanControl.speed":
        low, high = feature.number("value_min"), feature.number("value_max")
        assert low is not None
        assert high is not None
        return (value - (low - 1)) / (high - (low - 1)) * 100
    if prop.name.endswith("powerFactor") and not feature.unit:
        return value * 100
    if spelt(feature.unit) == prop.unit:
        return float(value)
    if not feature.unit:
        return float(value)
    there = converted(float(value), feature.unit, prop.unit)
    return math.nan if there is None else there


def _same(a: object, b: object) -> bool:
    if isinstance(a, bool) or isinstance(b, bool) or not isinstance(a, int | float):
        return a == b
    return isinstance(b, int | float) and math.isclose(a, b, rel_tol=2e-4, abs_tol=0.06)


def _checked_told(made: Made, feature: Feature, prop: str) -> str:
    """Return what is wrong with a feature that is told; "" for nothing."""
    samples = _samples(feature)
    if feature.name == "action":
        samples = [str(s).replace("*", "1") for s in samples]
    heard = [made.told(_nested(feature, sample)) for sample in samples]
    wheres = set.intersection(*(set(h) for h in heard)) if heard else set()
    why = "nothing is told by it"
    for where in sorted(wheres):
        found = made.property(where)
        if not re.fullmatch(prop, where[1]):
            why = f"told as {where[1]}, not {prop}"
            continue
        meant = [_meant(feature, found, sample) for sample in samples]
        if not all(_same(m, h[where]) for m, h in zip(meant, heard, strict=False)):
            why = f"told as {[h[where] for h in heard]}, not {meant}"
            continue
        why = _shape(made, feature, found, where)
        if not why:
            break
    return why


def _shape(made: Made, feature: Feature, prop: Property | None, where: tuple[str, str]) -> str:
    """Return what is wrong with the range, the choices and the access of a property."""
    if prop is None:
        return "a signal that can be set" if feature.set else ""
    return _range(feature, prop) or _access(made, feature, prop, where)


def _range(feature: Feature, prop: Property) -> str:
    """Return what is wrong with the range, the unit or the choices of a property."""
    if feature.type == "numeric":
        if math.isnan(float(_meant(feature, prop, 1) or 0)):
            return f"in {prop.unit}, and the feature is in {feature.unit}"
        for key in ("value_min", "value_max"):
            bound = feature.number(key)
            if bound is None:
                continue
            limits = [x for x in (prop.minimum, prop.maximum) if x is not None]
            meant = _meant(feature, prop, bound)
            if prop.name == "FanControl.speed":
                continue  # what it can be at least is above standing still, which is 0 %
            slack = 1.0 if prop.unit == "K" else 1e-3
            assert isinstance(meant, float)
            if not any(math.isclose(meant, x, rel_tol=1e-6, abs_tol=slack) for x in limits):
                return f"{key} {bound:g} is {meant:g}, and the property has {limits}"
    if feature.type == "enum" and feature.name != "action":
        words = {str(worded(feature, v)) for v in feature.values}
        if set(prop.choices) != words and prop.name != "ColorControl.mode":
            return f"choices {prop.choices}, not {words}"
    return ""


def _access(made: Made, feature: Feature, prop: Property, where: tuple[str, str]) -> str:
    if feature.whole == "cover" and feature.name == "state":
        # It is set by how far it is to open, and by stopping.
        moves = any(
            w[0] == where[0] and p.writable and p.name == "WindowCovering.position"
            for w, p in made.properties()
        )
        stops = made.asks(feature.path)
        return "" if moves and stops and feature.set else "cannot be moved or stopped"
    if prop.writable is not feature.set:
        return f"writable {prop.writable}, and the access is {feature.access}"
    if prop.assumed and feature.told:
        return "taken as so, though it is told"
    if feature.set:
        return _written(made, feature, prop, where)
    return ""


def _written(made: Made, feature: Feature, prop: Property, where: tuple[str, str]) -> str:
    """Return what is wrong with what a property's commands say."""
    for sample in _samples(feature):
        meant = _meant(feature, prop, sample)
        said = made.sets(where, meant, feature.path)
        if feature.whole == "light" and len(feature.path) == 2 and said is MISSING:
            # Colours may be told in the light's other form.
            said = sample if made.sets(where, meant, feature.path[:1]) is not MISSING else said
        close = _same(sample, said) or (
            isinstance(sample, int | float)
            and isinstance(said, int | float)
            and abs(sample - said) <= 0.51  # whole numbers on the wire
        )
        if not close:
            return f"set as {said!r}, not {sample!r}"
    return ""


def _checked_asked(made: Made, feature: Feature, prop: str) -> str:
    """Return what is wrong with a feature that is only asked."""
    if not feature.set:
        return "neither told nor set"
    if feature.type == "enum" and len(feature.values) == 1:
        return "" if made.asks(feature.path) else "lost"
    wrong: Callable[[Property, tuple[str, str]], str] = lambda p, w: _shape(made, feature, p, w)  # noqa: E731
    why = "nothing sets it"
    for where, found in made.properties():
        if not found.writable or not re.fullmatch(prop, found.name):
            continue
        meant = _meant(feature, found, _samples(feature)[0])
        if made.sets(where, meant, feature.path) is not MISSING:
            if not found.assumed:
                return "not taken as so, though nothing tells it"
            why = wrong(found, where)
            if not why:
                return ""
    return why
