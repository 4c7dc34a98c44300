"""Models from before MIoT-Spec: families by the pattern of their names. Pure.

Names and methods as public descriptions have them: the Yeelight WiFi Light Inter-Operation
Specification, openHAB's list of miIO devices (bundles/org.openhab.binding.miio/README.base.md), and
Home Assistant's page on xiaomi_miio.
"""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from drivers.kit.errors import RefusedError
from drivers.miio.codec import Codec, Raw, boolean, number, plain, wanted, words
from drivers.miio.draft import Draft
from drivers.miio.profile import Profile
from drivers.miio.rpc import Call
from drivers.miio.services.lights import tint
from drivers.miio.services.part import chosen
from drivers.miio.wires import Method, PropWire, StatusWire
from hubd.model.device import DeviceType
from hubd.model.ids import EndpointId
from hubd.model.value import Value

_SWITCHED = boolean(yes="on", no="off")
_POWER = {"power": Method("set_power")}
_COLDEST_MIREDS = 175.0


class Family(Struct, frozen=True):
    """Models that are spoken to in one way."""

    patterns: tuple[str, ...]
    make: Callable[[], Profile]


def legacy_profile(model: str) -> Profile | None:
    """Return the profile of a model from before MIoT-Spec, or None if it is not known as one."""
    for family in _FAMILIES:
        if any(fnmatchcase(model, pattern) for pattern in family.patterns):
            return family.make()
    return None


def _yeelight(*, warm: bool, coloured: bool) -> Profile:
    draft = Draft()
    kind = (
        DeviceType.EXTENDED_COLOR_LIGHT
        if coloured
        else DeviceType.COLOR_TEMPERATURE_LIGHT
        if warm
        else DeviceType.DIMMABLE_LIGHT
    )
    lamp = draft.endpoint("light", kind)
    fades = {"transition": True}
    draft.property(lamp, "OnOff.on", "power", _SWITCHED, writable=True, shape=fades)
    level = number(low=1, high=100, whole=True)
    shape = {**fades, "minimum": 1}
    draft.property(lamp, "LevelControl.level", "bright", level, writable=True, shape=shape)
    methods = {
        "power": Method("set_power", fades=True),
        "bright": Method("set_bright", fades=True),
        "ct": Method("set_ct_abx", fades=True),
        "rgb": Method("set_rgb", fades=True),
    }
    if warm:
        low, high = (1700, 6500) if coloured else (2700, 6500)
        shape = {**fades, "minimum": low, "maximum": high}
        kelvins = number(low=low, high=high, whole=True)
        name = "ColorControl.colorTemperature"
        draft.property(lamp, name, "ct", kelvins, writable=True, shape=shape)
    if coloured:
        tint(draft, lamp, "rgb")
        modes = words({1: "color", 2: "color_temperature", 3: "color", "1": "color",
                       "2": "color_temperature", "3": "color"})  # fmt: skip
        draft.property(lamp, "ColorControl.mode", "color_mode", modes)
    return draft.profile(PropWire(methods))


def _philips(warmest_mireds: float) -> Profile:
    """Philips' lamps by Xiaomi: 1 % is the warmest light, 100 % the coldest, even in mireds."""
    draft = Draft()
    lamp = draft.endpoint("light", DeviceType.COLOR_TEMPERATURE_LIGHT)
    draft.property(lamp, "OnOff.on", "power", _SWITCHED, writable=True)
    level = number(low=1, high=100, whole=True)
    shape: dict[str, object] = {"minimum": 1}
    draft.property(lamp, "LevelControl.level", "bright", level, writable=True, shape=shape)
    step = (warmest_mireds - _COLDEST_MIREDS) / 99
    low, high = 1e6 / warmest_mireds, 1e6 / _COLDEST_MIREDS

    def read(said: Raw) -> Value:
        return round(1e6 / (warmest_mireds - (plain(said) - 1) * step), 1)

    def write(value: Value) -> Raw:
        kelvins = wanted(value)
        if not low - 60 <= kelvins <= high + 60:
            raise RefusedError(f"takes {low:.0f} to {high:.0f} K, not {kelvins:g}")
        share = 1 + (warmest_mireds - 1e6 / kelvins) / step
        return max(1, min(100, round(share)))

    shape = {"minimum": round(low), "maximum": round(high)}
    name = "ColorControl.colorTemperature"
    draft.property(lamp, name, "cct", Codec(read, write), writable=True, shape=shape)
    methods = {**_POWER, "bright": Method("set_bright"), "cct": Method("set_cct")}
    return draft.profile(PropWire(methods))


