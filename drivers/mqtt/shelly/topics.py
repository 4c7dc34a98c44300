"""Gen1's topics: which value of a status comes on which, and which call goes to which. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen1/ (MQTT, of each model).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.shelly.parts import Hear, Say, Source
from drivers.shelly import gen1
from drivers.shelly.function import Call, Field, at
from drivers.shelly.reading import record

type Find = Callable[[str], object]

_FLAGS = {
    "on": True,
    "off": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "overpower": False,
}
_UNKNOWN_POSITIONS = frozenset({-1.0, 101.0})


def _flag(text: str) -> object:
    try:
        return _FLAGS[text.strip()]
    except KeyError:
        raise UnreadableError(f"says {excerpt(text)}, not on or off") from None


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        raise UnreadableError(f"says {excerpt(text)}, not a number") from None


def _position(text: str) -> object:
    said = _number(text)
    return None if said in _UNKNOWN_POSITIONS else said


def _overpower(text: str) -> object:
    return text.strip() == "overpower"


def _word(text: str) -> object:
    return text.strip()


def _metered(base: str) -> Mapping[str, tuple[str, Find]]:
    return {"meter.power": (f"{base}/power", _number), "meter.total": (f"{base}/energy", _number)}


_TOPICS: Mapping[str, Mapping[str, tuple[str, Find]]] = {
    "relay": {
        "ison": ("relay/{n}", _flag),
        "overpower": ("relay/{n}", _overpower),
        **_metered("relay/{n}"),
    },
    "light": {
        "ison": ("{light}/{n}", _flag),
        "power": ("{light}/{n}/power", _number),
        **_metered("{light}/{n}"),
    },
    "roller": {
        "state": ("roller/{n}", _word),
        "current_pos": ("roller/{n}/pos", _position),
        "power": ("roller/{n}/power", _number),
        **_metered("roller/{n}"),
    },
    "emeter": {
        "power": ("emeter/{n}/power", _number),
        "reactive": ("emeter/{n}/reactive_power", _number),
        "voltage": ("emeter/{n}/voltage", _number),
        "current": ("emeter/{n}/current", _number),
        "pf": ("emeter/{n}/pf", _number),
        "total": ("emeter/{n}/total", _number),
        "total_returned": ("emeter/{n}/total_returned", _number),
    },
    "input": {"input": ("input/{n}", _flag)},
    "adc": {"voltage": ("adc/{n}", _number)},
    "ext_temperature": {"tC": ("ext_temperature/{n}", _number)},
    "ext_humidity": {"hum": ("ext_humidity/{n}", _number)},
    "ext_switch": {"input": ("ext_switch/{n}", _flag)},
    "valve": {"state": ("valve/{n}/state", _word)},
    "tmp": {"tC": ("{tmp}", _number)},
    "hum": {"value": ("sensor/humidity", _number)},
    "bat": {"value": ("sensor/battery", _number)},
    "charger": {"": ("sensor/charger", _flag)},
    "lux": {
        "value": ("sensor/lux", _number),
        "illumination": ("sensor/illumination", _word),
    },
    "flood": {"": ("sensor/flood", _flag)},
    "smoke": {"": ("sensor/smoke", _flag)},
    "sensor": {
        "state": ("sensor/state", _word),
        "vibration": ("sensor/vibration", _flag),
    },
    "accel": {
        "tilt": ("sensor/tilt", _number),
        "vibration": ("sensor/vibration", _flag),
    },
    "gas_sensor": {
        "alarm_state": ("sensor/gas", _word),
        "sensor_state": ("sensor/operation", _word),
        "self_test_state": ("sensor/self_test", _word),
    },
    "concentration": {"ppm": ("sensor/concentration", _number)},
    "temperature": {"": ("temperature", _number)},
    "overtemperature": {"": ("overtemperature", _flag)},
    "overload": {"": ("overload", _flag)},
    "loaderror": {"": ("loaderror", _flag)},
    "voltage": {"": ("voltage", _number)},
    "total_work_time": {"": ("totalworktime", _number)},
}
"""Component type -> dotted path in its status -> topic below the device's, and how to read it."""

