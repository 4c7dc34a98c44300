"""Attempts that fail wait longer and longer, and cost bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.guard.backoff import Backoff
from hubd.guard.errors import TooManyAttemptsError
from hubd.model.instant import SECOND_US


def _wait_s(backoff: Backoff, key: str, now_us: int) -> int:
    try:
        backoff.check(key, now_us)
    except TooManyAttemptsError as error:
        return error.retry_after_s
    return 0


def test_the_first_few_failures_cost_no_wait() -> None:
    backoff = Backoff(free=5)
    for _ in range(4):
        backoff.failed("ann", 0)
    backoff.check("ann", 0)


@given(st.integers(5, 200))
def test_each_failure_doubles_the_wait_up_to_the_longest(failures: int) -> None:
    backoff = Backoff(free=5, longest_s=60)
    for _ in range(failures):
        backoff.failed("ann", 0)
    assert _wait_s(backoff, "ann", 0) == min(2 ** (failures - 5), 60)


def test_the_wait_ends_by_itself() -> None:
    backoff = Backoff(free=1)
    backoff.failed("ann", 0)
    assert _wait_s(backoff, "ann", 0) == 1
    backoff.check("ann", SECOND_US)


def test_a_success_ends_the_wait_and_forgets_the_failures() -> None:
    backoff = Backoff(free=2)
    backoff.failed("ann", 0)
    backoff.failed("ann", 0)
    backoff.succeeded("ann")
    backoff.failed("ann", 0)
    backoff.check("ann", 0)


def test_one_key_s_wait_is_not_another_s() -> None:
    backoff = Backoff(free=1)
    backoff.failed("ann", 0)
    backoff.check("bea", 0)


def test_a_flood_of_names_keeps_no_more_than_the_capacity() -> None:
    backoff = Backoff(capacity=100)
    for number in range(10_000):
        backoff.failed(f"name {number}", 0)
    assert len(backoff) == 100


def test_the_error_says_when_to_try_again() -> None:
    backoff = Backoff(free=1)
    for _ in range(4):
        backoff.failed("ann", 0)
    with pytest.raises(TooManyAttemptsError, match="in 8 seconds"):
        backoff.check("ann", 1)
