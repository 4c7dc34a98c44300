"""The one-time owner code opens once, for a while, and not to guesses."""

import pytest

from hubd.guard.errors import CodeRefusedError
from hubd.guard.owner_code import LIFE_US, OwnerCode


def test_the_code_is_accepted_as_a_person_types_it() -> None:
    code = OwnerCode()
    text = code.issue(0)
    code.check(text.lower().replace("-", " "), 0)


def test_a_voided_code_is_refused() -> None:
    code = OwnerCode()
    text = code.issue(0)
    code.void()
    with pytest.raises(CodeRefusedError):
        code.check(text, 0)


def test_no_code_is_accepted_before_one_is_issued() -> None:
    with pytest.raises(CodeRefusedError):
        OwnerCode().check("", 0)


def test_a_code_is_refused_when_its_time_is_over() -> None:
    code = OwnerCode()
    text = code.issue(0)
    code.check(text, LIFE_US - 1)
    with pytest.raises(CodeRefusedError):
        code.check(text, LIFE_US)


def test_a_new_code_voids_the_one_before() -> None:
    code = OwnerCode()
    old = code.issue(0)
    code.issue(0)
    with pytest.raises(CodeRefusedError):
        code.check(old, 0)


def test_after_ten_wrong_guesses_the_right_code_is_refused_too() -> None:
    code = OwnerCode()
    text = code.issue(0)
    for _ in range(10):
        with pytest.raises(CodeRefusedError):
            code.check("2222-2222-2222", 0)
    with pytest.raises(CodeRefusedError):
        code.check(text, 0)


@pytest.mark.parametrize("part", [slice(0, 0), slice(0, 4), slice(0, 13), slice(1, None)])
def test_a_part_of_the_code_is_refused(part: slice) -> None:
    code = OwnerCode()
    text = code.issue(0)
    with pytest.raises(CodeRefusedError):
        code.check(text[part], 0)
