"""Passwords: what is accepted as a new one, and that only the right one opens."""

import asyncio

import pytest

from hubd.guard.errors import PasswordRefusedError, TooManyAttemptsError
from hubd.guard.password import LONGEST, SHORTEST, Passwords, check_new


@pytest.mark.parametrize(
    "password", ["correct horse battery", "密码是我们家的小猫名字叫做毛毛呀", "p" * 200 + "abcdef"]
)
def test_a_long_password_of_any_characters_is_accepted(password: str) -> None:
    check_new(password, "Ann")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", f"0 characters; it needs {SHORTEST}"),
        ("a" * (SHORTEST - 1), f"it needs {SHORTEST}"),
        ("x" * (LONGEST + 1), f"{LONGEST} is the most"),
        ("aaaaaaaaaaaaaaaaaaaaa", "over and over"),
        ("Anna Lee Anna Lee Anna Lee", "the name"),
        ("correct horse\x00battery", "unprintable"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefusedError, match=reason):
        check_new(password, "Anna Lee")


async def test_only_the_very_password_matches_its_hash() -> None:
    passwords = Passwords()
    stored = await passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert "correct" not in stored
    assert await passwords.matches("correct horse battery", stored)
    for wrong in ("", "correct horse", "Correct horse battery", "correct horse battery "):
        assert not await passwords.matches(wrong, stored)


async def test_two_forms_of_the_same_characters_are_the_same_password() -> None:
    passwords = Passwords()
    stored = await passwords.hash("caf\u00e9 au lait et sucre")
    assert await passwords.matches("cafe\u0301 au lait et sucre", stored)


async def test_a_name_that_nobody_has_matches_nothing_and_costs_the_same_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import argon2

    verified: list[str | bytes] = []
    real = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, stored: str | bytes, given: str | bytes) -> bool:
        verified.append(stored)
        return bool(real(self, stored, given))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    passwords = Passwords()
    stored = await passwords.hash("correct horse battery")
    assert not await passwords.matches("wrong wrong wrong", stored)
    assert not await passwords.matches("wrong wrong wrong", None)
    parameters = [argon2.extract_parameters(str(s)) for s in verified]
    assert len(parameters) == 2
    assert parameters[0] == parameters[1]


async def test_not_even_the_password_of_nobody_opens_for_nobody() -> None:
    assert not await Passwords().matches("the password of nobody at all", None)


async def test_more_than_eight_waiting_sign_ins_are_turned_away() -> None:
    passwords = Passwords()
    tries = [passwords.matches("wrong wrong wrong", None) for _ in range(12)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(o, TooManyAttemptsError) for o in outcomes) == 4
    assert outcomes.count(False) == 8
