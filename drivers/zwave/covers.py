"""Blinds, curtains and garage doors: motors, Window Covering and Barrier Operator. Pure.

Source: Z-Wave application command class specification, sections "Multilevel Switch", "Window
Covering" and "Barrier Operator". 0 is closed everywhere, 99 (or 255 for a barrier) is open.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers.kit.errors import RefusedError
from drivers.zwave.function import Function, Mapped, Setting, Site, Values, Wish, percent, refuse
from drivers.zwave.switches import MULTILEVEL, is_motor, level, z_level
from drivers.zwave.values import Key, NodeValue, number
from hubd.model.device import Action, DeviceType, Endpoint, Property
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, STALE_US, typical

WINDOW, BARRIER = 106, 102
_POSITION, _TILT = "WindowCovering.position", "WindowCovering.tilt"
_OPERATION, _STOP = "WindowCovering.operation", "WindowCovering.stop"
_MOVING = ("opening", "closing", "stopped", "open", "closed")
_OPENERS = ("Open", "Up", "On")
_TELLS_TARGET = 4
"""From this version on a Multilevel Switch tells where it is going to."""
_SLATS = frozenset({10, 11, 22, 23})
"""The parameters of Window Covering that turn slats; the others move the whole."""
_NAMES = {
    0: "left", 1: "left", 2: "right", 3: "right", 4: "left", 5: "left", 6: "right", 7: "right",
    8: "both", 9: "both", 12: "bottom", 13: "bottom", 14: "top", 15: "top", 16: "bottom",
    17: "bottom", 18: "top", 19: "top", 20: "both", 21: "both",
}  # fmt: skip
_BARRIER = {252: "closing", 253: "stopped", 254: "opening"}


def covers(site: Site) -> Mapped:
    """Return what moves at a site."""
    found = [_windows(site), _barrier(site)]
    # One that has both classes moves the same thing by either.
    if not found[0].functions:
        found.append(_motor(site))
    elif is_motor(site):
        found.append(Mapped(used=frozenset(v.key for v in site.of(MULTILEVEL))))
    return Mapped(
        tuple(f for m in found for f in m.functions),
        frozenset().union(*(m.used for m in found)),
    )


def _motor(site: Site) -> Mapped:
    current, target = site.find(MULTILEVEL, "currentValue"), site.find(MULTILEVEL, "targetValue")
    if current is None or not is_motor(site):
        return Mapped()
    stop = next((v for n in _OPENERS if (v := site.find(MULTILEVEL, n))), None)
    function = _moved(site, "cover", current, target, stop)
    return Mapped((function,), frozenset(v.key for v in site.of(MULTILEVEL)))


def _windows(site: Site) -> Mapped:
    """One cover for each parameter that moves it, with the slats at the first."""
    moved = [v for v in site.of(WINDOW) if v.key.property == "currentValue"]
    wholes = [v for v in moved if v.key.key in _NAMES]
    slats = next((v for v in moved if v.key.key in _SLATS), None)
    functions = []
    for place, current in enumerate(wholes or ([slats] if slats else [])):
        key = current.key.key
        stem = "cover" if place == 0 else f"cover_{_NAMES.get(_code(key), key)}"
        target = site.find(WINDOW, "targetValue", key)
        stop = site.find(WINDOW, "levelChangeUp", key)
        tilts = slats if place == 0 and wholes else None
        functions.append(_moved(site, stem, current, target, stop, tilts))
    return Mapped(
        tuple(functions), frozenset(v.key for v in site.of(WINDOW)) if functions else frozenset()
    )


def _code(key: int | str | None) -> int:
    return key if isinstance(key, int) else -1


def _moved(
    site: Site,
    stem: str,
    current: NodeValue,
    target: NodeValue | None,
    stop: NodeValue | None,
    slats: NodeValue | None = None,
) -> Function:
    """Return a cover. `slats` tilt with it; a cover that is nothing but slats is their tilt."""
    first = _TILT if current.key.key in _SLATS and current.command_class == WINDOW else _POSITION
    targets: dict[str, NodeValue] = {first: target} if target and target.writable else {}
    shown = {first: current, **({_TILT: slats} if slats else {})}
    if slats and (turn := site.find(WINDOW, "targetValue", slats.key.key)) and turn.writable:
        targets[_TILT] = turn
    properties = [typical(name, writable=name in targets) for name in shown]
    tells_target = target is not None and (
        target.command_class == WINDOW or target.version >= _TELLS_TARGET
    )
    if tells_target:
        properties.append(replace(typical(_OPERATION), choices=_MOVING))

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        for name, value in shown.items():
            yield name, level(values.get(value.key))
        if target is not None and tells_target:
            yield _OPERATION, _operation(values.get(current.key), values.get(target.key))

    def write(wish: Wish) -> Sequence[Setting]:
        out = [
            Setting(value.key, z_level(wish.properties[name]))
            for name, value in targets.items()
            if name in wish.properties
        ]
        return out or refuse(wish)

    actions: Mapping[str, Setting] = {}
    if stop is not None and stop.writable:
        actions = {_STOP: Setting(stop.key, value=False)}
    sources = {v.key for v in (current, target, slats) if v}
    return _cover(
        site,
        stem,
        properties,
        frozenset(sources),
        Function(
            Endpoint(site.id(stem), DeviceType.WINDOW_COVERING),
            read=read,
            write=write,
            actions=actions,
        ),
    )


def _cover(
    site: Site, stem: str, properties: Sequence[Property], sources: frozenset[Key], bare: Function
) -> Function:
    actions = tuple(Action(name, ACTIONS[name]) for name in bare.actions)
    endpoint = Endpoint(
        site.id(stem), DeviceType.WINDOW_COVERING, site.label, tuple(properties), actions
    )
    return replace(bare, endpoint=endpoint, sources=sources)


def _operation(current: object, target: object) -> str | None:
    now, then = level(current), level(target)
    if now is None:
        return None
    if then is None or now == then:
        return "closed" if now == 0 else "open"
    return "opening" if then > now else "closing"


def _barrier(site: Site) -> Mapped:
    """A garage door or a gate: a way into the home, which is never moved late."""
    current, target = site.find(BARRIER, "currentState"), site.find(BARRIER, "targetState")
    if current is None:
        return Mapped()
    settable = target is not None and target.writable
    position = replace(
        typical(_POSITION, writable=settable), step=100.0 if settable else None, stale_us=STALE_US
    )
    operation = replace(typical(_OPERATION), choices=_MOVING)

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        state = number(values.get(current.key))
        if state is None:
            return ((_POSITION, None), (_OPERATION, None))
        if state in _BARRIER:
            # Under way or stuck it is neither open nor closed.
            return ((_POSITION, None), (_OPERATION, _BARRIER[int(state)]))
        share = 100.0 if state == 255 else level(state)
        word = None if share is None else "closed" if share == 0 else "open"
        return ((_POSITION, share), (_OPERATION, word))

    def write(wish: Wish) -> Sequence[Setting]:
        if target is None or not settable or _POSITION not in wish.properties:
            return refuse(wish)
        wished = percent(wish.properties[_POSITION])
        if wished not in {0.0, 100.0}:
            raise RefusedError(f"can only be opened (100) or closed (0), not {wished:g}")
        return (Setting(target.key, 255 if wished else 0),)

    bare = Function(Endpoint(site.id("door"), DeviceType.WINDOW_COVERING), read=read, write=write)
    function = _cover(site, "door", (position, operation), frozenset({current.key}), bare)
    used = {v.key for v in (current, target, site.find(BARRIER, "position")) if v}
    return Mapped((function,), frozenset(used))
