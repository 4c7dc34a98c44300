"""The home's time beside the wall clock's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.pace import Pace

SPEEDS = st.floats(0.01, 100_000)


@given(start_us=st.integers(0, 2**50), after_us=st.integers(0, 10**13), speed=SPEEDS)
def test_the_homes_time_and_the_walls_are_one_line(
    start_us: int, after_us: int, speed: float
) -> None:
    pace = Pace(start_us, 1_750_000_000.0, speed)
    wall_s = pace.wall_s(start_us + after_us)
    assert wall_s == pytest.approx(1_750_000_000.0 + after_us / 1e6 / speed)
    # A double holds the wall's seconds to a quarter of a microsecond.
    assert abs(pace.sim_us(wall_s) - start_us - after_us) <= speed + 1


def test_without_a_bound_everything_is_due_at_once() -> None:
    pace = Pace(5, 100.0, math.inf)
    assert pace.unbounded
    assert pace.wall_s(10**15) == 100.0
    assert pace.wall_delay_s(3600.0) == 0.0
    assert pace.sim_us(999.0) == 5
