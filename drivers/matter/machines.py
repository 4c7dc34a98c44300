"""What machines are told: where a vacuum cleans, how a microwave cooks, that a car may charge.

Pure. Source: Matter 1.5 application cluster specification, the sections of their clusters.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.asking import takes_parts, within
from drivers.matter.attributes import Beside, Codec, Invoke, Order, Takes
from drivers.matter.codecs import member, to_code, to_number
from drivers.matter.special import by_name
from hubd.model.device import Property
from hubd.model.value import Value, ValueType


def area_of() -> Codec:
    """Return the codec of the area that a vacuum is in, by the name that its map has for it."""
    return replace(by_name(_areas), write=None)


def areas_of() -> Codec:
    """Return the codec of the areas that a vacuum is to clean, as a text of their names.

    None are all of them, as the specification has it.
    """

    def read(raw: object, beside: Beside) -> Value:
        if not isinstance(raw, list):
            raise MalformedError("is not a list")
        names = _areas(beside)
        codes = [to_code(item) for item in raw[:256]]
        return ", ".join(names.get(code) or str(code) for code in codes)

    def write(wished: Value, beside: Beside) -> object:
        if not isinstance(wished, str):
            raise RefusedError(f"takes the names of areas, not {wished!r}")
        codes = {name: code for code, name in _areas(beside).items()}
        said = [name for part in wished.split(",") if (name := part.strip())]
        if strange := [name for name in said if name not in codes]:
            raise RefusedError(f"knows no area {strange[0]!r:.80}, only {', '.join(codes)}")
        return [codes[name] for name in dict.fromkeys(said)]

    return Codec("Text.value", read, write)


def tagged(tag: int) -> Takes:
    """Return what makes the mode that has a tag of it, in a cluster of modes."""

    def fields(_told: Value, beside: Beside) -> Mapping[str, object]:
        items = beside.attributes.get(0)
        for item in items[:256] if isinstance(items, list) else ():
            if isinstance(item, Mapping) and tag in _tags(item):
                return {"newMode": member(item, 1, "mode")}
        raise RefusedError("has no mode for that")

    return Takes(fields)


def cooking() -> Takes:
    """Return what takes how a microwave is to cook: a time, a power, a mode; and it begins."""

    def fields(said: Mapping[str, object], beside: Beside) -> Mapping[str, object]:
        longest = to_number(beside.attributes.get(1)) or 86_400
        found: dict[str, object] = {}
        if "time" in said:
            found["cookTime"] = round(within(said["time"], 1, longest))
        if "power" in said:
            found["powerSetting"] = round(within(said["power"], 1, 100))
        if "mode" in said:
            found["cookMode"] = round(within(said["mode"], 0, 255))
        if not found:
            raise RefusedError("takes a time, a power or a mode")
        return found

    number_, title = ValueType.NUMBER, "number of the mode"
    return takes_parts(
        fields,
        Property("time", number_, writable=True, unit="s", minimum=1, title="time"),
        Property("power", number_, writable=True, minimum=1, maximum=100, title="power"),
        Property("mode", ValueType.INTEGER, writable=True, minimum=0, maximum=255, title=title),
    )


def allow_charging(_raw: object, wished: Value, beside: Beside) -> Order:
    """Allow charging with what the circuit and its people allow, or forbid it.

    MinimumChargeCurrent (6), MaximumChargeCurrent (7), CircuitCapacity (5) and
    UserMaximumChargeCurrent (9), in mA; 6 A is the least of IEC 61851.
    """
    if not wished:
        return Invoke(1, "Disable")
    told = [to_number(beside.attributes.get(own)) for own in (9, 5, 7)]
    most = min((amps for amps in told if amps), default=6000)
    least = to_number(beside.attributes.get(6)) or 6000
    fields = {
        "chargingEnabledUntil": None,
        "minimumChargeCurrent": round(min(least, most)),
        "maximumChargeCurrent": round(most),
    }
    return Invoke(2, "EnableCharging", fields)


def boost(_raw: object, wished: Value, _beside: Beside) -> Order:
    """Heat water at once, for an hour at most; or stop."""
    if not wished:
        return Invoke(1, "CancelBoost")
    return Invoke(0, "Boost", {"boostInfo": {"duration": 3600}})


def _tags(mode: Mapping[object, object]) -> list[object]:
    """Return the tags of a ModeOptionStruct: modeTags (2), of each its value (1)."""
    listed = member(mode, 2, "modeTags")
    items = listed[:32] if isinstance(listed, list) else []
    return [member(item, 1, "value") for item in items if isinstance(item, Mapping)]


def _areas(beside: Beside) -> dict[int, str]:
    """Return the names of the areas on a vacuum's map: SupportedAreas (0)."""
    items = beside.attributes.get(0)
    found: dict[int, str] = {}
    for item in items[:256] if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            own, label = member(item, 0, "areaID"), _location(member(item, 2, "areaInfo"))
            if isinstance(own, int) and label:
                found[own] = label
    return found


def _location(info: object) -> str:
    """Return the name in an AreaInfoStruct: locationInfo (0), locationName (0)."""
    if not isinstance(info, Mapping):
        return ""
    place = member(info, 0, "locationInfo")
    name = member(place, 0, "locationName") if isinstance(place, Mapping) else None
    return name if isinstance(name, str) else ""
