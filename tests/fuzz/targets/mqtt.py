"""MQTT: the packets, the dialects with all that they describe, and the whole driver."""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from drivers.broker.handshake import accepted
from drivers.kit.errors import MalformedError
from drivers.mqtt import coverage as discovery_coverage
from drivers.mqtt.dialect import Described, Dialect, Heard, News
from drivers.mqtt.errors import MqttError, TemplateError, UnreadableError
from drivers.mqtt.esphome import EspHome
from drivers.mqtt.groups import read_groups
from drivers.mqtt.homeassistant import HomeAssistant
from drivers.mqtt.homie import Homie
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.settings import MqttSettings
from drivers.mqtt.shelly import ShellyGen1, ShellyRpc
from drivers.mqtt.tap import MalformedError as NoPacketError
from drivers.mqtt.tap import Tap, message_in, packet_at, publish_packet
from drivers.mqtt.tasmota import Tasmota
from drivers.mqtt.template import compile_template
from drivers.mqtt.theengs import Theengs
from drivers.mqtt.theengs.decoders import Libraries
from drivers.mqtt.zigbee2mqtt import Zigbee2Mqtt
from drivers.mqtt.zigbee2mqtt import coverage as zigbee_coverage
from hubd.model.device import Device
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import (
    DEVICE,
    ODD,
    Target,
    as_json,
    document,
    judge_reason,
    messages,
    records,
    told,
    tried,
    typed,
    wished,
)
from tests.unit.drivers.mqtt_house import House, recorded
from tests.unit.drivers.shelly_statuses import GEN1, GEN2, MAC
from tests.unit.drivers.test_mqtt_esphome import CLIMATE, FACTS
from tests.unit.drivers.test_mqtt_homie import BLIND, LAMP, VALUES
from tests.unit.drivers.test_mqtt_tasmota import CONFIG, ENERGY
from tests.unit.drivers.test_mqtt_tasmota import MAC as TASMOTA_MAC
from tests.unit.drivers.test_mqtt_theengs import ADVERTISED, BASE, BIND_KEY, DECODED, KEYED

_ZIGBEE = Path(__file__).parents[2] / "fixtures" / "zigbee2mqtt"
_RECORDINGS = (
    "device_based", "esphome", "openmqttgateway", "rtl_433", "shelly_gen2", "tasmota", "valetudo",
    "zigbee2mqtt", "zwave_js_ui",
)  # fmt: skip
_DIALECTS_PARTS = 24
"""Parts of one device that are read and asked: the others are as they are."""


# packets


