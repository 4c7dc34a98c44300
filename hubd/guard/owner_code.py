"""The one-time code by which the first owner comes in. It lives in memory alone."""

import hmac
import secrets

from hubd.guard.errors import CodeRefusedError
from hubd.guard.secret import digest
from hubd.model.instant import MINUTE_US

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letters that are read as digits."""

_LENGTH = 12
_ATTEMPTS = 10
LIFE_US = 60 * MINUTE_US


def _plain(code: str) -> str:
    return code.upper().replace("-", "").replace(" ", "")


class OwnerCode:
    """A code of 12 characters (58 bits), good once, for an hour, for ten attempts."""

    def __init__(self) -> None:
        self._digest: str | None = None
        self._expires_us = 0
        self._attempts = 0

    def issue(self, now_us: int) -> str:
        """Return a new code in three groups; the one before it is void."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        self._digest = digest(code)
        self._expires_us = now_us + LIFE_US
        self._attempts = _ATTEMPTS
        return "-".join(code[i : i + 4] for i in range(0, _LENGTH, 4))

    def check(self, code: str, now_us: int) -> None:
        """Raise CodeRefusedError unless `code` is the one issued. Counts as an attempt."""
        expected = self._digest
        if expected is None or now_us >= self._expires_us or self._attempts <= 0:
            self.void()
            raise CodeRefusedError
        self._attempts -= 1
        if not hmac.compare_digest(digest(_plain(code)), expected):
            raise CodeRefusedError

    def void(self) -> None:
        """End the code."""
        self._digest = None
