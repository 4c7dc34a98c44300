"""Random secrets, and what is stored of them.

A secret of 256 random bits needs no slow hash: nobody can try them all, so its plain SHA-256 is
enough to keep the database from being a list of keys (OWASP Session Management Cheat Sheet).
"""

import hashlib
import secrets


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """Return a short random id that may be shown."""
    return secrets.token_hex(6)


def digest(secret: str) -> str:
    """Return the SHA-256 of `secret` in hexadecimal; all that is ever stored."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
