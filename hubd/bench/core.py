"""The core alone: how many events it folds in a second, with 100 scenes listening."""

import gc
import time

from hubd.core.engine import Core
from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.events import Adopted, Reported, SceneRevised
from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.vocabulary import typical
from scenes.compiler import compile_scene

SENSORS = 1_000
SCENES = 100
ROUNDS = 300


def events_per_s() -> float:
    """Return how many reports a second are folded, with what follows from them.

    1,000 motion sensors report in turn; 100 of them set off a scene each, whose lamp reports back.
    """
    core = _home()
    reports = _reports()
    gc.collect()
    gc.disable()
    try:
        at_us = 0
        began_s = time.perf_counter()
        for report in reports:
            at_us += 1_000
            core.fold(report, at_us, "bench")
        took_s = time.perf_counter() - began_s
    finally:
        gc.enable()
    return len(reports) / took_s


def scene_text(i: int) -> str:
    """Return the bench's scene: motion i turns lamp i on for as long as it lasts."""
    return (
        f"scene: Bench {i:04d}\n"
        f"when: {{occupied: bench_motion_{i:04d}}}\n"
        f"claims: {{bench_light_{i:04d}: on}}\n"
        f"until: {{unoccupied: bench_motion_{i:04d}}}\n"
    )


def _home() -> Core:
    core = Core(compile_scene)
    for i in range(1, SENSORS + 1):
        motion = _device(f"bench_motion_{i:04d}", DeviceType.OCCUPANCY_SENSOR, _OCCUPIED)
        core.fold(Adopted(motion), 0, "bench")
        core.fold(Reported(_id(motion, _OCCUPIED), value=False), 0, "bench")
    for i in range(1, SCENES + 1):
        lamp = _device(f"bench_light_{i:04d}", DeviceType.ON_OFF_LIGHT, _ON, writable=True)
        core.fold(Adopted(lamp), 0, "bench")
        core.fold(Reported(_id(lamp, _ON), value=False), 0, "bench")
        core.fold(SceneRevised(SceneId(f"bench_{i:04d}"), scene_text(i)), 0, "bench")
    return core


_OCCUPIED = "OccupancySensing.occupied"
_ON = "OnOff.on"


def _device(device: str, kind: DeviceType, name: str, *, writable: bool = False) -> Device:
    endpoint = Endpoint(EndpointId("1"), kind, "", (typical(name, writable=writable),))
    return Device(DeviceId(device), device, "bench", (endpoint,))


def _id(device: Device, name: str) -> PropertyId:
    return PropertyId(f"{device.id}/1/{name}")


def _reports() -> list[Reported]:
    reports = []
    for on in (round_ % 2 == 0 for round_ in range(ROUNDS)):
        for i in range(1, SENSORS + 1):
            reports.append(Reported(PropertyId(f"bench_motion_{i:04d}/1/{_OCCUPIED}"), on))
            if i <= SCENES:
                reports.append(Reported(PropertyId(f"bench_light_{i:04d}/1/{_ON}"), on))
    return reports
