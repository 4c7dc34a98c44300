"""Tokens: shown once, no more rights than their maker has, and ended when they should be."""

import pytest
from guarding import ANN, BEA, TIM, Guarded, identity

from hubd.guard.errors import NoSuchTokenError, NotPermittedError, NotSignedInError
from hubd.guard.identity import Proof
from hubd.guard.permission import RIGHTS, Permission
from hubd.model.home import Person, Role

_SEE = frozenset({Permission.SEE_HOME})


async def test_a_token_has_the_rights_it_was_given_and_no_others(guarded: Guarded) -> None:
    text, _ = await guarded.guard.make_token(identity(ANN), "tablet", _SEE)
    who = guarded.guard.by_token(text)
    assert (who.proof, who.person, who.permissions) == (Proof.TOKEN, ANN.id, _SEE)


async def test_only_the_very_text_is_the_token(guarded: Guarded) -> None:
    text, row = await guarded.guard.make_token(identity(ANN), "tablet", _SEE)
    for wrong in ("", text[:-1], text.upper(), text + " ", row.id, row.digest, "hubd_"):
        with pytest.raises(NotSignedInError):
            guarded.guard.by_token(wrong)


async def test_nobody_makes_a_token_with_rights_beyond_their_own(guarded: Guarded) -> None:
    with pytest.raises(NotPermittedError):
        await guarded.guard.make_token(identity(TIM), "t", frozenset({Permission.CONTROL_SECURE}))
    text, _ = await guarded.guard.make_token(
        identity(ANN), "t", frozenset({Permission.MANAGE_TOKENS})
    )
    with pytest.raises(NotPermittedError):
        await guarded.guard.make_token(guarded.guard.by_token(text), "u", _SEE)


async def test_a_token_loses_what_its_person_loses(guarded: Guarded) -> None:
    text, _ = await guarded.guard.make_token(
        identity(BEA), "t", frozenset({Permission.SEE_HOME, Permission.CONTROL_SECURE})
    )
    guarded.three.home.people[BEA.id] = Person(BEA.id, "Bea", Role.GUEST)
    assert guarded.guard.by_token(text).permissions == _SEE


async def test_a_token_ends_at_its_time(guarded: Guarded) -> None:
    end_us = guarded.three.now_us + 10
    text, _ = await guarded.guard.make_token(identity(ANN), "t", _SEE, end_us)
    who = guarded.guard.by_token(text)
    guarded.three.now_us = end_us
    with pytest.raises(NotSignedInError):
        guarded.guard.by_token(text)
    with pytest.raises(NotSignedInError):
        guarded.guard.renew(who)


async def test_a_token_made_with_a_token_does_not_outlive_it(guarded: Guarded) -> None:
    end_us = guarded.three.now_us + 10
    rights = _SEE | {Permission.MANAGE_TOKENS}
    first, _ = await guarded.guard.make_token(identity(ANN), "t", rights, end_us)
    by = guarded.guard.by_token(first)
    for asked_us in (0, end_us + 5):
        _, row = await guarded.guard.make_token(by, "u", _SEE, asked_us)
        assert row.expires_us == end_us
    _, row = await guarded.guard.make_token(by, "u", _SEE, end_us - 5)
    assert row.expires_us == end_us - 5


async def test_a_revoked_token_is_refused_now_and_after_a_restart(guarded: Guarded) -> None:
    revoked: list[str] = []
    guarded.guard.on_revoked(revoked.append)
    text, row = await guarded.guard.make_token(identity(BEA), "t", _SEE)
    await guarded.guard.revoke_token(row.id, identity(BEA))
    assert revoked == [row.id]
    for guard in (guarded.guard, await guarded.reopened()):
        with pytest.raises(NotSignedInError):
            guard.by_token(text)


async def test_another_s_token_is_no_token_but_to_who_manages_people(guarded: Guarded) -> None:
    text, row = await guarded.guard.make_token(identity(ANN), "t", _SEE)
    with pytest.raises(NoSuchTokenError):
        await guarded.guard.revoke_token(row.id, identity(BEA))
    guarded.guard.by_token(text)
    _, hers = await guarded.guard.make_token(identity(BEA), "t", _SEE)
    await guarded.guard.revoke_token(hers.id, identity(ANN))
    assert list(guarded.guard.tokens(BEA.id)) == []


async def test_a_right_that_no_longer_exists_is_dropped_from_old_tokens(guarded: Guarded) -> None:
    text, row = await guarded.guard.make_token(identity(ANN), "t", _SEE)
    row.permissions += " fly_to_the_moon"
    assert guarded.guard.by_token(text).permissions == _SEE & RIGHTS[Role.OWNER]
