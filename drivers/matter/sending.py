"""Commands of the hub as what is sent to a node, and what its answer makes certain. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.errors import RefusedError
from drivers.matter.attributes import Invoke, Order, Write
from drivers.matter.mapping import asked, encoded
from drivers.matter.node import Carried, Source
from drivers.matter.orders import TIMED
from drivers.matter.told import Told
from hubd.model.command import Command
from hubd.model.ids import EndpointId
from hubd.model.value import Value

_ON_OFF, _LEVEL, _COLOR, _LOCK = 6, 8, 768, 257
_AT_ONCE: frozenset[tuple[int, int]] = frozenset(
    {
        (_ON_OFF, 0),
        (_ON_OFF, 1),
        (_LEVEL, 0),
        (_LEVEL, 4),
        *((_COLOR, n) for n in (0, 3, 6, 7, 10, 64, 67)),
    }
)
"""Commands that are done when they are acknowledged, unless they are to take their time."""
_NOT_TWICE = ("Toggle", "Step", "Move", "Stop")
_ABSOLUTE = "MoveTo"
_CHANGE_MODE = "ChangeToMode"


class Certain(Struct, frozen=True):
    """A property that is as wished once what was sent is acknowledged."""

    endpoint: EndpointId
    name: str
    value: Value


class Sending(Struct, frozen=True):
    """One thing to send to an endpoint and a cluster of Matter's.

    `twice`: it may be sent again when nobody knows whether it arrived. `timed`: it counts within a
    time alone.
    """

    name: str
    """The property or the action that it is for."""
    endpoint: int
    cluster: int
    order: Order
    certain: tuple[Certain, ...] = ()
    twice: bool = False
    timed: bool = False


def sendings(
    known: Carried, told: Told, part: str, commands: Sequence[Command]
) -> tuple[list[Sending], RefusedError | None]:
    """Return what to send for commands to one endpoint of a part, and what cannot be sent of them.

    Raises RefusedError if that is all.
    """
    found: list[Sending] = []
    refused: RefusedError | None = None
    for command in commands:
        try:
            if command.action:
                found.append(_deed(known, told, part, command))
            else:
                found.append(_setting(known, told, part, command))
        except RefusedError as error:
            refused = error
    if not found:
        raise refused or RefusedError("there is nothing to do")
    return _joined(found), refused


def _deed(known: Carried, told: Told, part: str, command: Command) -> Sending:
    deed = known.deeds.get((part, command.endpoint, command.name))
    if deed is None:
        raise RefusedError(f"cannot {command.name}")
    order = asked(deed.invoke, command.value, told.beside(deed.endpoint, deed.cluster))
    timed = deed.cluster in TIMED
    return Sending(command.name, deed.endpoint, deed.cluster, order, timed=timed)


def _setting(known: Carried, told: Told, part: str, command: Command) -> Sending:
    source = known.settings.get((part, command.endpoint, command.name))
    if source is None:
        raise RefusedError(f"{command.name} cannot be set there")
    endpoint, cluster, _ = source.path
    order = encoded(source.attribute, command.value, told.beside(endpoint, cluster))
    if isinstance(order, Invoke) and command.over_us and "transitionTime" in order.fields:
        tenths = min(round(command.over_us / 100_000), 65_534)
        order = replace(order, fields={**order.fields, "transitionTime": tenths})
    return Sending(
        command.name,
        endpoint,
        cluster,
        order,
        _certain(source, cluster, order, command),
        twice=_may_be_sent_twice(cluster, order),
        timed=cluster in TIMED and isinstance(order, Invoke),
    )


def _certain(source: Source, cluster: int, order: Order, command: Command) -> tuple[Certain, ...]:
    wished = Certain(source.endpoint, source.prop.name, command.value)
    if isinstance(order, Write):
        return (wished,)
    if order.fields.get("transitionTime"):
        return ()
    is_mode = order.name == _CHANGE_MODE
    return (wished,) if is_mode or (cluster, order.command) in _AT_ONCE else ()


def _may_be_sent_twice(cluster: int, order: Order) -> bool:
    if isinstance(order, Write):
        return True
    relative = order.name.startswith(_NOT_TWICE) and not order.name.startswith(_ABSOLUTE)
    return cluster != _LOCK and not relative


def _joined(found: Sequence[Sending]) -> list[Sending]:
    """Return what to send in its order, what belongs together in one."""
    left = list(found)
    is_on = _take(left, _ON_OFF, 1)
    is_off = _take(left, _ON_OFF, 0)
    level = next((s for s in left if _is(s, _LEVEL, 4)), None)
    if is_on is not None and level is not None and _field(level, "level"):
        # The level switches it on, without a flash of the former one.
        left[left.index(level)] = replace(level, certain=(*is_on.certain, *level.certain))
        is_on = None
    left = _with_hue_and_saturation_as_one(left)
    points = [s for s in left if _is(s, _COLOR, 7)]
    if len(points) == 2:
        left = [s for s in left if s not in points] + [_point(*points)]
    # What is off takes neither a level nor a colour: off comes last, on first.
    first = [is_on] if is_on is not None else []
    last = [is_off] if is_off is not None else []
    return [*first, *left, *last]


def _with_hue_and_saturation_as_one(left: list[Sending]) -> list[Sending]:
    """Return it with both in one command, so that no third colour is shown between them."""
    hue = next((s for s in left if _is(s, _COLOR, 0) or _is(s, _COLOR, 64)), None)
    saturation = next((s for s in left if _is(s, _COLOR, 3)), None)
    if hue is None or saturation is None:
        return left
    command, name, key = 6, "MoveToHueAndSaturation", "hue"
    if _is(hue, _COLOR, 64):
        command, name, key = 67, "EnhancedMoveToHueAndSaturation", "enhancedHue"
    order = Invoke(command, name, {key: _field(hue, key), **_fields(saturation)})
    joined = replace(saturation, order=order, certain=(*hue.certain, *saturation.certain))
    return [s for s in left if s not in (hue, saturation)] + [joined]


def _point(first: Sending, second: Sending) -> Sending:
    """Return one move to x and y: each of the two has its own, and the other as it was."""
    x, y = (first, second) if first.name == "ColorControl.x" else (second, first)
    fields = {**_fields(x), "colorY": _field(y, "colorY")}
    certain = (*first.certain, *second.certain)
    return replace(x, order=Invoke(7, "MoveToColor", fields), certain=certain)


def _take(left: list[Sending], cluster: int, command: int) -> Sending | None:
    found = next((s for s in left if _is(s, cluster, command)), None)
    if found is not None:
        left.remove(found)
    return found


def _is(sending: Sending, cluster: int, command: int) -> bool:
    order = sending.order
    return sending.cluster == cluster and isinstance(order, Invoke) and order.command == command


def _fields(sending: Sending) -> Mapping[str, object]:
    return sending.order.fields if isinstance(sending.order, Invoke) else {}


def _field(sending: Sending, name: str) -> object:
    return _fields(sending).get(name)
