"""A recorded year of one home, written as a hub writes its log: the same from the same seed."""

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import chain
from pathlib import Path

from hubd.bench.reflex import Say
from hubd.core.engine import Core
from hubd.model.device import Device, DeviceType, Endpoint, Signal
from hubd.model.events import (
    Adopted,
    AreaSet,
    Commanded,
    Event,
    Input,
    PlaceSet,
    Reported,
    SceneRevised,
    Signalled,
    TimePassed,
)
from hubd.model.home import Area, Place
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, to_us
from hubd.model.value import Value
from hubd.model.vocabulary import typical
from hubd.store.reading import log_url
from hubd.store.store import Store
from scenes.compiler import compile_scene

DAYS = 365
AREAS = ("hall", "kitchen", "living", "study", "bath", "bedroom", "nursery", "attic", "garage")
PLUGS = ("tv", "washer", "heater", "dehumidifier")
_FIRST_US = to_us(datetime(2025, 1, 1, tzinfo=UTC))
_ONE = EndpointId("1")
_OBEYS_AFTER_US = 300_000
_WRITE_AT_ONCE = 5_000


def scene_texts(*, night_level: int = 20, dark_lx: int = 50) -> dict[SceneId, str]:
    """Return 50 scenes for the home of the year, a little different by what is given."""
    texts: dict[str, str] = {}
    for area in AREAS:
        texts[f"light_{area}"] = (
            f"scene: Light {area}\nwhen: {{occupied: {area}}}\n"
            f"if: {{dark: {{of: {area}, below: {dark_lx} lx}}}}\n"
            f"claims: {{{area}_lamp: {{on: true, level: 80 %}}}}\n"
            f"until: {{unoccupied: {area}, for: 3 min}}\n"
        )
        texts[f"night_{area}"] = (
            f"scene: Night {area}\nwhen: {{occupied: {area}, between: 23:00 and 6:00}}\n"
            f"claims: {{{area}_lamp: {{on: true, level: {night_level} %}}}}\n"
            f"until: {{unoccupied: {area}, for: 1 min}}\n"
        )
        texts[f"button_{area}"] = (
            f"scene: Button {area}\nwhen: {{pressed: {area}_button}}\n"
            f"claims: {{{area}_lamp: on}}\nfor: 1 h\n"
        )
        texts[f"out_{area}"] = (
            f"scene: Out {area}\nwhen: {{bright: {area}, for: 30 min}}\n"
            f"claims: {{{area}_lamp: off}}\nuntil: {{dark: {area}}}\n"
        )
        texts[f"cold_{area}"] = (
            f"scene: Cold {area}\nwhen: {{temperature: {{of: {area}, below: 16 °C}}}}\n"
            f"if: {{between: 6:00 and 22:00}}\nclaims: {{heater: on}}\n"
            f"until: {{temperature: {{of: {area}, above: 17 °C}}}}\n"
        )
    texts["evening"] = (
        "scene: Evening\nwhen: {at: sunset - 20 min}\nclaims: {living_lamp: on, tv: on}\n"
        "until: {at: 23:30}\n"
    )
    texts["morning"] = "scene: Morning\nwhen: {at: 6:45}\nclaims: {kitchen_lamp: on}\nfor: 30 min\n"
    texts["standby"] = (
        "scene: Standby\nwhen: {power: {of: tv, below: 5 W}, for: 30 min}\n"
        "claims: {tv: off}\nuntil: {occupied: living}\n"
    )
    texts["damp"] = (
        "scene: Damp\nwhen: {occupied: bath, for: 5 min}\nclaims: {dehumidifier: on}\nfor: 40 min\n"
    )
    texts["good_night"] = (
        "scene: Good night\nwhen: {at: 23:45}\nif: {unoccupied: living}\n"
        "claims: {tv: off, living_lamp: off}\nuntil: {at: 6:00}\n"
    )
    return {SceneId(scene): text for scene, text in texts.items()}


