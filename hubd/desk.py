"""Where scenes are written (hubd.api.scene_desk.SceneDesk): tried out first, then saved."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from hubd.api.scene_desk import Failed, Found, PathRefusedError, Trial, Wrong
from hubd.core.home import Home
from hubd.documents import Problem
from scenes.analysis.findings import Finding
from scenes.folder import read_folder
from scenes.testing.bundle import home_as_it_is, homes_in, read_test_files
from scenes.testing.gate import Trial as Tried
from scenes.testing.gate import checked_path, try_change


class Desk:
    """Tries and saves the files of the scenes' folder; one at a time, in a thread."""

    def __init__(
        self, home: Callable[[], Home], folder: Path, saved: Callable[[], Awaitable[None]]
    ) -> None:
        """Work on `folder`, for the `home` as it is then; await `saved` after each change."""
        self._home = home
        self._folder = folder
        self._saved = saved
        self._one_at_a_time = asyncio.Lock()

    async def text(self, path: str) -> str | None:
        """Return the text of a file of scenes or tests; None if there is none."""
        file = self._file(path)
        return await asyncio.to_thread(_read, file)

    async def try_out(self, path: str, text: str) -> Trial:
        """Return what comes of `text` at `path`; nothing is changed."""
        self._file(path)
        async with self._one_at_a_time:
            return await self._tried(path, text)

    async def save(self, path: str, text: str, *, force: bool) -> Trial:
        """Write `text` to `path` if nothing speaks against it, or by `force`."""
        file = self._file(path)
        async with self._one_at_a_time:
            trial = await self._tried(path, text)
            if not trial.all_right and not force:
                return trial
            await asyncio.to_thread(_write, file, text)
            await self._saved()
        return replace(trial, saved=True)

    async def _tried(self, path: str, text: str) -> Trial:
        home = home_as_it_is(self._home())
        folder = self._folder

        def work() -> Tried:
            find_home = homes_in(folder, home, only_inside=True)
            files, tests = read_folder(folder), read_test_files(folder)
            return try_change(files, tests, path, text, home, find_home)

        return _told(path, await asyncio.to_thread(work))

    def _file(self, path: str) -> Path:
        """Return where `path` is. Raises PathRefusedError if that is not in the folder."""
        try:
            file = self._folder / checked_path(path)
        except PydanticCustomError as error:
            context = error.context or {}
            raise PathRefusedError(context["message"], mend=context["hint"]) from error
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise PathRefusedError(f'"{path}" leads out of the folder of scenes')
        return file


def _told(path: str, tried: Tried) -> Trial:
    return Trial(
        path=path,
        all_right=tried.all_right,
        problems=tuple(_wrong(each) for each in tried.problems),
        doubts=tuple(_wrong(each) for each in tried.doubts if each.path == path),
        findings=tuple(
            Found(each.path, each.line, each.kind.value, each.message, _story(each))
            for each in tried.findings
        ),
        tests=tried.tests,
        passed=tried.passed,
        failed=tuple(
            Failed(each.name, each.path, each.line, each.expected, each.got, each.why)
            for each in tried.failures
        ),
    )


def _story(finding: Finding) -> tuple[str, ...]:
    return (*(str(moment) for moment in finding.timeline), finding.hint)


def _wrong(problem: Problem) -> Wrong:
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return Wrong(problem.path, problem.line, message)


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _write(file: Path, text: str) -> None:
    """Write the whole file or nothing of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    try:
        with new.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
