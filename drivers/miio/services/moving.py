"""What is drawn and opened: `curtain`, `window-opener`, `airer` and alike."""

from collections.abc import Mapping, Sequence

from drivers.kit.errors import RefusedError
from drivers.miio.codec import Raw, number, words
from drivers.miio.draft import Draft
from drivers.miio.profile import Put
from drivers.miio.services.part import Part, chosen, meanings
from hubd.model.device import DeviceType
from hubd.model.ids import EndpointId
from hubd.model.value import Value

_POSITION = "WindowCovering.position"
_MOVES: Mapping[str, str] = {
    "stopped": "stopped", "stop": "stopped", "pause": "stopped", "paused": "stopped",
    "opening": "opening", "open": "opening", "closing": "closing", "close": "closing",
    "stop_at_limit": "stopped", "rising": "opening", "falling": "closing", "up": "opening",
    "down": "closing", "idle": "stopped",
}  # fmt: skip


def curtain(draft: Draft, part: Part) -> None:
    """Add a curtain: how far it is open, whether it moves, and stopping it."""
    mine = draft.endpoint(part.kind, DeviceType.WINDOW_COVERING)
    orders = _orders(part)
    _position(draft, mine, part, orders)
    status = part.look("status")
    if status is not None and status.value_list and status.readable and not status.writable:
        part.drop(status)
        meant = meanings(status, _MOVES)
        part.carry(
            draft, mine, "WindowCovering.operation", status, words(meant), shape=chosen(meant)
        )


def _orders(part: Part) -> Mapping[str, Put]:
    """Take the property that starts and stops it: `open`, `close` and `stop` -> how it is set."""
    prop = part.look("motor-control", "motor-switch")
    if prop is None or not prop.value_list or not prop.writable:
        return {}
    meant = meanings(prop)
    out: dict[str, Put] = {}
    for name, told in (
        ("open", {"open", "up", "rise"}),
        ("close", {"close", "down", "fall"}),
        ("stop", {"pause", "stop", "stop_moving"}),
    ):
        for raw, word in meant.items():
            if word in told:
                out.setdefault(name, (part.key(prop), raw))
    if out:
        part.drop(prop)
    return out


def _position(draft: Draft, mine: EndpointId, part: Part, orders: Mapping[str, Put]) -> None:
    target = part.take("target-position")
    current = part.take("current-position") or target
    if target is None and not {"open", "close"} <= orders.keys():
        return
    codec = number(low=0, high=100, whole=True)
    readable = current is not None and current.readable
    shape: dict[str, object] = {} if target is not None else {"step": 100.0}
    draft.add(mine, _POSITION, writable=True, assumed=not readable, shape=shape)
    if current is not None and readable:
        draft.reads(mine, _POSITION, (part.key(current),), lambda said: codec.read(said[0]))

    def write(wish: Mapping[str, Value], _: Mapping[str, Value]) -> Sequence[Put]:
        raw: Raw = codec.write(wish[_POSITION])
        if target is not None:
            return ((part.key(target), raw),)
        if raw in {0, 100}:
            return (orders["open" if raw else "close"],)
        raise RefusedError(f"can only be opened (100) or closed (0), not {raw}")

    draft.writes(mine, (_POSITION,), write)
    if "stop" in orders:
        draft.sets(mine, "WindowCovering.stop", orders["stop"])
