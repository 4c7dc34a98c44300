"""Passwords: the rules for a new one, and hashing by argon2id away from the event loop.

Rules after NIST SP 800-63B-4, 3.1.1.2: a floor on the length and no other composition rule, any
character allowed, normalised by NFKC. Parameters after RFC 9106 and the OWASP Password Storage
Cheat Sheet: 19 MiB, 2 passes, 1 lane, so that a sign-in fits beside a home on a small gateway.
"""

import asyncio
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from hubd.guard.errors import PasswordRefusedError, TooManyAttemptsError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 15
LONGEST = 256
_FEWEST_DIFFERENT = 5
_MOST_WAITING = 8
_NOBODY = "the password of nobody at all"


def check_new(password: str, name: str) -> None:
    """Raise PasswordRefusedError if `password` is no good as a new one for the person `name`."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        what = f"The password has {len(plain)} characters; it needs {SHORTEST}"
        raise PasswordRefusedError(
            what, mend="A few words that don't belong together are easy to keep."
        )
    if len(plain) > LONGEST:
        what = f"The password has {len(plain)} characters; {LONGEST} is the most"
        raise PasswordRefusedError(what, mend="Take a shorter one.")
    if not plain.isprintable():
        raise PasswordRefusedError(
            "The password holds an unprintable character", mend="Leave it out."
        )
    left = plain.casefold().replace(_normal(name).casefold(), "")
    if len(set(left)) < _FEWEST_DIFFERENT:
        what = "The password is the name, or a few characters over and over"
        raise PasswordRefusedError(what, mend="Take words that others would not guess.")


class Passwords:
    """Hashes and checks, one at a time, in a thread.

    More than eight waiting is refused: a flood of sign-ins then costs one core and 19 MiB at most.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return the encoded argon2id hash of `password`."""
        async with self._turn:
            return await asyncio.to_thread(lambda: self._hasher.hash(_normal(password)))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Say whether `password` is the one of the hash `stored`.

        With None, for a name that nobody has, the same work is done and the answer is no.
        Raises TooManyAttemptsError when too many others wait.
        """
        if self._waiting >= _MOST_WAITING:
            raise TooManyAttemptsError(1)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._verify, password, stored)
        finally:
            self._waiting -= 1

    def _verify(self, password: str, stored: str | None) -> bool:
        from argon2.exceptions import VerificationError  # noqa: PLC0415 - costs only when used

        plain = _normal(password[: LONGEST + 1])
        try:
            self._hasher.verify(stored or self._nobody, plain)
        except VerificationError:
            return False
        return stored is not None and len(plain) <= LONGEST

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # noqa: PLC0415 - costs only when used

        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(_NOBODY)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