def _plug(*, usb: bool) -> Profile:
    draft = Draft()
    plug = draft.endpoint("switch", DeviceType.ON_OFF_PLUG)
    methods: dict[str, Method] = {"wifi_led": Method("set_wifi_led")}
    if usb:
        draft.property(plug, "OnOff.on", "on", boolean(), writable=True)
        port = draft.endpoint("usb", DeviceType.ON_OFF_PLUG, "USB")
        draft.property(port, "OnOff.on", "usb_on", boolean(), writable=True)
    else:
        draft.property(plug, "OnOff.on", "power", _SWITCHED, writable=True)
        methods |= _POWER
    _led(draft, "wifi_led")
    _measured(draft, "temperature", "TemperatureMeasurement.temperature", "temperature")
    return draft.profile(_PlugWire(methods) if usb else PropWire(methods))


class _PlugWire(PropWire, frozen=True):
    """Plugs with USB have one method for on and one for off."""

    def orders(self, puts: Sequence[tuple[str, object]], over_s: float) -> Sequence[Call]:
        """Return one request for each key."""
        names = {"on": ("set_on", "set_off"), "usb_on": ("set_usb_on", "set_usb_off")}
        calls = [Call(names[key][0 if value else 1]) for key, value in puts if key in names]
        rest = [(k, v) for k, v in puts if k not in names and isinstance(v, str)]
        return [*calls, *PropWire.orders(self, rest, over_s)]


def _purifier() -> Profile:
    draft = Draft()
    fan = draft.endpoint("air-purifier", DeviceType.FAN)
    draft.property(fan, "OnOff.on", "power", _SWITCHED, writable=True)
    _mode(draft, fan, "FanControl.mode", ("auto", "silent", "favorite", "idle"))
    level = number(low=0, high=17, whole=True)
    wished = draft.endpoint("favorite_level", DeviceType.GENERIC, "favorite level")
    shape = {"minimum": 0, "maximum": 17, "step": 1}
    draft.property(wished, "Number.value", "favorite_level", level, writable=True, shape=shape)
    _measured(draft, "aqi", "Pm25ConcentrationMeasurement.value", "pm25")
    _measured(draft, "humidity", "RelativeHumidityMeasurement.humidity", "humidity")
    _measured(draft, "temp_dec", "TemperatureMeasurement.temperature", "temperature", 0.1)
    filter_ = draft.endpoint("filter_life", DeviceType.GENERIC, "filter life")
    percent = {"unit": "%"}
    draft.property(filter_, "Number.value", "filter1_life", number(), slow=True, shape=percent)
    _flag(draft, "child_lock", "child lock")
    _flag(draft, "buzzer", "buzzer")
    methods = {
        **_POWER,
        "mode": Method("set_mode"),
        "favorite_level": Method("set_level_favorite"),
        "child_lock": Method("set_child_lock"),
        "buzzer": Method("set_buzzer"),
    }
    return draft.profile(PropWire(methods))


def _humidifier() -> Profile:
    draft = Draft()
    mine = draft.endpoint("humidifier", DeviceType.HUMIDIFIER)
    draft.property(mine, "OnOff.on", "power", _SWITCHED, writable=True)
    _mode(draft, mine, "Humidifier.mode", ("auto", "silent", "medium", "high"))
    target = number(low=30, high=80, whole=True)
    shape = {"minimum": 30, "maximum": 80, "step": 10}
    draft.property(mine, "Humidifier.setpoint", "limit_hum", target, writable=True, shape=shape)
    draft.property(mine, "Humidifier.humidity", "humidity", number())
    _measured(draft, "humidity", "RelativeHumidityMeasurement.humidity", "humidity")
    _measured(draft, "temp_dec", "TemperatureMeasurement.temperature", "temperature", 0.1)
    _flag(draft, "dry", "dry")
    _flag(draft, "child_lock", "child lock")
    _flag(draft, "buzzer", "buzzer")
    methods = {
        **_POWER,
        "mode": Method("set_mode"),
        "limit_hum": Method("set_limit_hum"),
        "dry": Method("set_dry"),
        "child_lock": Method("set_child_lock"),
        "buzzer": Method("set_buzzer"),
    }
    return draft.profile(PropWire(methods))


_STATES: Mapping[int, str] = {
    1: "idle", 2: "idle", 3: "idle", 4: "cleaning", 5: "cleaning", 6: "returning", 7: "cleaning",
    8: "docked", 9: "error", 10: "paused", 11: "cleaning", 12: "error", 13: "idle",
    14: "updating", 15: "returning", 16: "cleaning", 17: "cleaning", 18: "cleaning",
    22: "docked", 23: "docked", 26: "returning", 100: "docked",
}  # fmt: skip
_SUCTION_V1: Mapping[Raw, str] = {38: "quiet", 60: "balanced", 77: "turbo", 90: "max"}
_SUCTION: Mapping[Raw, str] = {101: "quiet", 102: "balanced", 103: "turbo", 104: "max"}


