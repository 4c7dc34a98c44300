"""How fast Matter is in a home, on a real server: `python -m tests.matter_bench`.

It prints one JSON object. Needs what the tests of Matter need (root, namespaces, Node); seconds are
of this machine, with all of it on it: the hub, its driver, the server and the devices.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent / "support"))

from driving import Driving, at_home
from matter_house import MatterHouse, at_hub, matter_lab

from hubd.model.claim import Claim, Priority
from hubd.model.events import Claimed, Event, Reported, Settled
from hubd.model.ids import DeviceId, PropertyId

COMMANDS = 60
APART_S = 0.15
TIMES = 3
STEADY_S = 11.0
"""A connection that held so long is made anew at once when it is lost (drivers.kit.backoff)."""


async def commands(home: Driving, lamp: DeviceId) -> tuple[list[float], list[float]]:
    """Return how long each command took until it was confirmed, and until its state was known."""
    prop = PropertyId(f"{lamp}/light/OnOff.on")
    confirmed: list[float] = []
    known: list[float] = []
    for number in range(COMMANDS):
        claim = Claim(prop, number % 2 == 0, Priority.HAND, "person:ann", "a bench")
        settled = asyncio.Event()
        begin = perf_counter()

        def look(events: Sequence[Event], settled: asyncio.Event, begin: float) -> None:
            took_s = perf_counter() - begin
            for event in events:
                if isinstance(event.what, Reported) and len(known) == len(confirmed):
                    known.append(took_s)
                if isinstance(event.what, Settled):
                    confirmed.append(took_s)
                    settled.set()

        unwatch = home.hub.watch(partial(look, settled=settled, begin=begin))
        home.hub.take(Claimed((claim,)), "person:ann")
        await settled.wait()
        unwatch()
        await asyncio.sleep(APART_S)
    return confirmed, known


async def measured(house: MatterHouse, folder: Path) -> dict[str, object]:
    """Return all figures: seconds, of commands milliseconds."""
    figures: dict[str, list[float]] = {}

    def took(name: str, since_s: float) -> None:
        figures.setdefault(name, []).append(perf_counter() - since_s)

    async with house.device({"id": "light", "type": "DimmableLight"}) as peer:
        async with at_home(folder, "matter", "discovery") as home:
            home.network.watch()
            await home.until(lambda: len(home.adoption.inbox) == 1, "the lamp in the inbox")
            (entry,) = home.adoption.inbox
            begin = perf_counter()
            lamp = await home.network.adopt(entry.id, {"code": peer.qr}, None, "person:ann")
            assert lamp is not None
            await home.until_reached(lamp)
            took("commissioned_s", begin)
            confirmed, known = await commands(home, lamp)
            for _ in range(TIMES):
                await asyncio.sleep(STEADY_S)
                await peer.kill()
                begin = perf_counter()
                await home.until_reached(lamp, reached=False)
                took("killed_to_unreachable_s", begin)
                await peer.start()
                begin = perf_counter()
                await peer.set("light", onOff={"onOff": True})
                await home.until_reached(lamp)
                await home.until_value(lamp, "light", "OnOff.on", True)
                took("back_to_true_s", begin)
                await peer.set("light", onOff={"onOff": False})
                await home.until_value(lamp, "light", "OnOff.on", False)
            for _ in range(TIMES):
                await asyncio.sleep(STEADY_S)
                await house.kill()
                await home.until_reached(lamp, reached=False)
                await house.start()
                begin = perf_counter()
                await home.until_reached(lamp)
                took("server_answers_to_live_s", begin)
        for _ in range(TIMES):
            begin = perf_counter()
            async with at_home(folder, "matter", "discovery") as home:
                await home.until(lambda: lamp in home.devices, "the lamp in the home")
                await home.until_reached(lamp)
                took("hub_started_to_live_s", begin)
    told: dict[str, object] = {
        name: {"median": round(median(them), 2), "worst": round(max(them), 2)}
        for name, them in figures.items()
    }
    for name, them in (("command_confirmed_ms", confirmed), ("state_known_ms", known)):
        p95 = quantiles(them, n=20)[-1]
        told[name] = {"p50": round(median(them) * 1e3, 1), "p95": round(p95 * 1e3, 1)}
    return told


def main() -> None:
    """Measure, and print."""
    with matter_lab() as house, at_hub(house), tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measured(house, Path(folder))), indent=1))


if __name__ == "__main__":
    main()