def _packets(data: bytes) -> None:
    """Take packets out of a stream, in both versions of the protocol, whole and cut."""
    for properties in (False, True):
        at = 0
        try:
            while (there := packet_at(data, at)) is not None:
                topic, payload = message_in(data, *there, properties=properties)
                assert len(topic) + len(payload) <= there[1] - there[0]
                at = there[1]
        except NoPacketError as error:
            judge_reason(str(error))
    accepted(data)
    for version in (4, 5):
        for cut in (len(data), len(data) // 2):
            stream = _Stream()
            tap = Tap(stream, version, stream.receive, stream.hand_on)
            tap.data_received(data[:cut])
            if not stream.closed:
                tap.data_received(data[cut:])


class _Stream(asyncio.Transport):
    """A transport that has nothing behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def get_protocol(self) -> asyncio.BaseProtocol:
        return asyncio.Protocol()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Have none."""

    def close(self) -> None:
        self.closed = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        raise AssertionError(bytes(data[:80]))

    def receive(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        """Take a message."""

    def hand_on(self, kind: int, body: bytes) -> None:
        """Take another packet."""


def _packet_seeds() -> Sequence[bytes]:
    message = Publish("home/lamp/state", b'{"on":true}', qos=0)
    long = Publish("t", b"x" * 300, qos=0, retain=True)
    made = [publish_packet(m, 1, properties=p) for m in (message, long) for p in (False, True)]
    acknowledged = b"\x40\x02\x00\x01"
    return [*made, b"".join(made) + acknowledged, b"\x30\xff\xff\xff\xff\x7f", b"\xd0\x00"]


# dialects


def _dialect(make: Callable[[], Dialect]) -> Callable[[bytes], None]:
    """Return what gives messages to a dialect, then to all that it described, and commands that."""

    def run(data: bytes) -> None:
        dialect = make()
        said = messages(data)
        parts: dict[str, list[Part]] = {}
        follows: set[str] = set()
        for topic, payload in said:
            if dialect.is_news(topic) or topic in follows:
                for news in _news(dialect, topic, payload):
                    if isinstance(news, Described):
                        parts[news.origin] = _parts(news)
                        follows |= {*news.follows, *(topic for topic, _ in news.heeds)}
        for built in parts.values():
            for part in built[:_DIALECTS_PARTS]:
                _ask(part)
                for topic, payload in said:
                    _read(part, topic, payload)
        dialect.greeting()

    return run


def _news(dialect: Dialect, topic: str, payload: bytes) -> list[News]:
    news: list[News] = []
    with typed(MqttError):
        for one in dialect.read(topic, payload):
            assert not isinstance(one, Heard) or one.topic
            news.append(one)
    return news


def _parts(described: Described) -> list[Part]:
    assert described.device.identities
    parts = [p.built for p in described.pieces if isinstance(p.built, Part)]
    for part in parts:
        judge_endpoints((part.endpoint,))
    return parts


def _read(part: Part, topic: str, payload: bytes) -> None:
    """Give a payload to what reads its topic; to all of it where nobody else does."""
    readers = [r.read for r in part.readers if r.topic == topic]
    splitters = [s.read for s in part.splitters if s.topic == topic]
    listeners = [r.read for r in part.listeners if r.topic == topic]
    reached = [read for where, read in part.reach.topics if where == topic] if part.reach else []
    said = Payload(payload)
    for read in readers:
        value = tried(lambda read=read: read(said), UnreadableError)  # type: ignore[misc]
        if value is not MISSING:
            judge(value)
    for split in splitters:
        for _, told_value in tried(lambda split=split: split(said), UnreadableError) or ():  # type: ignore[misc]
            judge(told_value)
    for hear in listeners:
        judge(tried(lambda hear=hear: hear(said), UnreadableError))  # type: ignore[misc]
    for reach in reached:
        tried(lambda reach=reach: reach(said), UnreadableError)  # type: ignore[misc]


def _ask(part: Part) -> None:
    for writer in (*part.writers.values(), *part.actions.values()):
        wished(writer.write)
    joint = part.joint
    if joint is not None:
        for name in sorted(joint.names):
            wished(lambda value, name=name: joint.write({name: value}))  # type: ignore[misc]
        wished(lambda value: joint.write(dict.fromkeys(joint.names, value)), ODD[:6])
        if (fade := joint.fade) is not None:
            wished(lambda value: fade(dict.fromkeys(joint.names, value), 2.0), ODD[:6])


@cache
def _libraries() -> Libraries:
    libraries = Libraries()
    for library in (libraries.bthome, libraries.xiaomi, libraries.theengs):
        library.wait()
    return libraries


def _theengs() -> Dialect:
    return Theengs({KEYED: BIND_KEY}, libraries=_libraries(), clock=lambda: 1000.0)


def _fixture(name: str, most: int = 3_500) -> list[bytes]:
    """Return a recording, message by message, each announcement with the states after it."""
    said = recorded(name)
    config = [(t, p) for t, p, _ in said if t.endswith("/config")]
    states = [(t, p) for t, p, _ in said if not t.endswith("/config")]
    return [seed for pair in config if len(seed := told(pair, *states)) <= most]


def _component_seeds() -> list[bytes]:
    return [
        *(seed for name in _RECORDINGS for seed in _fixture(name)),
        told((CLIMATE[0], CLIMATE[1]), ("porch/climate/heating/mode/state", b"heat")),
        told(
            ("homeassistant/update/it/config", {
                "l_ver_t": "u/latest", "stat_t": "u", "uniq_id": "u", "dev": {"ids": "x"}}),
            ("u/latest", b"2.0"), ("u", {"installed_version": "1", "latest_version": "2"}),
        ),
        told(
            (
                "homeassistant/light/it/config",
                {
                    "schema": "json", "cmd_t": "l/set", "stat_t": "l", "brightness": True,
                    "supported_color_modes": ["rgb", "color_temp", "xy", "hs"], "effect": True,
                    "effect_list": ["a"], "uniq_id": "x",
                    "dev": {"ids": "x", "cns": [["mac", MAC]]},
                    "~": "l", "avty": [{"t": "~/up", "val_tpl": "{{ value_json.state }}"}],
                },
            ),
            ("l", {"state": "ON", "brightness": 3, "color": {"x": 0.3, "y": 0.3, "h": 1, "s": 2}}),
            ("l/up", {"state": "online"}),
        ),
        *(
            told(
                (
                    f"homeassistant/{kind}/it/config",
                    {"~": "d/it", "stat_t": "~/s", "cmd_t": "~/c", "pos_t": "~/p", "uniq_id": kind,
                     "dev": {"ids": ["d"]}, "options": ["a", "b"], "preset_modes": ["a"],
                     "percentage_command_topic": "~/c", "val_tpl": "{{ value_json.v|float }}",
                     "event_types": ["press"], "set_position_topic": "~/c",
                     "modes": ["off", "heat"], "mode_command_topic": "~/c",
                     "temperature_command_topic": "~/c", "target_humidity_command_topic": "~/c",
                     "json_attributes_topic": "~/a", "min": 0, "max": 9, "supported_features": []},
                ),
                ("d/it/s", {"v": 1, "event_type": "press", "state": "ON"}),
                ("d/it/p", b"40"),
                ("d/it/a", {"latitude": 1.0, "longitude": 2.0}),
            )
            for kind in (
                "alarm_control_panel", "binary_sensor", "button", "climate", "cover",
                "device_automation", "device_tracker", "event", "fan", "humidifier", "light",
                "lock", "number", "scene", "select", "sensor", "siren", "switch", "text", "update",
                "vacuum", "valve", "water_heater", "tag", "image",
            )
        ),
    ]  # fmt: skip


def _zigbee_seeds() -> list[bytes]:
    devices = json.loads((_ZIGBEE / "devices.json").read_text("utf-8"))
    said = json.loads((_ZIGBEE / "messages.json").read_text("utf-8"))
    whole = [(m["topic"], m["payload"]) for m in said]
    return [
        told(*whole),
        told(("zigbee2mqtt/bridge/devices", devices)),
        told(
            (
                "zigbee2mqtt/bridge/devices",
                [{**_exposing(_feature("text", "x")), "disabled": True, "power_source": "Battery"}],
            ),
            ("zigbee2mqtt/bridge/state", {"state": "online"}),
        ),
        *(told(("zigbee2mqtt/bridge/devices", [_exposing(*exposes)]), ("zigbee2mqtt/it", state))
          for exposes, state in _EXPOSED),
    ]  # fmt: skip


def _exposing(*exposes: object) -> dict[str, object]:
    definition = {
        "model": "M", "vendor": "V", "description": "d", "exposes": exposes, "supports_ota": True
    }  # fmt: skip
    return {
        "ieee_address": "0x00158d0001a2b3c4", "friendly_name": "it", "type": "Router",
        "supported": True, "interview_state": "SUCCESSFUL", "definition": definition,
    }  # fmt: skip


def _feature(kind: str, name: str, **more: object) -> dict[str, object]:
    return {"type": kind, "name": name, "property": name, "access": 7, **more}


_ON = _feature("binary", "state", value_on="ON", value_off="OFF", value_toggle="TOGGLE")
_EXPOSED: Sequence[tuple[Sequence[object], object]] = (
    (
        [{"type": "light", "features": [
            _ON, _feature("numeric", "brightness", value_min=0, value_max=254),
            _feature("numeric", "color_temp", value_min=153, value_max=500, unit="mired"),
            {**_feature("composite", "color_xy", features=[
                _feature("numeric", "x"), _feature("numeric", "y")]), "property": "color"},
            {**_feature("composite", "color_hs", features=[
                _feature("numeric", "hue"), _feature("numeric", "saturation")]),
             "property": "color"}]}],
        {"state": "ON", "brightness": 3, "color": {"x": 0.3, "y": 0.3}, "color_mode": "xy"},
    ),
    (
        [{"type": "climate", "features": [
            _feature("numeric", "occupied_heating_setpoint", value_min=5, value_max=30, unit="°C"),
            _feature("enum", "system_mode", values=["off", "heat"]),
            _feature("enum", "running_state", values=["idle", "heat"]),
            _feature("numeric", "local_temperature", unit="°C")]},
         _feature("list", "schedule", item_type=_feature("numeric", "t"))],
        {"occupied_heating_setpoint": 21, "system_mode": "heat", "local_temperature": 20.5},
    ),
    (
        [{"type": "cover", "features": [
            _feature("enum", "state", values=["OPEN", "CLOSE", "STOP"]),
            _feature("numeric", "position", value_min=0, value_max=100, unit="%"),
            _feature("numeric", "tilt", value_min=0, value_max=100)]},
         {"type": "fan", "features": [_ON, _feature("enum", "mode", values=["low", "high"])]},
         {"type": "lock", "features": [
             _feature("binary", "state", value_on="LOCK", value_off="UNLOCK"),
             _feature("enum", "lock_state", values=["locked"])]}],
        {"state": "OPEN", "position": 50, "tilt": 3, "mode": "low", "lock_state": "locked"},
    ),
    (
        [{"type": "switch", "features": [
            _ON, {**_ON, "name": "state", "property": "state_l2"}, _feature("text", "note")]},
         {"type": "fan", "features": [
             _ON, _feature("numeric", "speed", value_min=1, value_max=254)]},
         {"type": "composite", "name": "warning", "property": "warning", "access": 2, "features": [
             {**_feature("enum", "mode", values=["stop"]), "access": 2},
             {**_feature("numeric", "duration", unit="s"), "access": 2},
             {**_feature("composite", "inner", features=[{**_feature("text", "x"), "access": 2}]),
              "access": 2},
             {**_feature("list", "steps", item_type=_feature("numeric", "t")), "access": 2}]},
         {**_feature("list", "plan", item_type=_feature("numeric", "t")), "access": 2},
         {"type": "lock", "features": [
             _feature("binary", "state", value_on="LOCK", value_off="UNLOCK"),
             _feature("enum", "lock_state", values=["locked", "not_fully_locked"])]}],
        {"state": "ON", "state_l2": "OFF", "speed": 3, "lock_state": "locked", "update": {
            "state": "available", "installed_version": 1, "latest_version": -1, "progress": 3}},
    ),
    (
        [_feature("numeric", "temperature", unit="°C"), _feature("numeric", "battery", unit="%"),
         _feature("enum", "action", values=["single", "double", "recall_*"]),
         _feature("composite", "warning", features=[
             _feature("enum", "mode", values=["stop", "burglar"]), _feature("numeric", "duration"),
             _feature("binary", "strobe", value_on=True, value_off=False)]),
         _feature("composite", "update", features=[_feature("text", "state")])],
        {"temperature": 21.5, "battery": 90, "action": "single", "update": {"state": "idle"}},
    ),
)  # fmt: skip


def _shelly_rpc_seeds() -> list[bytes]:
    """Return what makes the hub ask a device who it is, and its answers."""
    seeds = []
    for model in GEN2.values():
        answers: list[object] = [{"mac": MAC, "id": "it", "gen": 2}, model.config, model.status]
        said: list[tuple[str, object]] = [("it/online", b"true")]
        for step, result in enumerate([*answers, {"components": [], "total": 0}], 1):
            said.append(("hubd/shelly/it/who/rpc", {"id": 10 + step, "result": result}))
        said += [
            ("it/events/rpc", {"method": "NotifyStatus", "params": {"ts": 1.0, **model.status}}),
            ("it/events/rpc", {"method": "NotifyEvent", "params": {"events": [
                {"component": "input:0", "event": "single_push"}]}}),
            ("hubd/shelly/it/state/rpc", {"id": 3, "result": model.status}),
        ]  # fmt: skip
        seeds.append(told(*said))
    return [seed for seed in seeds if len(seed) <= 12_000]


def _shelly_gen1_seeds() -> list[bytes]:
    announced = {"id": "it", "model": "SHSW-PM", "mac": MAC, "fw_ver": "1/v1.14.0"}
    models = ("SHSW-PM", "SHRGBW2", "SHBDUO-1", "SHTRV-01")
    return [
        told(
            ("shellies/it/announce", {**announced, "model": models[place % 4], "mode": "color"}),
            ("shellies/it/info", model.status),
            ("shellies/it/relay/0", b"on"),
            ("shellies/it/relay/0/power", b"12.5"),
            ("shellies/it/light/0/status", {"ison": True, "red": 1, "green": 2, "blue": 3}),
            ("shellies/it/input_event/0", {"event": "S", "event_cnt": 3}),
            ("shellies/it/online", b"true"),
        )
        for place, model in enumerate(GEN1.values())
    ]


def _tasmota_seeds() -> list[bytes]:
    config, sensors = f"tasmota/discovery/{TASMOTA_MAC}/config", "tasmota/discovery/X/sensors"
    sensors = sensors.replace("X", TASMOTA_MAC)
    return [
        told((config, {**CONFIG, **more}), (sensors, {"sn": sample, "ver": 1}), *states)
        for more, sample, states in (
            ({}, {"ENERGY": ENERGY}, [("tele/desk/LWT", b"Online")]),
            (
                {"rl": [2, 0, 0, 0], "lt_st": 5},
                {"SI7021": {"Temperature": 21.5, "Humidity": 40.1}, "TempUnit": "C"},
                [
                    ("stat/desk/RESULT", {"POWER": "ON", "HSBColor": "1,2,3", "Scheme": 1}),
                    ("tele/desk/SENSOR", {"SI7021": {"Temperature": 21.5}, "TempUnit": "F"}),
                    ("tele/desk/STATE", {"POWER": "ON", "CT": 200, "Color": "FF00000000"}),
                ],
            ),
            ({"rl": [3, 3, 0, 0]}, {"Shutter1": {"Position": 3, "Direction": 0}}, []),
            ({"swc": [13, 1, -1, -1], "btn": [1, 0, 0, 0]}, {"Switch1": "ON"},
             [("stat/desk/RESULT", {"Switch1": {"Action": "SINGLE"}})]),
        )
    ]  # fmt: skip


def _homie_seeds() -> list[bytes]:
    lamp = [(f"homie/lamp/{path}", text) for path, text in (*LAMP.items(), *VALUES.items())]
    return [
        told(("homie/5/blind/$description", BLIND), ("homie/5/blind/$state", b"ready")),
        told(*lamp[:24]),
        told(*lamp[12:]),
        told(*(pair for pair in lamp if "climate" not in pair[0])),
        told(
            ("homie/5/it/$description", {"homie": "5.0", "version": 1, "nodes": {
                "lamp": {"type": "light", "properties": {
                    "color": {"datatype": "color", "format": "rgb,hsv,xyz", "settable": True},
                    "on": {"datatype": "boolean", "settable": True}}},
                "timer": {"properties": {
                    "left": {"datatype": "duration", "settable": True},
                    "when": {"datatype": "datetime"}, "raw": {"datatype": "json"},
                    "press": {"datatype": "enum", "format": "one,two", "retained": False}}}}}),
            ("homie/5/it/$state", b"ready"), ("homie/5/it/lamp/color", b"hsv,120,50,100"),
            ("homie/5/it/lamp/color", b"xyz,0.3,0.4"), ("homie/5/it/timer/left", b"PT1H5M"),
            ("homie/5/it/timer/press", b"one"), ("homie/5/it/timer/when", b"2026-01-02T03:04:05Z"),
        ),
        told(
            ("homie/5/cover/$description", {"homie": "5.0", "version": 1, "nodes": {
                "cover": {"type": "shutter", "properties": {
                    "position": {"datatype": "integer", "format": "0:255", "settable": True}}}}}),
            ("homie/5/cover/cover/position", b"51"),
        ),
    ]  # fmt: skip


def _theengs_seeds() -> list[bytes]:
    gateway = {"uptime": 1, "rssi": -50, "mac": "24:0A:C4:AA:BB:CC", "tempc": 40.0}
    return [
        told((f"{BASE}/BTtoMQTT/A4C138AABBCC", DECODED)),
        told((f"{BASE}/SYStoMQTT", gateway), (f"{BASE}/LWT", b"online")),
        told(
            (
                f"{BASE}/BTtoMQTT/A4C138AABBCD",
                {
                    "id": "A4:C1:38:AA:BB:CD",
                    "rssi": -60,
                    "name": "LYWSD03MMC",
                    "servicedatauuid": "181a",
                    "servicedata": "ddccbbaa38c1a4c5088e0f640a02e90f04",
                },
            )
        ),
        told(
            (
                f"{BASE}/BTtoMQTT/A4C138AABBCE",
                {
                    **DECODED,
                    "id": "A4:C1:38:AA:BB:CE",
                    "odd": 3,
                    "words": "x",
                    "flag": True,
                    "unlocked": True,
                    "weight": 80.0,
                    "unit": "kg",
                },
            )
        ),
        *(
            told((f"{BASE}/BTtoMQTT/{named.replace(':', '')}", {"id": named, **fields}))
            for _, named, fields, _ in ADVERTISED
        ),
    ]


# templates, recordings, groups


def _template(data: bytes) -> None:
    """Compile the first packet; apply it to the others."""
    source, *rest = records(data)
    payloads = (*rest, b'{"a":[1,"2",{"b":null}],"c":21.5}', b"ON")
    for variables in ((), ("value", "action")):
        text = source.decode(errors="replace")
        evaluate = tried(lambda: compile_template(text, variables), TemplateError)  # noqa: B023
        if evaluate is None:
            continue
        for payload in payloads:
            given = {"value": payload.decode(errors="replace"), "action": 3}
            with typed(UnreadableError):
                evaluate(Payload(payload, given if variables else {}))


_TEMPLATES = (
    "{{ value_json.a[0]|float * 2 + 1 }}", "{{ value|int(0) if value is defined else none }}",
    "{% if value_json.c > 3 %}ON{% elif not value_json.b %}OFF{% else %}{{ value }}{% endif %}",
    "{% set x = value.split(',') %}{{ x[0:2]|join('-')|upper }}", r"{{ 'a\x41\u00e9\n\q' }}",
    "{{ value_json['a'][2].b is none and 'x' in value }}", "{{ {'a': 1}[value] | default(3) }}",
    "{{ (value|float / 255 * 100)|round(1) }}",
    "{{ value_json | tojson }}{{ value|from_json }}", "{{ 2 ** 3 }}", "{{ value ~ 'x' * 3 }}",
    "{{ iif(value == 'ON', true, false) }}", "{{ '%0.1f' | format(value|float) }}",
    "{{ value_json.a|first }}{{ [1, 2]|last + [3, 1.5]|max - [2]|sum }}{{ value|bool(false) }}",
    "{{ 3 is even and value is odd and (value|bitwise_and(3)) >= 1 }}", "{{ bool(value) }}",
    "{{ value|regex_replace('a+', 'b') }}", "{{ value_json.a|map('int')|list|sum }}",
    "{{ value.replace('a', 'b').strip()|lower|length }}", "{{ 9999999999999999999 * 9 // 7 % 3 }}",
)  # fmt: skip


def _recordings(data: bytes) -> None:
    said = document(data)
    for read in (discovery_coverage.read, zigbee_coverage.read):
        with typed(MalformedError):
            for entity in read(said):
                assert entity.mapped == (not entity.reason)


def _recording_seeds() -> list[bytes]:
    devices = json.loads((_ZIGBEE / "devices.json").read_text("utf-8"))
    kept = [
        [{"topic": t, "payload": p.decode()} for t, p, _ in recorded(name)][:6]
        for name in _RECORDINGS
    ]
    kept += [json.loads((_ZIGBEE / "messages.json").read_text("utf-8"))]
    return as_json(devices, *(k for k in kept if len(json.dumps(k)) < 8_000))


def _groups(data: bytes) -> None:
    said = tried(lambda: Payload(data).json, UnreadableError)
    tried(lambda: read_groups("zigbee2mqtt", said), UnreadableError)


# the driver, whole


def _whole(data: bytes) -> None:
    """Have the real driver take messages in any order, and command all that it described."""
    asyncio.run(_live(messages(data, 12)))


async def _live(said: Iterable[tuple[str, bytes]]) -> None:
    house = House(MqttSettings(birth=False, bind_keys={KEYED: BIND_KEY}))
    for dialect in house.driver._dialects:
        if isinstance(dialect, Theengs):
            dialect._libraries = _libraries()
    house.driver.listen(frozenset({"+/it", "homeassistant/#"}))
    for topic, payload in said:
        house.driver.received(topic, payload, retained=len(payload) % 2 == 0)
        for _ in range(4):
            await asyncio.sleep(0)
    for device in list(house.hub.devices.values()):
        judge_endpoints(device.endpoints)
        _command(house, device)
        house.driver.refresh(device.id)
    for _, value, _ in house.hub.reports:
        judge(value)
    for _, reason in house.hub.refused:
        judge_reason(reason)
    house.driver.lost("it is over")
    for timing in house.driver._timing.values():
        timing.close()
    if house.driver._pump is not None:
        house.driver._pump.cancel()


def _command(house: House, device: Device) -> None:
    for endpoint in device.endpoints[:8]:
        names = [p.name for p in endpoint.properties if p.writable]
        for value in ODD[1:6]:
            house.driver.send(
                [house.order(n, value, endpoint=endpoint.id, device=device.id) for n in names]
            )


def _whole_seeds() -> list[bytes]:
    seeds = (
        _component_seeds(), _zigbee_seeds(), _shelly_rpc_seeds(), _shelly_gen1_seeds(),
        _tasmota_seeds(), _homie_seeds(), _theengs_seeds(),
    )  # fmt: skip
    return [seed for some in seeds for seed in some[:6] if len(seed) <= 8_000]


def _esphome_seeds() -> list[bytes]:
    return [told(("esphome/discover/porch", FACTS))]


def _of_dialect(
    name: str,
    of: tuple[str, ...],
    make: Callable[[], Dialect],
    seeds: Callable[[], list[bytes]],
    allowance_bytes: int = DEVICE,
) -> Target:
    return Target(f"mqtt.{name}", of, _dialect(make), seeds, 12_000, allowance_bytes)


_SHELLY = ("drivers.mqtt.shelly", "drivers.shelly")
TARGETS = (
    Target("mqtt.packets", ("drivers.mqtt.tap",), _packets, _packet_seeds),
    Target(
        "mqtt.discovery",
        (
            "drivers.mqtt.components", "drivers.mqtt.discovery", "drivers.mqtt.template",
            "drivers.mqtt.codec", "drivers.mqtt.draft", "drivers.mqtt.payload", "drivers.mqtt.tint",
            "drivers.mqtt.homeassistant", "drivers.mqtt.availability",
        ),
        _dialect(lambda: HomeAssistant("homeassistant", birth=True)),
        _component_seeds,
        allowance_bytes=DEVICE,
    ),
    Target(
        "mqtt.template",
        ("drivers.mqtt.template",),
        _template,
        lambda: [text.encode() for text in _TEMPLATES],
        allowance_bytes=DEVICE,
    ),
    _of_dialect("zigbee2mqtt", ("drivers.mqtt.zigbee2mqtt",), Zigbee2Mqtt, _zigbee_seeds),
    # Of a device 400 values (Tasmota) and 600 (Shelly) are looked at, each an endpoint of its own.
    _of_dialect("shelly_rpc", _SHELLY, ShellyRpc, _shelly_rpc_seeds, 4 * DEVICE),
    _of_dialect("shelly_gen1", _SHELLY, ShellyGen1, _shelly_gen1_seeds),
    _of_dialect("tasmota", ("drivers.mqtt.tasmota",), Tasmota, _tasmota_seeds, 4 * DEVICE),
    _of_dialect("homie", ("drivers.mqtt.homie",), Homie, _homie_seeds),
    _of_dialect("theengs", ("drivers.mqtt.theengs",), _theengs, _theengs_seeds),
    _of_dialect("esphome", ("drivers.mqtt.esphome",), EspHome, _esphome_seeds),
    Target(
        "mqtt.recordings",
        ("drivers.mqtt.coverage", "drivers.mqtt.recording", "drivers.mqtt.zigbee2mqtt.coverage"),
        _recordings,
        _recording_seeds,
    ),
    Target(
        "mqtt.groups",
        ("drivers.mqtt.groups",),
        _groups,
        lambda: as_json(
            [{"friendly_name": "all", "members": [{"ieee_address": "0x1", "endpoint": 1}]}]
        ),
    ),
    Target(
        "mqtt.driver",
        ("drivers.mqtt",),
        _whole,
        _whole_seeds,
        longest=8_000,
        allowance_bytes=DEVICE,
    ),
)  # fmt: skip