async def what_if_s(folder: Path, say: Say) -> float:
    """Return how long `hubd what-if` takes over the recorded year with other 50 scenes, in s."""
    log = folder / "year.db"
    await write_year(log, say)
    tried = folder / "tried"
    tried.mkdir()
    for scene, text in scene_texts(night_level=30, dark_lx=120).items():
        (tried / f"{scene}.yaml").write_text(text)
    say("what if: living it twice")
    command = [sys.executable, "-m", "hubd.cli", "what-if", "--json"]
    began_s = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, "--log", str(log), "--scenes", str(tried), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    took_s = time.perf_counter() - began_s
    if process.returncode or not json.loads(told)["events"]:
        raise RuntimeError("the year could not be lived anew")
    return took_s


async def write_year(path: Path, say: Say, *, seed: int = 1, days: int = DAYS) -> int:
    """Write the log of `days` of the home to a new database `path`; return how many events."""
    store = await asyncio.to_thread(Store.open, log_url(str(path)))
    count, waiting = 0, list[Event]()
    try:
        for events in live(seed, days):
            waiting += events
            count += len(events)
            if len(waiting) >= _WRITE_AT_ONCE:
                await store.commit(waiting)
                waiting = []
                say(f"what if: writing a recorded year, {count:,} events")
        await store.commit(waiting)
    finally:
        await asyncio.to_thread(store.close)
    return count


def live(seed: int, days: int) -> Iterator[list[Event]]:
    """Yield the events of a home that lives for `days`, as they follow from each input."""
    core = Core(compile_scene)
    answers: list[tuple[int, int, Reported]] = []

    def folded(what: Input, at_us: int, source: str) -> list[Event]:
        out = core.fold(what, at_us, source)
        for event in out:
            if type(event.what) is Commanded and not event.what.command.action:
                command = event.what.command
                answer = Reported(command.property, command.value)
                heappush(answers, (at_us + _OBEYS_AFTER_US, event.id, answer))
        return out

    for what in chain(_home(), _scenes()):
        yield folded(what, _FIRST_US, "home file")
    rng = random.Random(seed)  # noqa: S311 - a home that is to be the same again
    for at_us, what in _life(rng, days):
        while True:
            due_us = core.next_due_us
            answer_us = answers[0][0] if answers else at_us + 1
            if min(answer_us, at_us if due_us is None else due_us) > at_us:
                break
            if answers and (due_us is None or answer_us <= due_us):
                yield folded(heappop(answers)[2], answer_us, "driver:test")
            elif due_us is not None and due_us <= at_us:
                yield folded(TimePassed(), due_us, "clock")
            else:
                break
        yield folded(what, at_us, "driver:test")


def _scenes() -> Iterator[Input]:
    for scene, text in scene_texts().items():
        yield SceneRevised(scene, text, f"{scene}.yaml")


def _home() -> Iterator[Input]:
    yield PlaceSet(Place(52.09, 5.12, "Europe/Amsterdam"))
    for area in AREAS:
        yield AreaSet(Area(AreaId(area), area.capitalize()))
        yield _device(f"{area}_motion", DeviceType.OCCUPANCY_SENSOR, area, (_OCCUPIED,))
        yield _device(f"{area}_climate", DeviceType.TEMPERATURE_SENSOR, area, _CLIMATE)
        lamp = ("OnOff.on", "LevelControl.level")
        yield _device(f"{area}_lamp", DeviceType.DIMMABLE_LIGHT, area, writable=lamp)
        yield _device(f"{area}_button", DeviceType.GENERIC_SWITCH, area, pressed=True)
    for plug in PLUGS:
        yield _device(plug, DeviceType.ON_OFF_PLUG, None, (_POWER,), ("OnOff.on",))
    for name in (f"{area}_lamp" for area in AREAS):
        yield Reported(_prop(name, "OnOff.on"), value=False, restored=True)
        yield Reported(_prop(name, "LevelControl.level"), value=80.0, restored=True)
    for plug in PLUGS:
        yield Reported(_prop(plug, "OnOff.on"), value=plug == "tv", restored=True)


_OCCUPIED = "OccupancySensing.occupied"
_POWER = "ElectricalPowerMeasurement.activePower"
_LIGHT = "IlluminanceMeasurement.illuminance"
_TEMPERATURE = "TemperatureMeasurement.temperature"
_HUMIDITY = "RelativeHumidityMeasurement.humidity"
_CLIMATE = (_TEMPERATURE, _HUMIDITY, _LIGHT)