def _roborock(suction: Mapping[Raw, str]) -> Profile:
    draft = Draft()
    mine = draft.endpoint("vacuum", DeviceType.ROBOTIC_VACUUM)
    states = dict.fromkeys(_STATES.values())
    state = Codec(lambda said: _STATES.get(int(plain(said))), str)
    name = "RvcOperationalState.state"
    draft.property(mine, name, "state", state, shape={"choices": tuple(states)})
    # A vacuum may be set to what has no name; it is then not known.
    named = words(suction)
    speed = Codec(lambda said: suction.get(int(plain(said))), named.write)
    shape = {"choices": tuple(suction.values())}
    name = "RvcOperationalState.fanSpeed"
    draft.property(mine, name, "fan_power", speed, writable=True, shape=shape)
    for action, method in (
        ("RvcRunMode.start", "app_start"),
        ("RvcRunMode.pause", "app_pause"),
        ("RvcRunMode.stop", "app_stop"),
        ("RvcRunMode.goHome", "app_charge"),
        ("RvcRunMode.cleanSpot", "app_spot"),
        ("RvcRunMode.locate", "find_me"),
    ):
        draft.does(mine, action, lambda _, method=method: Call(method))  # type: ignore[misc]
    _measured(draft, "battery", "PowerSource.batteryLevel", "battery", kind=DeviceType.BATTERY)
    problem = draft.endpoint("problem", DeviceType.GENERIC)
    wrong = Codec(lambda said: plain(said) != 0, bool)
    draft.property(problem, "BooleanState.problem", "error_code", wrong)
    return draft.profile(StatusWire({"fan_power": Method("set_custom_mode")}))


def _mode(draft: Draft, endpoint: EndpointId, name: str, modes: tuple[str, ...]) -> None:
    meant: dict[Raw, str] = {mode: mode for mode in modes}
    draft.property(endpoint, name, "mode", words(meant), writable=True, shape=chosen(meant))


def _led(draft: Draft, key: str) -> None:
    led = draft.endpoint("indicator_light", DeviceType.GENERIC, "indicator light")
    draft.property(led, "OnOff.on", key, _SWITCHED, writable=True, slow=True)


def _flag(draft: Draft, key: str, title: str) -> None:
    flag = draft.endpoint(key, DeviceType.GENERIC, title)
    draft.property(flag, "OnOff.on", key, _SWITCHED, writable=True, slow=True)


_TYPES: Mapping[str, DeviceType] = {
    "temperature": DeviceType.TEMPERATURE_SENSOR,
    "humidity": DeviceType.HUMIDITY_SENSOR,
    "pm25": DeviceType.AIR_QUALITY_SENSOR,
}


def _measured(
    draft: Draft,
    key: str,
    name: str,
    endpoint: str,
    scale: float = 1.0,
    kind: DeviceType | None = None,
) -> None:
    sensor = draft.endpoint(endpoint, kind or _TYPES[endpoint])
    draft.property(sensor, name, key, number(scale))


_FAMILIES = (
    Family(("yeelink.light.mono*",), lambda: _yeelight(warm=False, coloured=False)),
    Family(
        ("yeelink.light.ct*", "yeelink.light.lamp1", "yeelink.light.ceiling*"),
        lambda: _yeelight(warm=True, coloured=False),
    ),
    Family(
        ("yeelink.light.color[1-4]", "yeelink.light.strip[1-2]", "yeelink.light.bslamp*"),
        lambda: _yeelight(warm=True, coloured=True),
    ),
    Family(
        ("philips.light.bulb", "philips.light.candle*", "philips.light.downlight"),
        lambda: _philips(333.0),
    ),
    Family(("philips.light.ceiling", "philips.light.zyceiling"), lambda: _philips(370.0)),
    Family(("chuangmi.plug.v1", "chuangmi.plug.v3"), lambda: _plug(usb=True)),
    Family(
        (
            "chuangmi.plug.m1",
            "chuangmi.plug.m3",
            "chuangmi.plug.v2",
            "chuangmi.plug.hmi205",
            "chuangmi.plug.hmi206",
        ),
        lambda: _plug(usb=False),
    ),
    Family(
        (
            "zhimi.airpurifier.m[12]",
            "zhimi.airpurifier.ma[12]",
            "zhimi.airpurifier.mc[12]",
            "zhimi.airpurifier.v[1367]",
            "zhimi.airpurifier.sa[12]",
        ),
        _purifier,
    ),
    Family(("zhimi.humidifier.v1", "zhimi.humidifier.ca1"), _humidifier),
    Family(("rockrobo.vacuum.v1", "roborock.vacuum.c1"), lambda: _roborock(_SUCTION_V1)),
    Family(
        ("roborock.vacuum.[st][4-7]*", "roborock.vacuum.e2", "roborock.vacuum.m1s"),
        lambda: _roborock(_SUCTION),
    ),
)
