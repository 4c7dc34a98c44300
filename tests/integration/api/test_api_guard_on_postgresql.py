"""Guard keeps its promises on PostgreSQL as on SQLite."""

import pytest
from guarding import ANN, PASSWORD, Guarded, HomeOfThree, identity
from sqlalchemy import create_engine

from hubd.guard.errors import NotSignedInError
from hubd.guard.guard import Guard
from hubd.guard.permission import Permission
from hubd.store.schema import prepare


async def test_passwords_sessions_tokens_and_the_audit_outlive_a_restart(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    try:
        prepare(engine)
        three = HomeOfThree()
        guard = Guard(engine, lambda: three.home, lambda: three.now_us)
        await guard.open()
        await guard.set_password(ANN, PASSWORD, identity(ANN))
        kept = await guard.sign_in("Ann", PASSWORD, "10.0.0.1")
        ended = await guard.sign_in("Ann", PASSWORD, "10.0.0.2")
        await guard.sign_out(ended.identity)
        token, _ = await guard.make_token(identity(ANN), "t", frozenset({Permission.SEE_HOME}))
        again = await Guarded(guard, three, engine).reopened()
        assert again.by_session(kept.secret).person == ANN.id
        assert again.by_token(token).person == ANN.id
        with pytest.raises(NotSignedInError):
            again.by_session(ended.secret)
        assert [e.action for e in await again.audit()] == [
            "token_made",
            "signed_out",
            "signed_in",
            "signed_in",
            "password_set",
        ]
        assert await again.verify_audit() is None
    finally:
        engine.dispose()
