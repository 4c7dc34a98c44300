"""Clocks: the machine's, and one that runs faster."""

import time

from hubd.clock import PacedClock, WallClock


def test_the_wall_clock_tells_the_machines_time() -> None:
    before, now_us, after = time.time_ns(), WallClock().now_us(), time.time_ns()
    assert before // 1_000 <= now_us <= after // 1_000


def test_a_paced_clock_stands_still_until_its_start() -> None:
    clock = PacedClock(home_start_us=5, wall_start_s=time.time() + 3_600, pace=60)
    assert clock.now_us() == 5


def test_a_paced_clock_runs_as_many_times_as_fast() -> None:
    clock = PacedClock(home_start_us=0, wall_start_s=time.time() - 10, pace=60)
    assert clock.now_us() >= 600 * 1_000_000
    assert clock.wall_s(60 * 1_000_000) == 1
