"""Hue: a bridge's resources, the events of its stream, and its answers."""

from collections.abc import Callable, Sequence

from aiohue.errors import AiohueException

from drivers.hue.bridge import _common_name, _key
from drivers.hue.documents import read_events, read_resources
from drivers.hue.estate import Estate, Memory
from drivers.hue.stream import Messages
from drivers.kit.errors import DriverError, RefusedError
from drivers.kit.link import ITSELF
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.fuzz.ears import Ears
from tests.fuzz.target import (
    DEVICE,
    RECORD,
    Target,
    as_json,
    judge_reason,
    records,
    tried,
    typed,
    wished,
)

_PARTS, _ENDPOINTS = 6, 4


def _resources(data: bytes) -> None:
    """Read all that there is, then the events that follow; and ask."""
    body, *rest = records(data)
    read = tried(lambda: read_resources(body))
    if read is None:
        return
    resources, faults = read
    ears, memory = Ears(), Memory()
    estate = Estate(resources, ears, memory)
    estate.describe((ITSELF, "gone"))
    estate.read(resources)
    for packet in rest:
        events = tried(lambda packet=packet: read_events(packet))  # type: ignore[misc]
        if events is not None:
            faults += events[1]
            for event in events[0]:
                estate.happened(event)
    for fault in faults:
        judge_reason(fault)
    for part, description in list(ears.parts.items())[:_PARTS]:
        for endpoint in description.endpoints[:_ENDPOINTS]:
            for prop in endpoint.properties:
                wished(_asking(estate, part, endpoint.id, prop.name, action=False))
            wished(_asking(estate, part, endpoint.id, "Identify.identify", action=True))
    estate.read(resources)


def _asking(
    estate: Estate, part: str, endpoint: EndpointId, name: str, *, action: bool
) -> Callable[[Value], None]:
    def ask(value: Value) -> None:
        command = Command(DeviceId("d"), endpoint, name, value, 0, action=action, over_us=400_000)
        with typed(RefusedError):
            estate.request(part, [command])

    return ask


def _stream(data: bytes) -> None:
    """Read a stream in two cuts; the messages must be the same."""
    whole, cut = Messages(), Messages()
    at = len(data) // 2
    said = tried(lambda: whole.feed(data))
    pieces = tried(lambda: [*cut.feed(data[:at]), *cut.feed(data[at:])])
    assert said == pieces
    for message in said or ():
        tried(lambda message=message: read_events(message))  # type: ignore[misc]


def _answers(data: bytes) -> None:
    with typed(DriverError):
        try:
            assert _key(data)
        except AiohueException:
            return
    _common_name(data)


def _device(rid: str, *services: tuple[str, str]) -> dict[str, object]:
    return {
        "id": rid, "type": "device", "metadata": {"name": "Lamp", "archetype": "x"}, "identify": {},
        "product_data": {"manufacturer_name": "Signify", "model_id": "M1", "product_name": "P",
                         "software_version": "1"},
        "services": [{"rid": r, "rtype": kind} for r, kind in services],
    }  # fmt: skip


_LIGHT: dict[str, object] = {
    "id": "l", "type": "light", "on": {"on": False}, "dimming": {"brightness": 40.0},
    "color_temperature": {"mirek": 370, "mirek_valid": True,
                          "mirek_schema": {"mirek_minimum": 153, "mirek_maximum": 500}},
    "color": {"xy": {"x": 0.4, "y": 0.4}, "gamut": {
        "red": {"x": 0.69, "y": 0.3}, "green": {"x": 0.17, "y": 0.7},
        "blue": {"x": 0.15, "y": 0.04}}},
    "effects_v2": {"action": {"effect_values": ["no_effect", "candle"]},
                   "status": {"effect": "no_effect"}},
}  # fmt: skip
_SENSES: Sequence[dict[str, object]] = (
    {"id": "m", "type": "motion", "enabled": True, "motion": {"motion": True}},
    {"id": "t", "type": "temperature", "enabled": True, "temperature": {"temperature": 21.5}},
    {"id": "i", "type": "light_level", "light": {"light_level": 18000}},
    {"id": "c", "type": "contact", "contact_report": {"state": "contact", "changed": "x"}},
    {"id": "x", "type": "tamper", "tamper_reports": [{"state": "tampered", "source": "battery"}]},
    {"id": "b", "type": "button", "metadata": {"control_id": 1}, "button": {
        "button_report": {"event": "initial_press", "updated": "t"},
        "event_values": ["long_press"]}},
    {"id": "r", "type": "relative_rotary", "relative_rotary": {"rotary_report": {
        "action": "start", "rotation": {"direction": "clock_wise", "steps": 3}, "updated": "t"}}},
    {"id": "p", "type": "device_power", "power_state": {"battery_level": 90,
                                                        "battery_state": "normal"}},
    {"id": "z", "type": "zigbee_connectivity", "status": "connected", "mac_address": "00:17:88"},
    {"id": "g", "type": "bridge", "bridge_id": "001788fffe23ab01"},
)  # fmt: skip


def _seeds() -> Sequence[bytes]:
    room = {"id": "o", "type": "room", "metadata": {"name": "Hall"},
            "children": [{"rid": "d", "rtype": "device"}]}  # fmt: skip
    event = [{"type": "update", "data": [{"id": "l", "type": "light", "on": {"on": True}}]}]
    lamp = {"errors": [], "data": [_device("d", ("l", "light"), ("z", "zigbee_connectivity")),
                                   _LIGHT, room, _SENSES[8]]}  # fmt: skip
    seeds = [RECORD.join(as_json(lamp, event))]
    for sense in _SENSES:
        whole = {"data": [_device("d", (str(sense["id"]), str(sense["type"]))), sense]}
        update = [{"type": kind, "data": [sense]} for kind in ("update", "add", "delete")]
        seeds.append(RECORD.join(as_json(whole, update)))
    return seeds


def _stream_seeds() -> Sequence[bytes]:
    event = as_json([{"type": "update", "data": [_LIGHT]}])[0]
    return [
        b": hi\n\nid: 1:0\ndata: " + event + b"\n\n",
        b"data: a\r\ndata: b\r\n\r\n",
        b"data\n\n",
    ]


_OF = ("drivers.hue",)
TARGETS = (
    Target("hue.resources", _OF, _resources, _seeds, allowance_bytes=DEVICE),
    Target("hue.stream", _OF, _stream, _stream_seeds, allowance_bytes=512 * 1024),
    Target(
        "hue.answers",
        ("drivers.hue.bridge",),
        _answers,
        lambda: [b'[{"success":{"username":"k"}}]', b'[{"error":{"type":101,"description":"b"}}]',
                 b"0\x82"],
    ),
)  # fmt: skip
