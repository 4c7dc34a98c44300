"""The home's safety rules: their file, what in it is broken, and taking it as it changes."""

import asyncio
import logging
from pathlib import Path

from hubd.documents import Problem
from hubd.hub import Hub
from hubd.model.events import LeasesSet, SafetyRevised
from hubd.model.lease import Lease
from scenes.safety.compiler import DEFAULTS, check_rules

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0


class Safekeeping:
    """Keeps the rules as the file has them; a broken file leaves them as they were."""

    def __init__(self, hub: Hub, file: Path) -> None:
        self.problems: tuple[Problem, ...] = ()
        self._hub = hub
        self._file = file

    async def refresh(self) -> None:
        """Take the file as it is now; returns when that is durable."""
        text = await asyncio.to_thread(read_rules_file, self._file)
        there = text is not None
        revised = SafetyRevised(text if text is not None else DEFAULTS, str(self._file) * there)
        problems = tuple(check_rules(revised.source, str(self._file)))
        if problems and problems != self.problems:
            for problem in problems:
                _log.error("%s", problem)
        self.problems = problems
        standing = self._hub.core.state.safety or SafetyRevised("", revised.path)
        if problems and self._hub.core.state.safety is None:
            # Better the usual rules than none.
            revised, problems = SafetyRevised(DEFAULTS), ()
        if not problems and revised != standing:
            await self._hub.configure([revised], "safety rules")
            _log.info("the safety rules were revised")

    async def follow(self) -> None:
        """Take the file's changes as they come, for ever."""
        seen = await asyncio.to_thread(_stamp, self._file)
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = await asyncio.to_thread(_stamp, self._file)
            if now != seen:
                await self.refresh()
                seen = now


def read_rules_file(file: Path) -> str | None:
    """Return the text of the rules' file; None if there is none.

    Bytes that are no UTF-8 are kept as surrogates, which the check then complains of.
    """
    try:
        return file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except FileNotFoundError:
        return None


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


async def take_leases(hub: Hub, leases: tuple[Lease, ...]) -> None:
    """Take how long hands are left alone into the home, where it is not known so already."""
    if hub.core.state.leases != leases:
        await hub.configure([LeasesSet(leases)], "hub.toml")
