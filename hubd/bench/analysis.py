"""The analysis of a home's scenes before they run: how long it takes for 200 of them."""

import gc
import time

from hubd.core.home import Home
from hubd.model.device import Device, DeviceType, Endpoint, Signal
from hubd.model.home import Area, Place
from hubd.model.ids import AreaId, DeviceId, EndpointId
from hubd.model.vocabulary import typical
from scenes.analysis.analyse import analyse

SCENES = 200
_AREAS = 24
_THINGS: dict[str, tuple[DeviceType, tuple[str, ...], tuple[str, ...]]] = {
    "motion": (DeviceType.OCCUPANCY_SENSOR, ("OccupancySensing.occupied",), ()),
    "meter": (DeviceType.LIGHT_SENSOR, ("IlluminanceMeasurement.illuminance",), ()),
    "thermometer": (DeviceType.TEMPERATURE_SENSOR, ("TemperatureMeasurement.temperature",), ()),
    "hygrometer": (DeviceType.HUMIDITY_SENSOR, ("RelativeHumidityMeasurement.humidity",), ()),
    "window": (DeviceType.CONTACT_SENSOR, ("BooleanState.open",), ()),
    "ceiling": (DeviceType.DIMMABLE_LIGHT, (), ("OnOff.on", "LevelControl.level")),
    "blind": (DeviceType.WINDOW_COVERING, (), ("WindowCovering.position",)),
    "radiator": (DeviceType.THERMOSTAT, (), ("Thermostat.setpoint",)),
    "fan": (DeviceType.FAN, (), ("OnOff.on", "FanControl.speed")),
    "button": (DeviceType.GENERIC_SWITCH, (), ()),
}
_OF_A_ROOM = (
    (
        "when: {occupied: AREA}\nif: {dark: AREA, not: {between: 23:00 - 6:30}}\n"
        "claims: {AREA lights: 80 %}\nuntil: {unoccupied: AREA, for: 5 min}\n"
    ),
    (
        "when: {occupied: AREA}\nif: {dark: AREA, between: 23:00 - 6:30}\n"
        "claims: {AREA lights: 10 %}\nuntil: {unoccupied: AREA, for: 2 min}\n"
    ),
    "when: {at: sunset + NUMBER min}\nclaims: {AREA blinds: closed}\nuntil: {at: sunrise}\n",
    "when: {open: AREA window, for: 3 min}\nclaims: {AREA thermostats: 12 °C}\n",
    (
        "when: {humidity: {of: AREA, above: 70 %}}\nclaims: {AREA fans: on}\n"
        "until: {humidity: {of: AREA, below: 60 %}, for: 10 min}\n"
    ),
    "when: {pressed: AREA button}\nclaims: {AREA lights: 100 %}\nuntil: further notice\n",
    (
        "when: [{at: '6:30', days: weekdays}, {at: '8:00', days: weekend}]\n"
        "claims: {AREA thermostats: 21 °C}\nuntil: {at: '22:30'}\n"
    ),
    (
        "when: {temperature: {of: AREA, above: 26 °C}}\nif: {sun: up}\n"
        "claims: {AREA blinds: 20 %}\nuntil: {temperature: {of: AREA, below: 24 °C}}\n"
    ),
)
_OF_THE_HOME = (
    "when: {away: everyone, for: 2 min}\nclaims: {all lights: off}\nuntil: {home: anyone}\n",
    "when: {occupied: any area}\nclaims: {lights here: on}\nuntil: {unoccupied: here}\n",
    "when: {dark: room 3}\nclaims: {room 3 lights: on}\n",
    "when: {pressed: room 4 button}\nclaims: {room 4 lights: off}\nuntil: further notice\n",
    (
        "when: {temperature: {of: any area, above: 30 °C}}\nclaims: {all fans: on}\n"
        "until: {temperature: {of: any area, below: 20 °C}}\n"
    ),
    (
        "when: {occupied: room 5, between: 8:00 - 9:00}\nif: {between: 12:00 - 13:00}\n"
        "claims: {room 5 fans: on}\nuntil: {unoccupied: room 5}\n"
    ),
    "when: {open: room 6 window}\nclaims: {room 6 thermostats: 15 °C}\n",
    "when: {at: 23:00}\nclaims: {all blinds: closed}\nuntil: {at: 6:00}\n",
)


def seconds() -> float:
    """Return how long the analysis of 200 scenes takes, some of them with faults."""
    home, texts = large_home(), scenes_of_it()
    gc.collect()
    began_s = time.perf_counter()
    analyse(texts, home)
    return time.perf_counter() - began_s


def large_home() -> Home:
    """Return a home of 24 areas and 241 devices."""
    home = Home(Place(52.09, 5.12, "Europe/Amsterdam"))
    home.put_device(_device("Ann's phone", DeviceType.TRACKER, ("Presence.home",), (), None))
    for number in range(_AREAS):
        area = AreaId(f"room_{number}")
        home.areas[area] = Area(area, f"Room {number}")
        for thing, (kind, read, written) in _THINGS.items():
            home.put_device(_device(f"Room {number} {thing}", kind, read, written, area))
    return home


def scenes_of_it() -> dict[str, str]:
    """Return the 200 scenes of `large_home`, by path."""
    texts = {f"home_{n}.yaml": f"scene: Home {n}\n{text}" for n, text in enumerate(_OF_THE_HOME)}
    for number in range(_AREAS):
        for kind, text in enumerate(_OF_A_ROOM):
            said = text.replace("AREA", f"room {number}").replace("NUMBER", str(number + 1))
            texts[f"room_{number}_{kind}.yaml"] = f"scene: Room {number} {kind}\n{said}"
    return dict(list(texts.items())[:SCENES])


def _device(
    name: str,
    kind: DeviceType,
    read: tuple[str, ...],
    written: tuple[str, ...],
    area: AreaId | None,
) -> Device:
    properties = [typical(n) for n in read] + [typical(n, writable=True) for n in written]
    button = kind is DeviceType.GENERIC_SWITCH
    signals = (Signal("Switch.pressed", ("single", "double")),) if button else ()
    endpoint = Endpoint(EndpointId("1"), kind, "", tuple(properties), (), signals)
    return Device(DeviceId(name.casefold().replace(" ", "_")), name, "bench", (endpoint,), area)
