"""No secret is in what is said."""

import json

from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.hushing import HIDDEN, LEAST, SHORT, hushed

WORDS = st.text(min_size=0, max_size=30)


@given(WORDS, st.text(min_size=LEAST, max_size=30), WORDS)
def test_a_secret_is_taken_out_of_any_words(before: str, secret: str, after: str) -> None:
    said = hushed(f"{before}{secret}{after}", [secret])
    assert secret not in said.replace(HIDDEN, "") or secret in HIDDEN


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=SHORT, max_size=40))
def test_the_parts_of_a_pairing_are_secrets_too(token: str) -> None:
    pairing = json.dumps({"keys": [token, {"more": token}], "port": 80, "on": "on"})
    said = hushed(f"connecting with {token}, it is on", [pairing])
    assert said == f"connecting with {HIDDEN}, it is on"


@given(WORDS)
def test_without_secrets_words_are_as_they_were(words: str) -> None:
    assert hushed(words, ["", "abc", "[not json"[:3]]) == words
