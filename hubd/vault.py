"""Where the secrets of adopted things are kept: keys, tokens, pairings.

One file that only the hub's user may read, beside the log and in no backup: whoever has a backup
cannot command the home's devices. It is written whole or not at all.
"""

import logging
import os
from pathlib import Path

import msgspec

from hubd.model.errors import HubError

_log = logging.getLogger(__name__)

FILE = "vault.json"


class VaultError(HubError):
    """The vault cannot be read or written."""

    code = "vault"


class Vault:
    """Secrets by driver and key (drivers.kit.telling.Vault)."""

    def __init__(self, folder: Path) -> None:
        """Open the vault in `folder`, or begin one. Raises VaultError if it cannot be read."""
        self._path = folder / FILE
        self._secrets: dict[str, dict[str, str]] = {}
        try:
            said = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise VaultError(f"{self._path} can't be read: {error.strerror}") from error
        try:
            self._secrets = msgspec.json.decode(said, type=dict[str, dict[str, str]])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise VaultError(
                f"{self._path} is damaged ({error})",
                mend="Move it away, and adopt anew what asks for it",
            ) from None

    def secret(self, driver: str, key: str) -> str:
        """Return a secret, "" if there is none."""
        return self._secrets.get(driver, {}).get(key, "")

    def keep(self, driver: str, key: str, secret: str) -> None:
        """Keep a secret durably; an empty one is forgotten.

        Where the disk refuses, it is kept until the hub ends, and the log says so.
        """
        if self.secret(driver, key) == secret:
            return
        mine = self._secrets.setdefault(driver, {})
        if secret:
            mine[key] = secret
        else:
            mine.pop(key, None)
        try:
            self._write()
        except OSError as error:
            _log.error("%s can't be written: %s", self._path, error.strerror)

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(self._secrets))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