def _device(
    device: str,
    kind: DeviceType,
    area: str | None,
    reads: tuple[str, ...] = (),
    writable: tuple[str, ...] = (),
    *,
    pressed: bool = False,
) -> Adopted:
    properties = [typical(name) for name in reads]
    properties += [typical(name, writable=True) for name in writable]
    signals = (Signal("Switch.pressed", ("single", "double")),) if pressed else ()
    endpoint = Endpoint(_ONE, kind, properties=tuple(properties), signals=signals)
    name = device.replace("_", " ").capitalize()
    where = AreaId(area) if area is not None else None
    return Adopted(Device(DeviceId(device), name, "test", (endpoint,), where))


def _prop(device: str, name: str) -> PropertyId:
    return PropertyId(f"{device}/{_ONE}/{name}")


def _life(rng: random.Random, days: int) -> Iterator[tuple[int, Input]]:
    """Yield what comes from outside, a day at a time."""
    on = {f"{area}_lamp": False for area in AREAS}
    for day in range(days):
        begin_us = _FIRST_US + day * DAY_US
        inputs = [
            *_weather(rng, day, begin_us),
            *_people(rng, begin_us),
            *_power(rng, begin_us),
            *_hands(rng, begin_us, on),
        ]
        inputs.sort(key=lambda pair: pair[0])
        yield from inputs


def _weather(rng: random.Random, day: int, begin_us: int) -> Iterator[tuple[int, Input]]:
    season = -math.cos(2 * math.pi * day / 365)
    for area in AREAS:
        climate = f"{area}_climate"
        for slot in range(72):
            at_us = begin_us + slot * 20 * MINUTE_US + rng.randrange(10 * MINUTE_US)
            sun = math.sin(math.pi * (slot - 21 + 6 * season) / (30 + 12 * season))
            sun = sun if 21 - 6 * season < slot < 51 + 6 * season else 0.0
            warmth = 18.5 + 3 * season + 1.5 * sun + rng.gauss(0, 0.8)
            damp = 50 - 10 * sun + rng.gauss(0, 4)
            yield at_us, Reported(_prop(climate, _TEMPERATURE), round(warmth, 1))
            yield at_us + SECOND_US, Reported(_prop(climate, _HUMIDITY), round(damp, 1))
            light = max(0.0, 900 * sun + rng.gauss(0, 30)) if sun else rng.uniform(0, 4)
            yield at_us + 2 * SECOND_US, Reported(_prop(climate, _LIGHT), round(light, 1))


def _people(rng: random.Random, begin_us: int) -> Iterator[tuple[int, Input]]:
    for area in AREAS:
        at_us = begin_us + 6 * HOUR_US + rng.randrange(HOUR_US)
        while at_us < begin_us + DAY_US - HOUR_US:
            yield at_us, Reported(_prop(f"{area}_motion", _OCCUPIED), value=True)
            at_us += rng.randrange(30 * SECOND_US, 15 * MINUTE_US)
            yield at_us, Reported(_prop(f"{area}_motion", _OCCUPIED), value=False)
            at_us += rng.randrange(MINUTE_US, 90 * MINUTE_US)


def _power(rng: random.Random, begin_us: int) -> Iterator[tuple[int, Input]]:
    for plug, mean_w in zip(PLUGS, (85.0, 300.0, 900.0, 240.0), strict=True):
        for slot in range(96):
            at_us = begin_us + slot * 15 * MINUTE_US + rng.randrange(5 * MINUTE_US)
            busy = rng.random() < 0.4
            power_w: Value = round(rng.uniform(0.8, 1.2) * mean_w, 1) if busy else 1.5
            yield at_us, Reported(_prop(plug, _POWER), power_w)


def _hands(rng: random.Random, begin_us: int, on: dict[str, bool]) -> Iterator[tuple[int, Input]]:
    for _ in range(8):
        area = rng.choice(AREAS)
        at_us = begin_us + 7 * HOUR_US + rng.randrange(15 * HOUR_US)
        if rng.random() < 0.5:
            pressed = Signalled(DeviceId(f"{area}_button"), _ONE, "Switch.pressed", "single")
            yield at_us, pressed
        else:
            lamp = f"{area}_lamp"
            on[lamp] = not on[lamp]
            yield at_us, Reported(_prop(lamp, "OnOff.on"), on[lamp])
