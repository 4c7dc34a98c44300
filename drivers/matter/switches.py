"""Presses and other events of a device, which are signals here. Pure.

What an attribute tells as well is no signal: it is a property. Source: Matter 1.5 application
cluster specification, the events of the clusters named below.
"""

from collections.abc import Mapping

from drivers.kit.errors import MalformedError
from drivers.matter.attributes import Beside
from drivers.matter.codecs import member, to_code
from drivers.matter.device_types import DOORBELL
from hubd.model.device import Signal

SWITCH, DOOR_LOCK = 59, 257
OPERATIONAL_STATES = frozenset({72, 96, 97})
PUMP, CHIME, ZONES = 512, 1366, 1360
PRESSED, HAPPENED = "Switch.pressed", "Event.happened"
RANG, SEEN = "Doorbell.rang", "Motion.seen"
_LATCHING, _MOMENTARY, _RELEASE, _LONG, _MULTI = range(5)
"""The bits of the Switch cluster's features."""
_COUNTS: Mapping[int, str] = {1: "single", 2: "double", 3: "triple", 4: "quadruple"}
_ALARMS: Mapping[int, str] = {
    0: "lock_jammed", 1: "factory_reset", 3: "power_cycled", 4: "wrong_code_limit",
    5: "cover_removed", 6: "door_forced_open", 7: "door_ajar", 8: "forced_user",
}  # fmt: skip
_OPERATIONS: Mapping[int, str] = {
    0: "locked", 1: "unlocked", 2: "non_access_user", 3: "forced_user", 4: "unlatched",
}  # fmt: skip
_LOCK_NEWS: Mapping[int, str] = {3: "operation_failed", 4: "user_changed"}
_PUMP_EVENTS = (
    "supply_voltage_low", "supply_voltage_high", "power_missing_phase", "system_pressure_low",
    "system_pressure_high", "dry_running", "motor_temperature_high", "motor_fatal_failure",
    "electronics_temperature_high", "blocked", "sensor_failure", "electronics_failure",
    "electronics_fatal_failure", "general_fault", "leakage", "air_detected", "turbine_operation",
)  # fmt: skip


def signal(cluster: int, beside: Beside) -> Signal | None:
    """Return the signal that a cluster tells, if it tells one."""
    if cluster == SWITCH:
        kinds = presses(beside)
        return Signal(RANG if DOORBELL in beside.types else PRESSED, kinds) if kinds else None
    if cluster == DOOR_LOCK:
        return Signal(HAPPENED, (*_ALARMS.values(), *_OPERATIONS.values(), *_LOCK_NEWS.values()))
    if cluster in OPERATIONAL_STATES:
        return Signal(HAPPENED, ("error", "completed"))
    if cluster == PUMP:
        return Signal(HAPPENED, _PUMP_EVENTS)
    if cluster == CHIME:
        return Signal(HAPPENED, ("chimed",))
    return Signal(SEEN, ("zone",)) if cluster == ZONES else None


def presses(beside: Beside) -> tuple[str, ...]:
    """Return the kinds of presses that a Switch cluster tells, by its features."""
    if beside.feature(_LATCHING) and not beside.feature(_MOMENTARY):
        positions = beside.attributes.get(0)
        count = min(positions, 32) if isinstance(positions, int) else 2
        return tuple(f"position_{place}" for place in range(count))
    if not beside.feature(_MOMENTARY):
        return ()
    if beside.feature(_MULTI):
        most = beside.attributes.get(2)
        singles = [_count(n) for n in range(1, 1 + (min(most, 16) if isinstance(most, int) else 2))]
    else:
        singles = ["single"]
    return (*singles, *(("long", "long_release") if beside.feature(_LONG) else ()))


def happened(cluster: int, event: int, data: object, beside: Beside) -> tuple[str, str] | None:
    """Return the signal and the kind of an event; None for one that says nothing new.

    Raises MalformedError for one that is not as the specification says.
    """
    if cluster == SWITCH and (kind := _pressed(event, data, beside)):
        return RANG if DOORBELL in beside.types else PRESSED, kind
    if cluster == DOOR_LOCK and event == 0:
        code = to_code(member(data, 0, "alarmCode"))
        return HAPPENED, _ALARMS.get(code, f"alarm_{code}")
    if cluster == DOOR_LOCK and event == 2:
        code = to_code(member(data, 0, "lockOperationType"))
        return HAPPENED, _OPERATIONS.get(code, f"operation_{code}")
    return _plain(cluster, event)


def _plain(cluster: int, event: int) -> tuple[str, str] | None:
    """Return the signal of an event whose fields say nothing more."""
    kind: str | None = None
    if cluster == DOOR_LOCK:
        kind = _LOCK_NEWS.get(event)
    elif cluster in OPERATIONAL_STATES:
        kind = {0: "error", 1: "completed"}.get(event)
    elif cluster == PUMP:
        kind = _PUMP_EVENTS[event] if 0 <= event < len(_PUMP_EVENTS) else None
    elif cluster == CHIME:
        kind = "chimed" if event == 0 else None
    elif cluster == ZONES and event == 0:
        return SEEN, "zone"
    return (HAPPENED, kind) if kind else None


def _pressed(event: int, data: object, beside: Beside) -> str | None:
    """Tell each press once: where presses are counted, only when the counting has ended."""
    if event == 0:
        return f"position_{to_code(member(data, 0, 'newPosition'))}"
    if event == 2:
        return "long"
    if event == 4:
        return "long_release"
    if event == 6:
        count = to_code(member(data, 1, "totalNumberOfPressesCounted"))
        if count < 0:
            raise MalformedError(f"tells {count} presses")
        return _count(count) if count else None
    if beside.feature(_MULTI):
        return None
    # Without a release a press is one when it begins, else when it ends.
    return "single" if event == (3 if beside.feature(_RELEASE) else 1) else None


def _count(count: int) -> str:
    return _COUNTS.get(count, f"{count}_times")
