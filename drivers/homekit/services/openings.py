"""What opens and shuts: doors, windows, coverings, garage doors, locks, slats."""

from collections.abc import Mapping

from drivers.homekit.database import Scalar
from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind
from drivers.homekit.values import SILENT, Silent, flag, percent, share, word
from drivers.kit.errors import RefusedError
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import STALE_US

_MOVEMENT = {0: "closing", 1: "opening", 2: "stopped"}
_GARAGE = {0: "open", 1: "closed", 2: "opening", 3: "closing", 4: "stopped"}
_ENDS: Mapping[object, Value] = {0: 100.0, 1: 0.0, 4: None}
_LOCKED: Mapping[object, Value] = {0: False, 1: True, 2: False, 3: None}
"""A bolt that is stuck has not locked the door; one that is not known may have."""
_LOCK = {0: "unlocked", 1: "locked", 2: "jammed"}


def covering(draft: Draft) -> None:
    """Add how far it is open, its movement, its tilt, and holding it where it is."""
    draft.type = DeviceType.WINDOW_COVERING
    draft.property(
        "WindowCovering.position", percent(), CharKind.POSITION_CURRENT, CharKind.POSITION_TARGET
    )
    _moves(draft)
    tilts = (
        (CharKind.VERTICAL_TILT_CURRENT, CharKind.VERTICAL_TILT_TARGET),
        (CharKind.HORIZONTAL_TILT_CURRENT, CharKind.HORIZONTAL_TILT_TARGET),
    )
    for current, target in tilts:
        if draft.service.find(current) and not draft.has("WindowCovering.tilt"):
            draft.property("WindowCovering.tilt", share(low=-90, high=90), current, target)


def entry(draft: Draft) -> None:
    """Add what a door or window has that moves by itself: it may let people in."""
    draft.type = DeviceType.WINDOW_COVERING
    shape = {"stale_us": STALE_US}
    draft.property(
        "WindowCovering.position",
        percent(),
        CharKind.POSITION_CURRENT,
        CharKind.POSITION_TARGET,
        shape=shape,
    )
    _moves(draft)


def slat(draft: Draft) -> None:
    """Add the tilt of a slat."""
    draft.type = DeviceType.WINDOW_COVERING
    draft.property(
        "WindowCovering.tilt", share(low=-90, high=90), CharKind.TILT_CURRENT, CharKind.TILT_TARGET
    )


def garage_door(draft: Draft) -> None:
    """Add whether it is open, its movement, what stands in its way, and its lock."""
    draft.type = DeviceType.WINDOW_COVERING

    def read(state: Mapping[str, Scalar]) -> Value | Silent:
        # On its way it is at neither end; what was told last stands until it is.
        return _ENDS.get(state[CharKind.DOOR_CURRENT], SILENT)

    def write(value: Value, _state: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        if isinstance(value, bool) or value not in {0, 100}:
            raise RefusedError(f"can only be opened (100) or closed (0), not {value!r}")
        return {CharKind.DOOR_TARGET: 0 if value == 100 else 1}

    shape = {"step": 100.0, "stale_us": STALE_US}
    if draft.service.find(CharKind.DOOR_CURRENT):
        kinds = (CharKind.DOOR_CURRENT, CharKind.DOOR_TARGET)
        target = draft.service.find(CharKind.DOOR_TARGET)
        takes = target is not None and target.writable
        draft.computed("WindowCovering.position", kinds, read, write if takes else None, shape)
    draft.property("WindowCovering.operation", word(_GARAGE), CharKind.DOOR_CURRENT, _NONE)
    draft.property(
        "BooleanState.problem", flag(), CharKind.OBSTRUCTION, shape={"title": "obstructed"}
    )
    lock(draft)
    draft.type = DeviceType.WINDOW_COVERING


_NONE = "-"
"""The kind of no characteristic: what is read alone."""


def lock(draft: Draft) -> None:
    """Add whether it is locked, and how it stands."""
    draft.type = DeviceType.DOOR_LOCK
    if draft.service.find(CharKind.LOCK_CURRENT) is None:
        return
    target = draft.service.find(CharKind.LOCK_TARGET)
    kinds = (CharKind.LOCK_CURRENT, CharKind.LOCK_TARGET)

    def locked(state: Mapping[str, Scalar]) -> Value | Silent:
        return _LOCKED.get(state[CharKind.LOCK_CURRENT])

    def ask(value: Value, _state: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        if not isinstance(value, bool):
            raise RefusedError(f"takes true or false, not {value!r}")
        return {CharKind.LOCK_TARGET: int(value)}

    def stands(state: Mapping[str, Scalar]) -> Value | Silent:
        current, wished = state[CharKind.LOCK_CURRENT], state[CharKind.LOCK_TARGET]
        if current in {0, 1} and wished in {0, 1} and current != wished:
            return "locking" if wished == 1 else "unlocking"
        return _LOCK.get(current) if isinstance(current, int) else None

    takes = target is not None and target.writable
    draft.computed("DoorLock.locked", kinds, locked, ask if takes else None)
    choices = (*_LOCK.values(), "locking", "unlocking")
    draft.computed("DoorLock.state", kinds, stands, shape={"choices": choices})


def _moves(draft: Draft) -> None:
    draft.property("WindowCovering.operation", word(_MOVEMENT), CharKind.POSITION_STATE, _NONE)
    draft.property(
        "BooleanState.problem", flag(), CharKind.OBSTRUCTION, shape={"title": "obstructed"}
    )
    draft.action("WindowCovering.stop", CharKind.POSITION_HOLD, value=True)
