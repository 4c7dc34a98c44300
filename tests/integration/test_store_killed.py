"""kill -9 at any moment, under load: what was acknowledged is there, and the log opens."""

import os
import random
import subprocess
import sys
from pathlib import Path

from hubd.model.events import AreaSet
from hubd.store.store import Store

KILLS = int(os.environ.get("HUBD_KILLS", "10"))

HUB = """
import asyncio, sys, time
from hubd.model.events import AreaSet, Event, Reported
from hubd.model.home import Area
from hubd.store.store import Store

async def main(url):
    store = Store.open(url)
    last = store.last_id()

    def next_event(what):
        nonlocal last
        last += 1
        return Event(last, time.time_ns() // 1000, "driver:test", 0, what)

    def say(word, number):
        sys.stdout.write(f"{word} {number}\\n")
        sys.stdout.flush()

    async def configure():
        while True:
            event = next_event(AreaSet(Area("hall", f"Hall {last}")))
            await store.commit([event])
            say("acknowledged", event.id)
            await asyncio.sleep(0.02)

    configuring = asyncio.create_task(configure())
    say("open", last)
    while True:
        for _ in range(5):
            store.append([next_event(Reported(f"d{last % 100}/1/Number.value", last))])
        say("written", store.lag().written)
        await asyncio.sleep(0.005)

asyncio.run(main(sys.argv[1]))
"""


def live_and_be_killed(url: str, rng: random.Random) -> dict[str, int]:
    """Run a hub under 1,000 events/s, kill it at some moment, return the last that it said."""
    hub = subprocess.Popen([sys.executable, "-c", HUB, url], stdout=subprocess.PIPE, text=True)
    assert hub.stdout is not None
    said: dict[str, int] = {}
    lines = rng.randrange(1, 150)
    while "open" not in said or lines > 0:
        word, number = hub.stdout.readline().split()
        said[word] = int(number)
        lines -= 1
    hub.kill()
    for line in hub.stdout.read().splitlines(keepends=True):
        if line.endswith("\n"):
            word, number = line.split()
            said[word] = int(number)
    hub.stdout.close()
    hub.wait()
    return said


def test_a_killed_hub_opens_again_with_all_that_it_acknowledged_and_no_hole(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/home.db"
    rng = random.Random(os.environ.get("HUBD_KILL_SEED", "7"))
    for _ in range(KILLS):
        said = live_and_be_killed(url, rng)
        store = Store.open(url)
        events = list(store.read())
        with store.engine.connect() as connection:
            name = connection.exec_driver_sql("SELECT name FROM area").scalar()
        store.close()
        assert [e.id for e in events] == list(range(1, len(events) + 1))
        assert len(events) >= max(said.values())
        areas = [e.what.area.name for e in events if isinstance(e.what, AreaSet)]
        assert name == (areas[-1] if areas else None)
