"""Z-Wave: nodes and values as a Z-Wave JS server tells them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from zwave_js_server.model.node import Node as ServerNode

from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption
from drivers.zwave.buttons import happened
from drivers.zwave.function import Function, Wish
from drivers.zwave.link import ZwaveLink, _Member, _moment, _notice
from drivers.zwave.node import carried, reachable, read_node
from drivers.zwave.values import Key, read_key
from hubd.model.value import Value
from tests.fuzz.ears import Ears, judge, judge_endpoints
from tests.fuzz.target import (
    DEVICE,
    ODD,
    Target,
    as_json,
    document,
    field,
    judge_reason,
    tried,
    wished,
)

if TYPE_CHECKING:
    from zwave_js_server.client import Client
    from zwave_js_server.model.node.data_model import NodeDataType

_HOME = "7e570001"
_LIBRARY = (AttributeError, KeyError, TypeError, ValueError)
"""What the library raises for a node that is none."""
_FUNCTIONS = 16


def _node(data: bytes) -> None:
    """Read a node and its values; tell what changed, and what happened; and ask."""
    said = document(data)
    values = field(said, "values")
    known = values if isinstance(values, list) else []
    node = tried(lambda: read_node(field(said, "node"), known))
    if node is None:
        return
    made = carried(node, _HOME)
    reachable(node.status)
    judge_endpoints(made.description.endpoints)
    for trouble in made.description.troubles:
        judge_reason(trouble.reason)
    held: dict[Key, object] = {key: value.value for key, value in node.values.items()}
    functions = list(made.functions.values())[:_FUNCTIONS]
    for function in functions:
        _read(function, held)
    changes = field(said, "changes")
    for change in changes if isinstance(changes, list) else ():
        key = tried(lambda change=change: read_key(change))  # type: ignore[misc]
        if key is not None and isinstance(change, dict):
            held[key] = change.get("newValue")
            for function in functions:
                if key in function.listeners:
                    judge(function.listeners[key].read(change.get("newValue")))
        if isinstance(change, dict):
            happened(change.get("ccId"), change)
    for function in functions:
        _read(function, held)
        _ask(function, held)
    happenings = changes if isinstance(changes, list) else []
    asyncio.run(_live(field(said, "node"), known, happenings))


async def _live(told: object, values: Sequence[object], changes: Sequence[object]) -> None:
    """Have a link hear what happens to a node, as the library tells it."""
    if not isinstance(told, dict):
        return
    try:
        data = cast("NodeDataType", {**told, "values": [], "endpoints": []})
        node = ServerNode(cast("Client", None), data)
        node.values = {str(n): _ServerValue(value) for n, value in enumerate(values)}  # type: ignore[misc]
    except _LIBRARY:
        return
    link, ears, member = ZwaveLink(Adoption(_HOME, "10.0.0.7")), Ears(), _Member(node, _HOME)
    with suppress(MalformedError):
        ears.described(member.part, member.read())
        for change in changes:
            link._update(member, {"args": change}, ears)
            _moment(member, {"args": change}, ears)
            cc = field(change, "ccId")
            _notice(member, {"ccId": cc, "args": change, "endpointIndex": 0}, ears)
    member.drop()


class _ServerValue:
    """A value as the library keeps it: what it was told."""

    def __init__(self, data: object) -> None:
        self.data = data


def _read(function: Function, held: Mapping[Key, object]) -> None:
    named = {p.name for p in function.endpoint.properties}
    for name, value in function.read(held):
        assert name in named
        judge(value)


def _ask(function: Function, held: Mapping[Key, object]) -> None:
    for prop in function.endpoint.properties:
        if prop.writable:
            wished(_asking(function, prop.name, held), (*ODD[:8], *prop.choices[:2]))


def _asking(function: Function, name: str, held: Mapping[Key, object]) -> Callable[[Value], None]:
    def ask(value: Value) -> None:
        for over_s in (None, 2.0):
            for setting in function.write(Wish({name: value}, over_s, held)):
                setting.key.on_wire()

    return ask


_CLASSES: Sequence[tuple[int, Sequence[int | str], object, Mapping[str, object]]] = (
    (37, ("currentValue", "targetValue"), True, {}),
    (38, ("currentValue", "targetValue", "Up", "Down"), 40, {
        "valueChangeOptions": ["transitionDuration"], "min": 0, "max": 99}),
    (51, ("currentColor", "targetColor"), {"red": 1, "warmWhite": 2}, {}),
    (49, ("Air temperature", "Humidity"), 21.5, {
        "unit": "°F", "ccSpecific": {"sensorType": 1, "scale": 1}}),
    (50, ("value", "reset"), 3.5, {"unit": "kWh", "ccSpecific": {"meterType": 1, "scale": 0}}),
    (48, ("Any", "Motion"), False, {"ccSpecific": {"sensorType": 12}}),
    (113, ("Access Control", "Smoke Alarm"), 22, {
        "states": {"22": "Window/door is open", "23": "Window/door is closed"},
        "ccSpecific": {"notificationType": 6}}),
    (64, ("mode", "manufacturerData"), 1, {"states": {"0": "Off", "1": "Heat", "2": "Cool"}}),
    (67, ("setpoint",), 21, {"unit": "°C", "min": 5, "max": 30, "ccSpecific": {"setpointType": 1}}),
    (66, ("state",), 1, {"states": {"0": "Idle", "1": "Heating"}}),
    (68, ("mode", "off"), 1, {"states": {"0": "Auto low", "1": "Low"}}),
    (98, ("currentMode", "targetMode", "doorStatus"), 255, {"states": {"0": "Unsecured"}}),
    (102, ("currentState", "targetState"), 252, {"states": {"252": "Closing"}}),
    (128, ("level", "isLow", "chargingStatus"), 90, {"unit": "%"}),
    (91, ("scene", "slowRefresh"), 0, {"states": {"0": "KeyPressed", "3": "KeyPressed2x"}}),
    (43, ("sceneId", "dimmingDuration"), 3, {}),
    (121, ("toneId", "defaultVolume", "volume"), 1, {"states": {"0": "off", "1": "Ding"}}),
    (106, ("currentValue", "targetValue"), 3, {"min": 0, "max": 99}),
    (112, (1, 2), 3, {"states": {"1": "On"}, "min": 0, "max": 9}),
    (119, ("name", "location"), "Hall", {}),
    (114, ("manufacturerId", "deviceId"), "12-34", {}),
    (64, ("mode",), 1, {"states": {"1": "Heat"}}),
    (67, ("setpoint",), 70, {"unit": "°F", "ccSpecific": {"setpointType": 2}, "key": 2}),
    (109, ("mode",), 1, {"states": {"0": "Off", "1": "Humidify"}}),
    (110, ("state",), 1, {}),
    (100, ("setpoint",), 50, {"unit": "%", "key": 1}),
    (156, ("state",), 3, {"ccSpecific": {"sensorType": 1}}),
    (113, ("Clock",), 3, {"states": {"1": "Wake"}, "ccSpecific": {"notificationType": 11}}),
    (118, ("locked",), True, {}),
    (32, ("event", "currentValue"), 255, {}),
    (145, ("flag",), True, {}),
    (49, ("Odd",), 3, {"unit": "parsec", "ccSpecific": {"sensorType": 99, "scale": 0}}),
    (145, ("words",), "text", {}),
    (146, ("ratio",), 1.5, {"unit": "m"}),
    (99, ("userIdStatus", "userCode"), "1234", {"secret": True}),
    (135, ("value",), 3, {}),
)  # fmt: skip


_DEVICES = ((0x11, 1), (0x11, 6), (0x11, 8), (0x10, 1), (0x40, 3), (0x07, 1))
"""Generic and specific device classes: a dimmer, a motor, a fan, a switch, a lock, a sensor."""


def _seeds() -> Sequence[bytes]:
    seeds = []
    for command_class, names, value, metadata in _CLASSES:
        key = "001" if command_class == 91 else metadata.get("key")
        place = {"commandClass": command_class, "endpoint": 0, "propertyKey": key}
        values = [
            {**place, "property": name, "ccVersion": 4, "value": value, "metadata": {
                "type": _type(value), "readable": True, "writeable": True, "label": str(name),
                **metadata}}
            for name in names
        ]  # fmt: skip
        changes = [
            {**place, "property": names[0], "newValue": value},
            {**place, "property": names[0], "value": 3},
            {"ccId": command_class, "eventLabel": "Open", "eventTypeLabel": "Cached"},
        ]
        for generic, specific in _DEVICES:
            node = {
                "nodeId": 12, "index": 0, "status": 4, "interviewStage": "Complete", "name": "It",
                "deviceClass": {
                    "basic": {"key": 4, "label": "B"}, "generic": {"key": generic, "label": "G"},
                    "specific": {"key": specific, "label": "S"}},
                "endpoints": [{"index": 0, "endpointLabel": "One"}], "dsk": "12345-6",
                "deviceConfig": {"manufacturer": "M", "label": "L", "description": "D"},
            }  # fmt: skip
            seeds += as_json({"node": node, "values": values, "changes": changes})
    return seeds


def _type(value: object) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", dict: "color"}
    return kinds.get(type(value), "any")


TARGETS = (Target("zwave.node", ("drivers.zwave",), _node, _seeds, allowance_bytes=DEVICE),)
