"""How many times faster than it was lived a recorded home is replayed, from the store."""

import asyncio
import csv
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hubd import samples
from hubd.bench.reflex import Say
from hubd.core.engine import Core
from hubd.homefile import HomeFile, read_home_file
from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.events import Adopted, Event, Input, Reported, TimePassed
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId
from hubd.model.instant import DAY_US, to_us
from hubd.model.value import Value
from hubd.model.vocabulary import typical
from hubd.replaying import Replay
from hubd.store.reading import LogReader, log_url
from hubd.store.store import Store
from scenes.compiler import compile_scene
from scenes.folder import read_folder, revise
from scenes.safety.compiler import compile_rules

WEEKS = 4

_PROPERTY: dict[str, str] = {
    DeviceType.OCCUPANCY_SENSOR: "OccupancySensing.occupied",
    DeviceType.CONTACT_SENSOR: "BooleanState.open",
    DeviceType.BED_SENSOR: "BooleanState.bed",
    DeviceType.TEMPERATURE_SENSOR: "TemperatureMeasurement.temperature",
    DeviceType.HUMIDITY_SENSOR: "RelativeHumidityMeasurement.humidity",
    DeviceType.LIGHT_SENSOR: "IlluminanceMeasurement.illuminance",
    DeviceType.AIR_QUALITY_SENSOR: "CarbonDioxideConcentrationMeasurement.value",
    DeviceType.ELECTRICAL_SENSOR: "ElectricalPowerMeasurement.activePower",
    DeviceType.ON_OFF_PLUG: "ElectricalPowerMeasurement.activePower",
}
_LAMPS = {DeviceType.ON_OFF_LIGHT, DeviceType.DIMMABLE_LIGHT, DeviceType.COLOR_TEMPERATURE_LIGHT}
_WORDS: dict[str, Value] = {"ON": True, "OPEN": True, "OFF": False, "CLOSE": False}


async def times_real_time(folder: Path, say: Say) -> float:
    """Return how many seconds of a home's life are replayed in one, scenes included.

    The recording that comes with hubd is repeated to some weeks and written to a log; the replay
    reads that log, and drives the example scenes.
    """
    say("replay: writing a log of some weeks")
    path = folder / "replay.db"
    await _write(path)
    say("replay: folding it anew")
    return await asyncio.to_thread(_replayed, path)


async def _write(path: Path) -> None:
    recording = samples.recording()
    home = read_home_file(recording / "home.yaml")
    core = Core(compile_scene)
    store = await asyncio.to_thread(Store.open, log_url(str(path)))
    try:
        for at_us, what in _inputs(home, recording / "events.csv"):
            while (due_us := core.next_due_us) is not None and due_us <= at_us:
                store.append(core.fold(TimePassed(), due_us, "clock"))
            store.append(core.fold(what, at_us, "bench"))
        await store.commit()
    finally:
        await asyncio.to_thread(store.close)


def _inputs(home: HomeFile, events: Path) -> Iterator[tuple[int, Input]]:
    rows = list(_rows(events))
    first_us = rows[0][0]
    for what in home.news(Core(compile_scene).state.home):
        yield first_us, what
    for scene in revise({}, read_folder(samples.EXAMPLES)).events:
        yield first_us, scene
    known: dict[str, PropertyId] = {}
    for entry in home.devices:
        name = "OnOff.on" if entry.type in _LAMPS else _PROPERTY.get(entry.type or "")
        if name is not None and entry.type is not None:
            prop = typical(name, writable=entry.type in _LAMPS)
            endpoint = Endpoint(EndpointId("1"), entry.type, "", (prop,))
            area = AreaId(entry.area) if entry.area else None
            yield first_us, Adopted(Device(DeviceId(entry.id), entry.name, "", (endpoint,), area))
            known[entry.id] = PropertyId(f"{entry.id}/1/{name}")
    days = (rows[-1][0] - first_us) // DAY_US + 1
    for repeat in range(WEEKS * 7 // days):
        for at_us, sensor, value in rows:
            if sensor in known:
                yield at_us + repeat * days * DAY_US, Reported(known[sensor], value)


def _rows(events: Path) -> Iterator[tuple[int, str, Value]]:
    with events.open(newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC)
            yield to_us(at), row["sensor"], _value(row["value"])


def _value(word: str) -> Value:
    """Return a recorded word as a value; of a kind that no sensor here has, as it stands."""
    if word in _WORDS:
        return _WORDS[word]
    try:
        return float(word)
    except ValueError:
        return word


def _replayed(path: Path) -> float:
    began_s = time.perf_counter()
    with LogReader.open(log_url(str(path))) as reader:
        replay = Replay(reader.read(), compile_scene, None, compile_rules)
        commands: list[Event] = list(replay)
    took_s = time.perf_counter() - began_s
    if not commands:
        raise RuntimeError("the recording set off no scene, so there was nothing to replay")
    return replay.span_us / 1e6 / took_s
