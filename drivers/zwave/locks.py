"""Door locks: Door Lock, Lock and User Code. Pure.

Source: Z-Wave application command class specification, sections "Door Lock", "Lock", "User Code".
The codes themselves are secrets of the lock: they are neither told nor set.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from drivers.zwave.function import Function, Mapped, Site, Values, one, yes_or_no
from drivers.zwave.values import Key, NodeValue, whole
from hubd.model.device import DeviceType, Endpoint, Trouble
from hubd.model.value import Value
from hubd.model.vocabulary import typical

DOOR, LOCK, CODES, CREDENTIALS = 98, 118, 99, 131
_SECURED, _UNSECURED, _UNKNOWN = 255, 0, 254
_ENABLED = 1
_LOCKED = "DoorLock.locked"
_DOOR = {"open": True, "closed": False}
_HANDLES = frozenset(
    {
        "insideHandlesCanOpenDoor",
        "insideHandlesCanOpenDoorConfiguration",
        "outsideHandlesCanOpenDoor",
        "outsideHandlesCanOpenDoorConfiguration",
    }
)


def locks(site: Site) -> Mapped:
    """Return the lock at a site, its door, and how many codes are in use."""
    functions: list[Function] = []
    used: set[Key] = set()
    troubles: list[Trouble] = []
    if mode := site.find(DOOR, "currentMode"):
        target = site.find(DOOR, "targetMode")
        functions.append(_bolt(site, mode, target, _mode, {True: _SECURED, False: _UNSECURED}))
        used |= {v.key for v in (mode, target) if v}
    elif lock := site.find(LOCK, "locked"):
        functions.append(_bolt(site, lock, lock, _flag, {True: True, False: False}))
        used.add(lock.key)
    if door := site.find(DOOR, "doorStatus"):
        endpoint = Endpoint(
            site.id("door"), DeviceType.CONTACT_SENSOR, "Door", (typical("BooleanState.open"),)
        )
        functions.append(one(endpoint, door, lambda said: _DOOR.get(str(said))))
        used.add(door.key)
    if handles := [v for v in site.of(DOOR) if v.key.property in _HANDLES]:
        used |= {v.key for v in handles}
        troubles.append(Trouble("lock", "which handles open the door is not carried: it is a list"))
    codes = [v for v in site.values if v.command_class in {CODES, CREDENTIALS}]
    if codes:
        used |= {v.key for v in codes}
        troubles.append(
            Trouble("lock", "its codes are not carried: they are secrets that stay in the lock")
        )
    if slots := [v for v in codes if v.key.property == "userIdStatus"]:
        functions.append(_users(site, slots))
    return Mapped(tuple(functions), frozenset(used), tuple(troubles))


def _bolt(
    site: Site,
    current: NodeValue,
    target: NodeValue | None,
    read: Callable[[object], bool | None],
    written: Mapping[bool, object],
) -> Function:
    settable = target is not None and target.writable
    endpoint = Endpoint(
        site.id("lock"), DeviceType.DOOR_LOCK, site.label, (typical(_LOCKED, writable=settable),)
    )
    return one(
        endpoint,
        current,
        read,
        target=target if settable else None,
        write=lambda value: written[yes_or_no(value)],
    )


def _mode(said: object) -> bool | None:
    """Only what is secured on all sides is locked."""
    code = whole(said)
    return None if code is None or code == _UNKNOWN else code == _SECURED


def _flag(said: object) -> bool | None:
    return said if isinstance(said, bool) else None


def _users(site: Site, slots: list[NodeValue]) -> Function:
    name = "Number.value"
    counted = replace(typical(name), title="codes in use", minimum=0, maximum=len(slots))
    endpoint = Endpoint(site.id("codes"), DeviceType.GENERIC, "Codes in use", (counted,))
    keys = [slot.key for slot in slots]

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        said = [whole(values.get(key)) for key in keys]
        known = [code for code in said if code is not None]
        return ((name, sum(code == _ENABLED for code in known) if known else None),)

    return Function(endpoint, frozenset(keys), read)
