"""Where what was adopted is kept, with its secrets: keys, tokens, pairings.

One file that only the hub's user may read, beside the log and in no backup: whoever has a backup
cannot command the home's devices. It is written whole or not at all, by a thread.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from drivers.kit.found import Adoption
from hubd.guard.secret import new_id
from hubd.model.errors import HubError

_log = logging.getLogger(__name__)

FILE = "vault.json"
_OWN = ""
"""The key under which a driver has a secret of its own: no thing has it."""


class VaultError(HubError):
    """The vault cannot be read."""

    code = "vault"


class _Kept(Struct, frozen=True, omit_defaults=True):
    """What is kept of one adopted thing."""

    address: str = ""
    port: int = 0
    record: str = ""
    secret: str = ""


type _Contents = dict[str, dict[str, _Kept]]


class Vault:
    """Adoptions by driver and key (drivers.kit.telling.Vault)."""

    def __init__(self, folder: Path) -> None:
        """Open the vault in `folder`, or begin one. Raises VaultError if it may not be read.

        One that is damaged is laid aside: the home goes on, and says what is to be adopted anew.
        """
        self._path = folder / FILE
        self._kept: _Contents = {}
        self._writing: asyncio.Task[None] | None = None
        self._is_stale = False
        try:
            self._kept = msgspec.json.decode(self._path.read_bytes(), type=_Contents.__value__)
        except FileNotFoundError:
            return
        except OSError as error:
            raise VaultError(
                f"{self._path} can't be read: {error.strerror}",
                mend="Give it to the hub's user, with: chown and chmod 600",
            ) from error
        except (msgspec.MsgspecError, UnicodeDecodeError):
            aside = self._path.with_suffix(".damaged")
            self._path.replace(aside)
            _log.error("%s was damaged, and is %s now: adopt anew what asks", self._path, aside)

    def adoptions(self, driver: str) -> Sequence[Adoption]:
        """Return all that is kept of a driver."""
        return [
            Adoption(key, it.address, it.port, it.record, it.secret)
            for key, it in self._kept.get(driver, {}).items()
            if key != _OWN
        ]

    def keep(self, driver: str, adoption: Adoption) -> None:
        """Keep an adoption, in place of a former one of its key; it is durable a little later."""
        kept = _Kept(adoption.address, adoption.port, adoption.record, adoption.secret)
        mine = self._kept.setdefault(driver, {})
        if mine.get(adoption.key) != kept:
            mine[adoption.key] = kept
            self._write_soon()

    def drop(self, driver: str, key: str) -> None:
        """Forget an adoption."""
        if self._kept.get(driver, {}).pop(key, None) is not None:
            self._write_soon()

    def own(self, driver: str) -> str:
        """Return the secret that a driver has kept for itself; "" if there is none."""
        kept = self._kept.get(driver, {}).get(_OWN)
        return kept.secret if kept is not None else ""

    def keep_own(self, driver: str, secret: str) -> None:
        """Keep a secret for a driver itself, in place of a former one; "" is none."""
        if secret:
            self.keep(driver, Adoption(_OWN, secret=secret))
        else:
            self.drop(driver, _OWN)

    async def written(self) -> None:
        """Return when all that was said before is durable.

        Where the disk refuses, it is kept until the hub ends, and the log says so.
        """
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _write_soon(self) -> None:
        self._is_stale = True
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        """Write until nothing is newer than what was written."""
        try:
            while self._is_stale:
                self._is_stale = False
                await asyncio.to_thread(self._write, msgspec.json.encode(self._kept))
        except OSError as error:
            _log.error("%s can't be written: %s", self._path, error.strerror)
        finally:
            self._writing = None

    def _write(self, contents: bytes) -> None:
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def hub_id(folder: Path) -> str:
    """Return the hub's own id, made at its first start: letters and digits, no secret."""
    path = folder / "hub-id"
    with suppress(OSError):
        known = path.read_text("ascii").strip()
        if known.isalnum():
            return known
    made = new_id()
    path.write_text(f"{made}\n", "ascii")
    return made