_STATUS_PATHS: Mapping[str, tuple[str, ...]] = {
    "sensor.motion": ("motion",),
    "sensor.vibration": ("vibration",),
    "sensor.active": ("active",),
    "lux.value": ("lux",),
    "bat.value": ("bat",),
    "thermostat.tmp.value": ("tmp", "value"),
    "thermostat.target_t.value": ("target_t", "value"),
    "thermostat.pos": ("pos",),
}
"""What the JSON on `status` of motion sensors and radiator valves tells, by component and path."""


class Status:
    """A message that holds a status, as components; read once for all that look into it."""

    def __init__(self, name: str = "", number: int = 0) -> None:
        """Read whole statuses, or those of one thing: of the list `name`, at `number`."""
        self._name = name
        self._number = number
        self._payload: Payload | None = None
        self._parts: Mapping[str, object] = {}

    def component(self, payload: Payload, key: str) -> object | Missing:
        """Return what a component says; MISSING if the message says nothing of it."""
        if payload is not self._payload:
            said = record(payload.json)
            whole = {self._name: [{}] * self._number + [said]} if self._name else said
            self._parts = gen1.components(whole)
            self._payload = payload
        return self._parts.get(key, MISSING)


def sources(base: str, light: str, *, hot: bool) -> Callable[[Field], Iterable[Source]]:
    """Return where the values of the device at `base` come from.

    `light`: the level of its lamps' topics (`light`, `color`, `white`). `hot`: its thermometer is
    for itself.
    """
    info = Status()
    lamps: dict[int, Status] = {}
    words = {"light": light, "tmp": "temperature" if hot else "sensor/temperature"}

    def find(field: Field) -> Iterable[Source]:
        kind, _, number = field.component.partition(":")
        path = ".".join(field.path)
        yield f"{base}/info", _within(info, field)
        if known := _TOPICS.get(kind, {}).get(path):
            template, parse = known
            topic = template.format(n=number, **words)
            yield f"{base}/{topic}", lambda payload: parse(payload.text)
        if kind == "light" and number.isdecimal():
            lamp = lamps.setdefault(int(number), Status("lights", int(number)))
            yield f"{base}/{light}/{number}/status", _within(lamp, field)
        if inner := _STATUS_PATHS.get(f"{kind}.{path}"):
            yield f"{base}/status", _at(inner)

    return find


def _within(status: Status, field: Field) -> Callable[[Payload], object | Missing]:
    def find(payload: Payload) -> object | Missing:
        there, said = at(status.component(payload, field.component), field.path)
        return said if there else MISSING

    return find


def _at(path: tuple[str, ...]) -> Callable[[Payload], object | Missing]:
    def find(payload: Payload) -> object | Missing:
        there, said = at(payload.json, path)
        return said if there else MISSING

    return find


def hears(base: str) -> Callable[[str, Mapping[str, str]], Iterable[Hear]]:
    """Return where presses at the device's inputs come from."""

    def listeners(component: str, words: Mapping[str, str]) -> Iterable[Hear]:
        def listen(payload: Payload) -> str | None:
            event = record(payload.json).get("event")
            return words.get(event) if isinstance(event, str) else None

        yield f"{base}/input_event/{component.partition(':')[2]}", listen

    return listeners


def saying(base: str) -> Say:
    """Return what makes the message of a call to the device at `base`."""

    def say(call: Call) -> Publish:
        topic, text = _message(call)
        return Publish(f"{base}/{topic}", text.encode())

    return say


_COMMANDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "relay": (("turn", "command"),),
    "roller": (("roller_pos", "command/pos"), ("go", "command")),
    "valve": (("go", "command"),),
    "thermostat": (("target_t", "command/target_t"), ("pos", "command/valve_pos")),
}
"""What is asked of a component, and the topic below its own that takes it; the first that fits."""


def _message(call: Call) -> tuple[str, str]:
    """Return topic and payload of a call. Raises UnwritableError for what has none."""
    method, params = call.method, call.params
    kind = method.partition("/")[0]
    if kind in {"light", "color", "white"}:
        return f"{method}/set", msgspec.json.encode(params).decode()
    if kind == "ota":
        return "command", "update_fw"
    for key, topic in _COMMANDS.get(kind, ()):
        if key in params:
            return f"{method}/{topic}", str(params[key])
    raise UnwritableError("has no topic for it: its own pages can")
