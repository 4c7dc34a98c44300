"""The single features of a device, out of the raw JSON of `bridge/devices`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SPECIFIC = {"light", "switch", "fan", "cover", "lock", "climate"}


@dataclass(frozen=True)
class Feature:
    """A leaf: where it is in the state, what it is part of, and what the device says of it."""

    whole: str
    """The specific type that it is part of, or "composite", or ""."""
    path: tuple[str, ...]
    raw: Mapping[str, object]
    beside: tuple[Mapping[str, object], ...] = ()
    """The parts of the same whole, this one among them."""
    access: int = 0

    @property
    def name(self) -> str:
        return str(self.raw.get("name") or "")

    @property
    def type(self) -> str:
        return str(self.raw["type"])

    @property
    def second_setpoint(self) -> bool:
        """Whether it is a set point for heating beside another."""
        names = [p["name"] for p in self.beside]
        heating = [n for n in names if str(n).endswith("heating_setpoint") and "un" not in str(n)]
        return self.whole == "climate" and self.name in heating[1:]

    @property
    def told(self) -> bool:
        return bool(self.access & 5)

    @property
    def set(self) -> bool:
        return bool(self.access & 2)

    @property
    def unit(self) -> str:
        return str(self.raw.get("unit") or "").strip()

    @property
    def values(self) -> list[object]:
        values = self.raw.get("values")
        return list(values) if isinstance(values, list) else []

    def number(self, key: str) -> float | None:
        value = self.raw.get(key)
        return float(value) if isinstance(value, int | float) else None


def features(device: Mapping[str, object]) -> Iterator[Feature]:
    """Yield the leaves of a device's definition."""
    definition = device["definition"]
    assert isinstance(definition, dict)
    for expose in definition["exposes"]:
        if expose["type"] in SPECIFIC:
            parts: dict[tuple[str, str], Mapping[str, object]] = {}
            for part in expose["features"]:  # one that is exposed twice can do what either can
                which = (part["property"], part["name"])
                former = parts.get(which, part)
                parts[which] = {**former, "access": _access(former) | _access(part)}
            for part in parts.values():
                yield from _leaves(part, expose["type"], tuple(parts.values()))
        else:
            yield from _leaves(expose, "")


def _leaves(
    expose: Mapping[str, object], whole: str, beside: tuple[Mapping[str, object], ...] = ()
) -> Iterator[Feature]:
    key = str(expose.get("property") or expose.get("name"))
    if expose["type"] == "composite" and expose.get("features"):
        inside = whole if whole == "light" and str(expose["name"]).startswith("color_") else ""
        leaves = [*_parts(expose, (key,))]
        for path, part in leaves:
            yield Feature(
                inside or "composite", path, part, tuple(p for _, p in leaves), _access(part)
            )
    else:
        yield Feature(whole, (key,), expose, beside, _access(expose))


def _access(expose: Mapping[str, object]) -> int:
    access = expose["access"]
    assert isinstance(access, int)
    return access


def _parts(
    expose: Mapping[str, object], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    """Yield the parts of a composite; their keys do not name the endpoint that its key names."""
    parts = expose["features"]
    assert isinstance(parts, list)
    for part in parts:
        key = str(part.get("property") or part["name"])
        key = key.removesuffix(f"_{part['endpoint']}") if part.get("endpoint") else key
        if part["type"] == "composite" and part.get("features"):
            yield from _parts(part, (*path, key))
        else:
            yield (*path, key), part
