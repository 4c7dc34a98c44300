"""Numbers and reasons, whoever they are from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import LONGEST, MalformedError, one_line
from drivers.kit.numbers import is_number
from drivers.mqtt.codec import number
from drivers.mqtt.errors import MqttError, UnreadableError, UnwritableError


@pytest.mark.parametrize("said", [True, None, "1", float("nan"), float("inf"), 10**400, [1]])
def test_what_no_sensor_measures_is_no_number(said: object) -> None:
    assert not is_number(said)


@given(st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False))
def test_all_other_numbers_are(said: float) -> None:
    assert is_number(said)


def test_a_number_that_no_float_holds_is_unreadable_and_one_that_grows_so_is_not_known() -> None:
    with pytest.raises(UnreadableError):
        number().read(10**400)
    assert number(1000.0).read(1.7e308) is None


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(5.0, None, "5 at least"), (None, 9.0, "9 at most"), (5.0, 9.0, "5 to 9")],
)
def test_a_range_is_told_whichever_of_its_ends_there_are(
    low: float | None, high: float | None, words: str
) -> None:
    codec = number(low=low, high=high)
    with pytest.raises(UnwritableError, match=words):
        codec.write(4.0 if low else 10.0)


@given(st.text(max_size=2 * LONGEST))
def test_a_reason_is_one_line_that_a_log_can_hold(said: str) -> None:
    for line in (one_line(said), MalformedError(said).what, MqttError(said).what):
        assert len(line) <= LONGEST + 1
        assert line.isprintable()
    assert one_line("plain words, 客厅") == "plain words, 客厅"
