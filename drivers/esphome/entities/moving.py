"""What moves to a position and stops: covers and valves. 1.0 is open."""

from collections.abc import Sequence

from aioesphomeapi import (
    APIVersion,
    CoverInfo,
    CoverOperation,
    CoverState,
    LegacyCoverState,
    ValveInfo,
    ValveOperation,
    ValveState,
)

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    Wish,
    action,
    endpoint,
    flag,
    percent,
    prop,
    settable,
    share,
    told,
)
from drivers.kit.errors import RefusedError
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value
from hubd.model.vocabulary import STALE_US

_POSITION, _TILT = "WindowCovering.position", "WindowCovering.tilt"
_MOVEMENT, _STOP = "WindowCovering.operation", "WindowCovering.stop"
_ENTRIES = frozenset({"door", "garage", "gate"})
_TELLS_POSITION = APIVersion(1, 1)
_TELLS_STOP = APIVersion(1, 8)
_COVER_MOVES = {CoverOperation.IS_OPENING: "opening", CoverOperation.IS_CLOSING: "closing"}
_VALVE_MOVES = {ValveOperation.IS_OPENING: "opening", ValveOperation.IS_CLOSING: "closing"}


def cover(info: CoverInfo, api: APIVersion) -> Entity:
    """Return a cover as an endpoint: position, slats, movement, and stopping it."""
    legacy = api < _TELLS_POSITION
    free = info.supports_position and not legacy
    stops = info.supports_stop or api < _TELLS_STOP
    key, device = info.key, info.device_id

    def read(state: CoverState) -> Values:
        position = percent(state.position)
        if legacy:
            position = 0.0 if state.legacy_state == LegacyCoverState.CLOSED else 100.0
        moves = "" if state.current_operation is None else _COVER_MOVES.get(state.current_operation)
        out: list[tuple[str, Value]] = [
            (_POSITION, position),
            (_MOVEMENT, moves or _resting(position)),
        ]
        if info.supports_tilt:
            out.append((_TILT, percent(state.tilt)))
        return out

    def write(wish: Wish) -> Order:
        position = _asked(wish, _POSITION, free=free)
        tilt = share(wish.values[_TILT]) if _TILT in wish.values else None
        return lambda client: client.cover_command(
            key, position=position, tilt=tilt, device_id=device
        )

    def stop(_argument: Value) -> Order:
        return lambda client: client.cover_command(
            key, stop=True, stop_tilt=info.supports_stop_tilt, device_id=device
        )

    shape: dict[str, object] = {} if free else {"step": 100.0}
    if info.device_class in _ENTRIES:
        shape["stale_us"] = STALE_US
    properties = [settable(_POSITION, **shape)]
    if info.supports_tilt:
        properties.append(settable(_TILT))
    properties.append(prop(_MOVEMENT, choices=("opening", "closing", "stopped", "open", "closed")))
    return Entity(
        endpoint(
            info,
            "cover",
            DeviceType.WINDOW_COVERING,
            properties=properties,
            actions=[action(_STOP)] if stops else [],
        ),
        told(CoverState, read),
        write,
        {_STOP: stop} if stops else {},
    )


def valve(info: ValveInfo) -> Entity:
    """Return a valve as an endpoint: how far it is open, or whether, and its movement."""
    key, device = info.key, info.device_id
    name = "Valve.level" if info.supports_position else "Valve.open"

    def read(state: ValveState) -> Values:
        level = percent(state.position)
        moves = "" if state.current_operation is None else _VALVE_MOVES.get(state.current_operation)
        opened: Value = level
        if not info.supports_position:
            opened = None if level is None else level > 0
        return [(name, opened), ("Valve.operation", moves or _resting(level))]

    def write(wish: Wish) -> Order:
        value = wish.values.get(name)
        position = share(value) if info.supports_position else float(flag(value))
        return lambda client: client.valve_command(key, position=position, device_id=device)

    def stop(_argument: Value) -> Order:
        return lambda client: client.valve_command(key, stop=True, device_id=device)

    properties: Sequence[Property] = (
        settable(name),
        prop("Valve.operation", choices=("opening", "closing", "stopped", "open", "closed")),
    )
    stops = info.supports_stop
    return Entity(
        endpoint(
            info,
            "valve",
            DeviceType.WATER_VALVE,
            properties=properties,
            actions=[action("Valve.stop")] if stops else [],
        ),
        told(ValveState, read),
        write,
        {"Valve.stop": stop} if stops else {},
    )


def _asked(wish: Wish, name: str, *, free: bool) -> float | None:
    """Return the position that is asked for; only the two ends where it is not `free`."""
    if name not in wish.values:
        return None
    position = share(wish.values[name])
    if not free and position not in {0.0, 1.0}:
        raise RefusedError("it can only be opened (100) or closed (0)")
    return position


def _resting(position: float | None) -> str | None:
    if position is None:
        return None
    return {0.0: "closed", 100.0: "open"}.get(position, "stopped")
