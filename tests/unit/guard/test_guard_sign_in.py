"""Signing in and out: who gets in, for how long, and what ends it."""

import asyncio

import pytest
from guarding import ANN, BEA, PASSWORD, TIM, Guarded, identity
from sqlalchemy import text

from hubd.guard.errors import (
    CodeRefusedError,
    NotSignedInError,
    PasswordRefusedError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from hubd.guard.permission import RIGHTS
from hubd.guard.sessions import GRACE_US, IDLE_US, LIFE_US, ROTATE_US
from hubd.model.home import Person, Role
from hubd.model.instant import DAY_US


async def _join() -> None:
    """The owner is one of the home's people already."""


async def _with_ann(guarded: Guarded) -> None:
    await guarded.guard.set_password(ANN, PASSWORD, identity(ANN))


async def test_the_first_owner_comes_in_by_the_code_and_is_needed_no_more(guarded: Guarded) -> None:
    guard = guarded.guard
    assert guard.owner_needed
    code = await guard.issue_owner_code()
    signed_in = await guard.owner_comes_in(code, ANN, PASSWORD, "10.0.0.1", _join)
    assert signed_in.identity.permissions == RIGHTS[Role.OWNER]
    assert guard.by_session(signed_in.secret).person == ANN.id
    assert not guard.owner_needed
    assert not (await guarded.reopened()).owner_needed


async def test_the_code_opens_for_one_of_two_who_send_it_at_once(guarded: Guarded) -> None:
    guard = guarded.guard
    code = await guard.issue_owner_code()
    outcomes = await asyncio.gather(
        guard.owner_comes_in(code, ANN, PASSWORD, "10.0.0.1", _join),
        guard.owner_comes_in(code, ANN, PASSWORD, "10.0.0.2", _join),
        return_exceptions=True,
    )
    assert [type(o) for o in outcomes].count(CodeRefusedError) == 1


async def test_a_bad_password_does_not_use_the_code_up(guarded: Guarded) -> None:
    guard = guarded.guard
    code = await guard.issue_owner_code()
    with pytest.raises(PasswordRefusedError):
        await guard.owner_comes_in(code, ANN, "short", "10.0.0.1", _join)
    await guard.owner_comes_in(code, ANN, PASSWORD, "10.0.0.1", _join)


async def test_a_person_signs_in_by_name_or_id_in_any_case(guarded: Guarded) -> None:
    await _with_ann(guarded)
    for name in ("Ann", "ann", "ANN"):
        signed_in = await guarded.guard.sign_in(name, PASSWORD, "10.0.0.1")
        assert signed_in.identity.person == ANN.id


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann", ""),
        ("Ann", PASSWORD[:-1]),
        ("Ann", PASSWORD.upper()),
        ("Ann", PASSWORD + " "),
        ("", PASSWORD),
        ("An", PASSWORD),
        ("nobody", PASSWORD),
        ("Tim", PASSWORD),
    ],
)
async def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    guarded: Guarded, name: str, password: str
) -> None:
    await _with_ann(guarded)
    with pytest.raises(SignInRefusedError, match="The name or the password is wrong"):
        await guarded.guard.sign_in(name, password, "10.0.0.1")


async def test_guesses_for_one_name_from_many_addresses_have_to_wait(guarded: Guarded) -> None:
    await _with_ann(guarded)
    for number in range(5):
        with pytest.raises(SignInRefusedError):
            await guarded.guard.sign_in("Ann", "wrong", f"10.0.0.{number}")
    with pytest.raises(TooManyAttemptsError):
        await guarded.guard.sign_in("Ann", PASSWORD, "10.0.1.1")
    guarded.three.now_us += 2_000_000
    await guarded.guard.sign_in("Ann", PASSWORD, "10.0.1.1")


async def test_guesses_for_many_names_from_one_address_have_to_wait(guarded: Guarded) -> None:
    await _with_ann(guarded)
    for number in range(5):
        with pytest.raises(SignInRefusedError):
            await guarded.guard.sign_in(f"name {number}", "wrong", "10.0.0.1")
    with pytest.raises(TooManyAttemptsError):
        await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")
    await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.2")


