"""Lamps, plugs, fans, valves and sirens: Binary Switch, Multilevel Switch and Sound Switch. Pure.

Source: Z-Wave application command class specification, sections "Binary Switch", "Multilevel
Switch" (0-99, where 255 is the last level) and "Sound Switch"; the device classes of the device
class specification say what is switched.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers.kit.errors import RefusedError
from drivers.zwave.colors import Colors, colors
from drivers.zwave.function import (
    Function,
    Mapped,
    Setting,
    Site,
    Values,
    Wish,
    percent,
    refuse,
    yes_or_no,
)
from drivers.zwave.values import NodeValue, number, whole
from hubd.model.device import DeviceType, Endpoint, Property
from hubd.model.value import Value
from hubd.model.vocabulary import typical

BINARY, MULTILEVEL, SOUND = 37, 38, 121
_LAST = 255
"""Written: the level that it had. Read: on, at a level that is not known."""
_UNKNOWN = 254
_ON, _LEVEL, _SPEED = "OnOff.on", "LevelControl.level", "FanControl.speed"
_TONE, _VOLUME = "Siren.tone", "MediaPlayback.volume"
_MOTORS = frozenset({3, 5, 6, 7})
_FAN = 8
_SIREN, _VALVE, _COLOR_LIGHT = 5, 6, 2


def is_motor(site: Site) -> bool:
    """Say whether the Multilevel Switch of a site moves something."""
    return site.generic == 0x11 and site.specific in _MOTORS


def switches(site: Site) -> Mapped:
    """Return what is switched and dimmed at a site."""
    functions: list[Function] = []
    dimmer = _pair(site, MULTILEVEL)
    tint = colors(site)
    if dimmer and not is_motor(site):
        current, target = dimmer
        fan = site.generic == 0x11 and site.specific == _FAN
        functions.append(_fan(site, current, target) if fan else _lamp(site, dimmer, tint))
    if switch := _pair(site, BINARY):
        functions.append(_switch(site, switch, tint if not dimmer else None))
    used = {v.key for cc in (BINARY, MULTILEVEL) for v in site.of(cc)} if functions else set()
    if functions and tint:
        used |= tint.used
    return Mapped(tuple(functions), frozenset(used))


def sounds(site: Site) -> Mapped:
    """Return the siren or the chime at a site."""
    tone, volume = site.find(SOUND, "toneId"), site.find(SOUND, "defaultVolume")
    if tone is None:
        return Mapped()
    words = {code: name for code, name in tone.states.items() if code not in {0, _LAST}}
    properties = [typical(_ON, writable=tone.writable)]
    if words:
        choices = tuple(dict.fromkeys(words.values()))
        properties.append(replace(typical(_TONE, writable=tone.writable), choices=choices))
    if volume is not None:
        properties.append(typical(_VOLUME, writable=volume.writable))

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        code = whole(values.get(tone.key))
        yield _ON, None if code is None else code > 0
        if words:
            yield _TONE, words.get(code) if code else None
        if volume is not None:
            yield _VOLUME, number(values.get(volume.key))

    def write(wish: Wish) -> Sequence[Setting]:
        wished = wish.properties
        out = [Setting(tone.key, code) for code in _tone(wished, words)]
        if volume is not None and _VOLUME in wished:
            out.insert(0, Setting(volume.key, round(percent(wished[_VOLUME]))))
        return out or refuse(wish)

    endpoint = Endpoint(site.id("siren"), DeviceType.SIREN, site.label, tuple(properties))
    sources = frozenset(v.key for v in (tone, volume) if v)
    loudness = site.find(SOUND, "volume")
    used = sources | ({loudness.key} if loudness else set())
    return Mapped((Function(endpoint, sources, read, write),), used)


def _tone(wished: Mapping[str, Value], words: Mapping[int, str]) -> list[int]:
    """Return the tone to play, if any is wished: 0 is silence, 255 its own. Raises RefusedError."""
    if _ON in wished and not yes_or_no(wished[_ON]):
        return [0]
    if _TONE in wished:
        codes = [code for code, name in words.items() if name == wished[_TONE]]
        if not codes:
            raise RefusedError(f"has no tone {wished[_TONE]!r}")
        return codes[:1]
    return [_LAST] if _ON in wished else []


def level(said: object) -> float | None:
    """Return the percentage of a Z-Wave level; None if it is not known."""
    value = number(said)
    if value is None or not 0 <= value <= 99:
        return None
    return round(value / 99 * 100, 1)


def z_level(share: Value) -> int:
    """Return the Z-Wave level of a wished percentage: at least 1 for what is more than nothing."""
    wished = percent(share)
    return max(1, round(wished * 99 / 100)) if wished else 0


def is_on(said: object) -> bool | None:
    """Say whether a Binary or Multilevel Switch is on; None if it is not known."""
    if isinstance(said, bool):
        return said
    value = number(said)
    return None if value is None or value == _UNKNOWN or value < 0 else value > 0


def _pair(site: Site, command_class: int) -> tuple[NodeValue, NodeValue | None] | None:
    """Return the current and the target value of a switch."""
    current = site.find(command_class, "currentValue")
    target = site.find(command_class, "targetValue")
    if current is None:
        return None
    return current, target if target is not None and target.writable else None


def _lamp(site: Site, dimmer: tuple[NodeValue, NodeValue | None], tint: Colors | None) -> Function:
    current, target = dimmer
    slow = target is not None and target.takes_time
    dims = replace(typical(_LEVEL, writable=target is not None), transition=slow)
    properties = [typical(_ON, writable=target is not None), dims]

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        said = values.get(current.key)
        on = is_on(said)
        yield _ON, on
        if on and (share := level(said)) is not None:
            yield _LEVEL, share

    def write(wished: Mapping[str, Value], over_s: float | None) -> Sequence[Setting]:
        if target is None:
            return ()
        over = over_s if target.takes_time else None
        if _ON in wished and not yes_or_no(wished[_ON]):
            return (Setting(target.key, 0, over),)
        if _LEVEL in wished:
            return (Setting(target.key, z_level(wished[_LEVEL]), over),)
        return (Setting(target.key, _LAST, over),) if _ON in wished else ()

    return _light(site, properties, current, read, write, tint)


def _switch(
    site: Site, switch: tuple[NodeValue, NodeValue | None], tint: Colors | None
) -> Function:
    current, target = switch
    siren = site.generic == 0x10 and site.specific == _SIREN
    valve = site.generic == 0x10 and site.specific == _VALVE
    name = "Valve.open" if valve else _ON
    properties = [typical(name, writable=target is not None)]

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        return ((name, is_on(values.get(current.key))),)

    def write(wished: Mapping[str, Value], _over_s: float | None) -> Sequence[Setting]:
        if target is None or name not in wished:
            return ()
        return (Setting(target.key, yes_or_no(wished[name])),)

    if tint or (site.generic == 0x10 and site.specific == _COLOR_LIGHT):
        return _light(site, properties, current, read, write, tint)
    kind, stem = DeviceType.ON_OFF_PLUG, "switch"
    if siren:
        kind, stem = DeviceType.SIREN, "siren"
    elif valve:
        kind, stem = DeviceType.WATER_VALVE, "valve"
    endpoint = Endpoint(site.id(stem), kind, site.label, tuple(properties))
    return Function(
        endpoint,
        frozenset({current.key}),
        read,
        lambda wish: write(wish.properties, wish.over_s) or refuse(wish),
    )


def _light(
    site: Site,
    properties: list[Property],
    current: NodeValue,
    read: Callable[[Values], Iterable[tuple[str, Value]]],
    write: Callable[[Mapping[str, Value], float | None], Sequence[Setting]],
    tint: Colors | None,
) -> Function:
    """Return a lamp: what switches or dims it, and its colours."""
    kind = DeviceType.DIMMABLE_LIGHT if len(properties) > 1 else DeviceType.ON_OFF_LIGHT
    sources = {current.key}
    if tint is not None:
        kind, sources = tint.kind or kind, sources | tint.sources
        properties = [*properties, *tint.properties]

    def read_all(values: Values) -> Iterable[tuple[str, Value]]:
        yield from read(values)
        if tint is not None:
            yield from tint.read(values)

    def write_all(wish: Wish) -> Sequence[Setting]:
        tinted = tint.write(wish) if tint is not None else ()
        return [*tinted, *write(wish.properties, wish.over_s)] or refuse(wish)

    endpoint = Endpoint(site.id("light"), kind, site.label, tuple(properties))
    return Function(endpoint, frozenset(sources), read_all, write_all)


def _fan(site: Site, current: NodeValue, target: NodeValue | None) -> Function:
    settable = target is not None
    properties = (
        typical(_ON, writable=settable),
        typical(_SPEED, writable=settable),
    )

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        said = values.get(current.key)
        return ((_ON, is_on(said)), (_SPEED, level(said)))

    def write(wish: Wish) -> Sequence[Setting]:
        wished = wish.properties
        if target is None:
            return refuse(wish)
        if _ON in wished and not yes_or_no(wished[_ON]):
            return (Setting(target.key, 0),)
        if _SPEED in wished:
            return (Setting(target.key, z_level(wished[_SPEED])),)
        return (Setting(target.key, _LAST),) if _ON in wished else refuse(wish)

    endpoint = Endpoint(site.id("fan"), DeviceType.FAN, site.label, properties)
    return Function(endpoint, frozenset({current.key}), read, write)
