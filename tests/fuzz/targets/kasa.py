"""Kasa and Tapo: the answers to the searches, and what the library's features become."""

from collections.abc import Sequence

import msgspec

from drivers.kasa.discovery import Device, old_probe, read_new, read_old, scrambled, unscrambled
from drivers.kasa.driver import KasaDriver, found_as
from drivers.kasa.features import Feature, mapped
from drivers.kasa.seeking import _Ears
from drivers.kit.found import Adoption
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import Target, as_json, document, field, tried, wished

_OLD = (
    b'{"system":{"get_sysinfo":{"model":"HS110(EU)","mac":"50:C7:BF:00:11:22","alias":"Plug",'
    b'"type":"IOT.SMARTPLUGSWITCH","sw_ver":"1.2"}}}'
)
_NEW = (
    b'{"result":{"device_type":"SMART.TAPOPLUG","device_model":"P100(EU)","mac":"AA-BB-CC-DD-EE-FF",'
    b'"mgt_encrypt_schm":{"encrypt_type":"KLAP","is_support_https":false,"http_port":80,"lv":2}}}'
)


def _answers(data: bytes) -> None:
    assert unscrambled(scrambled(data)) == data
    ears = _Ears(lambda _, device: _kept(device))
    ears.datagram_received(data, ("10.0.0.7", 9999))
    for read in (read_old, read_new):
        for raw in (data, scrambled(data), b"\0" * 16 + data):
            device = tried(lambda read=read, raw=raw: read(raw))  # type: ignore[misc]
            if device is not None:
                _kept(device)


def _kept(device: Device) -> None:
    found = found_as("10.0.0.7", device)
    assert found.key
    tried(lambda: KasaDriver().link(Adoption(found.key, "10.0.0.7", record=found.record)))


def _adopted(data: bytes) -> None:
    """Read what was kept of a device, and of its account."""
    text = data.decode(errors="replace")
    for adoption in (
        Adoption("k", "10.0.0.7", record=text),
        Adoption("k", record="{}", secret=text),
    ):
        tried(lambda adoption=adoption: KasaDriver().link(adoption))  # type: ignore[misc]


def _features(data: bytes) -> None:
    """Map features as the library tells them, and give them what it tells then."""
    said = document(data)
    kind, told = field(said, "kind"), field(said, "values")
    try:
        features = msgspec.convert(field(said, "features"), list[Feature])
    except msgspec.ValidationError:
        return
    made = mapped(
        list({f.id: f for f in features}.values()), kind if isinstance(kind, str) else "bulb"
    )
    judge_endpoints(made.endpoints)
    for bound in made.bound:
        for value in told if isinstance(told, list) else ():
            judge(bound.read(tuple(value) if isinstance(value, list) else value))
        writable = next(e for e in made.endpoints if e.id == bound.endpoint).property(bound.name)
        if writable is not None and writable.writable:
            wished(bound.write, (*filter(None, (writable.minimum, writable.maximum)), 50.0))


def _feature_seeds() -> Sequence[bytes]:
    def one(name: str, kind: str, **more: object) -> dict[str, object]:
        return {"id": name, "name": name, "kind": kind, **more}

    return as_json(
        {
            "kind": "bulb",
            "features": [
                one("state", "switch"), one("brightness", "number", maximum=100, unit="%"),
                one("color_temperature", "number", minimum=2500, maximum=6500),
                one("hsv", "sensor"), one("light_effect", "choice", choices=["Off", "Party"]),
            ],
            "values": [True, 50, [1, 2, 3], "Off", None],
        },
        {
            "kind": "plug",
            "features": [
                one("current_consumption", "sensor", unit="W"), one("voltage", "sensor", unit="V"),
                one("overheated", "flag"), one("reboot", "action"),
                one("rssi", "sensor", debug=True), one("on_since", "sensor", value="x"),
                one("auto_off_minutes", "number", maximum=1440),
            ],
            "values": [12.5, "x", False],
        },
        {
            "kind": "thermostat",
            "features": [
                one("target_temperature", "number", minimum=5, maximum=30, unit="celsius"),
                one("temperature", "sensor", unit="fahrenheit"), one("thermostat_mode", "sensor"),
                one("fan_speed_level", "number", maximum=4), one("water_leak", "sensor"),
            ],
            "values": [21.5, "heat"],
        },
        {
            "kind": "vacuum",
            "features": [
                one("vacuum_start", "action"), one("vacuum_status", "sensor"),
                one("vacuum_fan_speed", "choice", choices=["quiet"]), one("locate", "action"),
            ],
            "values": ["cleaning"],
        },
    )  # fmt: skip


_OF = ("drivers.kasa",)
TARGETS = (
    Target(
        "kasa.discovery",
        _OF,
        _answers,
        lambda: [_OLD, _NEW, b"\2" + b"\0" * 15 + _NEW, old_probe()],
        longest=9_000,
    ),
    Target("kasa.features", _OF, _features, _feature_seeds),
    Target(
        "kasa.kept",
        _OF,
        _adopted,
        lambda: [
            b'{"mac":"m","model":"P100","family":"SMART.TAPOPLUG","login":2}',
            b'{"username":"a@b","password":"x"}',
        ],
    ),
)