async def test_guesses_sent_all_at_once_are_counted_too(guarded: Guarded) -> None:
    await _with_ann(guarded)
    tries = [guarded.guard.sign_in("Ann", "wrong", "10.0.0.1") for _ in range(50)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(o, SignInRefusedError) for o in outcomes) == 5
    assert sum(isinstance(o, TooManyAttemptsError) for o in outcomes) == 45


async def test_only_the_very_secret_opens_the_session(guarded: Guarded) -> None:
    await _with_ann(guarded)
    secret = (await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    for wrong in ("", secret[:-1], secret + "A", secret.swapcase(), "\ud800", PASSWORD):
        with pytest.raises(NotSignedInError):
            guarded.guard.by_session(wrong)
    assert guarded.guard.by_session(secret).person == ANN.id


async def test_the_database_holds_no_secret_that_opens_anything(guarded: Guarded) -> None:
    await _with_ann(guarded)
    secret = (await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    token, _ = await guarded.guard.make_token(identity(ANN), "tablet", RIGHTS[Role.GUEST])
    with guarded.engine.connect() as connection:
        tables = ("guard_credential", "guard_session", "guard_token", "audit")
        kept = str([connection.execute(text(f"SELECT * FROM {t}")).all() for t in tables])
    for told in (secret, token, PASSWORD):
        assert told not in kept


async def test_a_session_outlives_a_restart(guarded: Guarded) -> None:
    await _with_ann(guarded)
    secret = (await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    assert (await guarded.reopened()).by_session(secret).person == ANN.id


async def test_a_session_that_is_not_used_ends(guarded: Guarded) -> None:
    await _with_ann(guarded)
    secret = (await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    guarded.three.now_us += IDLE_US - 1
    guarded.guard.by_session(secret)
    guarded.three.now_us += 1
    with pytest.raises(NotSignedInError):
        guarded.guard.by_session(secret)


async def test_a_session_in_use_changes_its_secret_and_lives_on_but_not_for_ever(
    guarded: Guarded,
) -> None:
    await _with_ann(guarded)
    guard, three = guarded.guard, guarded.three
    began_us = three.now_us
    secret = (await guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    assert await guard.rotate(guard.by_session(secret)) is None
    while three.now_us + 20 * DAY_US < began_us + LIFE_US:
        three.now_us += 20 * DAY_US
        fresh = await guard.rotate(guard.by_session(secret))
        assert fresh not in {None, secret}
        secret = fresh or ""
    three.now_us = began_us + LIFE_US
    with pytest.raises(NotSignedInError):
        guard.by_session(secret)


async def test_the_secret_before_a_rotation_is_good_for_a_minute_more(guarded: Guarded) -> None:
    await _with_ann(guarded)
    guard, three = guarded.guard, guarded.three
    old = (await guard.sign_in("Ann", PASSWORD, "10.0.0.1")).secret
    three.now_us += ROTATE_US
    fresh = await guard.rotate(guard.by_session(old))
    assert guard.by_session(old) == guard.by_session(fresh or "")
    three.now_us += GRACE_US
    with pytest.raises(NotSignedInError):
        guard.by_session(old)
    assert (await guarded.reopened()).by_session(fresh or "").person == ANN.id


async def test_signing_out_ends_the_session_for_good_and_tells_who_listens(
    guarded: Guarded,
) -> None:
    await _with_ann(guarded)
    revoked: list[str] = []
    guarded.guard.on_revoked(revoked.append)
    signed_in = await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")
    await guarded.guard.sign_out(signed_in.identity)
    assert revoked == [signed_in.identity.credential]
    for guard in (guarded.guard, await guarded.reopened()):
        with pytest.raises(NotSignedInError):
            guard.by_session(signed_in.secret)


async def test_a_new_password_ends_the_other_sessions_and_keeps_one_s_own(guarded: Guarded) -> None:
    await _with_ann(guarded)
    guard = guarded.guard
    here = await guard.sign_in("Ann", PASSWORD, "10.0.0.1")
    elsewhere = await guard.sign_in("Ann", PASSWORD, "10.0.0.2")
    await guard.set_password(ANN, "another long password", here.identity)
    guard.by_session(here.secret)
    with pytest.raises(NotSignedInError):
        guard.by_session(elsewhere.secret)
    with pytest.raises(SignInRefusedError):
        await guard.sign_in("Ann", PASSWORD, "10.0.0.3")
    await guard.sign_in("Ann", "another long password", "10.0.0.3")


async def test_a_changed_role_counts_at_once(guarded: Guarded) -> None:
    await guarded.guard.set_password(BEA, PASSWORD, identity(ANN))
    signed_in = await guarded.guard.sign_in("Bea", PASSWORD, "10.0.0.1")
    guarded.three.home.people[BEA.id] = Person(BEA.id, BEA.name, Role.GUEST)
    assert guarded.guard.by_session(signed_in.secret).permissions == RIGHTS[Role.GUEST]
    assert guarded.guard.renew(signed_in.identity).permissions == RIGHTS[Role.GUEST]


async def test_who_is_no_longer_of_the_home_does_not_come_in(guarded: Guarded) -> None:
    await guarded.guard.set_password(BEA, PASSWORD, identity(ANN))
    signed_in = await guarded.guard.sign_in("Bea", PASSWORD, "10.0.0.1")
    del guarded.three.home.people[BEA.id]
    with pytest.raises(NotSignedInError):
        guarded.guard.by_session(signed_in.secret)
    with pytest.raises(SignInRefusedError):
        await guarded.guard.sign_in("Bea", PASSWORD, "10.0.0.1")


async def test_who_is_barred_keeps_neither_password_nor_session_nor_token(guarded: Guarded) -> None:
    guard = guarded.guard
    await guard.set_password(BEA, PASSWORD, identity(ANN))
    signed_in = await guard.sign_in("Bea", PASSWORD, "10.0.0.1")
    token, _ = await guard.make_token(identity(BEA), "tablet", RIGHTS[Role.GUEST])
    await guard.bar(BEA.id, identity(ANN))
    for each in (guard, await guarded.reopened()):
        with pytest.raises(NotSignedInError):
            each.by_session(signed_in.secret)
        with pytest.raises(NotSignedInError):
            each.by_token(token)
        assert not each.can_sign_in(BEA.id)


async def test_a_name_that_two_people_share_signs_neither_in(guarded: Guarded) -> None:
    await guarded.guard.set_password(BEA, PASSWORD, identity(ANN))
    await guarded.guard.set_password(TIM, PASSWORD, identity(ANN))
    guarded.three.home.people[TIM.id] = Person(TIM.id, "Bea", Role.CHILD)
    with pytest.raises(SignInRefusedError):
        await guarded.guard.sign_in("Bea", PASSWORD, "10.0.0.1")
    signed_in = await guarded.guard.sign_in("tim", PASSWORD, "10.0.0.1")
    assert signed_in.identity.person == TIM.id


async def test_everything_that_was_done_stands_in_an_audit_that_holds(guarded: Guarded) -> None:
    await _with_ann(guarded)
    signed_in = await guarded.guard.sign_in("Ann", PASSWORD, "10.0.0.1")
    with pytest.raises(SignInRefusedError):
        await guarded.guard.sign_in("Ann", "wrong", "10.0.0.9")
    await guarded.guard.sign_out(signed_in.identity)
    entries = await guarded.guard.audit()
    assert [e.action for e in entries] == [
        "signed_out",
        "sign_in_failed",
        "signed_in",
        "password_set",
    ]
    assert entries[1].detail == "10.0.0.9"
    assert await guarded.guard.verify_audit() is None
    with guarded.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET detail = '10.0.0.1' WHERE id = 3"))
    broken = await guarded.guard.verify_audit()
    assert broken is not None
    assert broken.entry == 3
