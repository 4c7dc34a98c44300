"""Calls to a driver's process: each has its own answer, and says a bounded much."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.calls import LONGEST_SAID, MOST_SAID, Calls
from drivers.kit.errors import AdoptionError, ErrandError
from drivers.kit.found import Adoption
from drivers.kit.messages import Adopted, Doing, Failed, Pong


async def test_each_call_hears_of_itself_and_gets_its_own_answer() -> None:
    calls, one, other = Calls(), list[str](), list[str]()
    with (
        calls.opened(one.append, AdoptionError) as first,
        calls.opened(other.append, ErrandError) as second,
    ):
        assert calls.take(Doing(second.number, "second"))
        assert calls.take(Doing(first.number, "first"))
        assert calls.take(Adopted(second.number, Adoption("b")))
        assert calls.take(Failed(first.number, "driver.adoption", "no", "try"))
        assert await second.answer == Adopted(second.number, Adoption("b"))
        with pytest.raises(AdoptionError, match=r"no\. try"):
            await first.answer
        calls.take(Adopted(second.number, Adoption("c")))
        calls.take(Doing(second.number, "late"))
    assert (one, other) == (["first"], ["second"])
    assert not len(calls)
    assert calls.take(Doing(first.number, "later"))
    assert not calls.take(Pong(1))


@given(st.lists(st.text(max_size=2 * LONGEST_SAID), max_size=2 * MOST_SAID))
def test_what_is_said_is_bounded(sayings: list[str]) -> None:
    async def heard() -> list[str]:
        calls, told = Calls(), list[str]()
        with calls.opened(told.append, AdoptionError) as call:
            for words in sayings:
                calls.take(Doing(call.number, words))
        return told

    assert asyncio.run(heard()) == [words[:LONGEST_SAID] for words in sayings][:MOST_SAID]
