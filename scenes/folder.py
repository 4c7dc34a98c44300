"""Scenes as files: what changed in their folder, told as events."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from hubd import documents
from hubd.documents import DocumentError, Parsed, Problem, parse
from hubd.model.events import SceneRemoved, SceneRevised
from hubd.model.ids import SceneId, slug
from scenes.blueprint import is_blueprint
from scenes.calendars import MAX_CHARACTERS, SUFFIX
from scenes.library import Library
from scenes.source import Understood, understand

HOME_FILE = "home.yaml"
"""A home file in the scenes' folder, for tests; no scene, unless it says that it is one."""

_SUFFIXES = (".yaml", ".yml", SUFFIX)
_MOST_READ = max(documents.MAX_CHARACTERS, MAX_CHARACTERS) + 1
_TESTS = (".test.yaml", ".test.yml")
"""Tests of scenes stand beside them."""
_IS_SCENE = re.compile(r"^(scene|blueprint|from):", re.MULTILINE)


class Revision(Struct, frozen=True):
    """What changed, what in the files is wrong, and what is right but should be looked at."""

    events: list[SceneRevised | SceneRemoved]
    problems: list[Problem]
    warnings: list[Problem]


def revise(loaded: Mapping[SceneId, SceneRevised], files: Mapping[str, str]) -> Revision:
    """Return how to get from the `loaded` scenes to those of `files` (path -> text).

    A file with anything wrong in it leaves its scenes as they are, and so does a broken blueprint
    those that are made from it. Scenes that came from no file (their path is empty) are not
    touched.
    """
    library = Library(files)
    by_path: dict[str, list[SceneRevised]] = {}
    for revised in loaded.values():
        by_path.setdefault(revised.path, []).append(revised)
    found: dict[SceneId, SceneRevised] = {}
    problems, warnings = library.problems, list[Problem]()
    for path in sorted(path for path in files if not path.endswith(SUFFIX)):
        there = by_path.get(path, [])
        if is_blueprint(files[path]):
            continue
        if len(there) == 1 and _is_current(there[0], files[path]):
            scenes = there
        else:
            try:
                scenes = list(read_scenes(files[path], path, library, warnings))
            except DocumentError as error:
                problems.extend(error.problems)
                scenes = there
        for revised in scenes:
            other = found.setdefault(revised.scene, revised)
            if other is not revised:
                problems.append(_taken(revised, other))
    changed = [revised for scene, revised in found.items() if loaded.get(scene) != revised]
    gone = [s for s, revised in loaded.items() if revised.path and s not in found]
    return Revision([*changed, *(SceneRemoved(scene) for scene in gone)], problems, warnings)


def _is_current(revised: SceneRevised, text: str) -> bool:
    """Say whether a file's one scene needs no reading: it is as the file has it.

    One that is made from a blueprint is read anew, as that may have changed.
    """
    return revised.source == text and not revised.blueprint


def read_scenes(
    text: str, path: str, library: Library, warnings: list[Problem]
) -> Iterator[SceneRevised]:
    """Yield the scenes of one file. Raises DocumentError with all that is wrong in it.

    A scene's id is its own `id`; or else that of its file's name, or of its own name where the
    file has several scenes.
    """
    documents = parse(text, path)
    problems: list[Problem] = []
    said: list[Understood] = []
    for document in documents:
        try:
            said.append(understand(document, library))
        except DocumentError as error:
            problems.extend(error.problems)
    if problems:
        raise DocumentError(problems)
    sources = [text] if len(documents) == 1 else _split(text, documents)
    for understood, source in zip(said, sources, strict=True):
        scene = understood.scene
        warnings.extend(understood.warnings)
        name = PurePosixPath(path).stem if len(documents) == 1 else scene.scene
        yield SceneRevised(SceneId(scene.id or slug(name)), source, path, understood.blueprint)


def read_folder(folder: Path) -> dict[str, str]:
    """Return the texts of all YAML and .ics files in and below `folder`, by path within it.

    Bytes that are no UTF-8 are kept as surrogates, which `revise` then complains of.
    """
    texts = {path: _read(folder / path) for path, _, _ in _scan(folder)}
    return {path: text for path, text in texts.items() if not _is_home(path, text)}


def _read(path: Path) -> str:
    """Return a file's text; of what is too long to be taken, enough to tell so."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        return file.read(_MOST_READ)


async def watch_folder(folder: Path, every_s: float = 1.0) -> AsyncGenerator[dict[str, str]]:
    """Yield the texts of `folder` (as `read_folder`) now, and again whenever a file changed."""
    seen: list[tuple[str, int, int]] | None = None
    while True:
        now = await asyncio.to_thread(_scan, folder)
        if now != seen:
            try:
                yield await asyncio.to_thread(read_folder, folder)
            except FileNotFoundError:
                continue
            seen = now
        await asyncio.sleep(every_s)


def is_scene_file(name: str) -> bool:
    """Say whether a file of that name holds scenes: YAML, not hidden, and no tests."""
    return name.endswith(_SUFFIXES) and not name.endswith(_TESTS) and not name.startswith(".")


def _is_home(path: str, text: str) -> bool:
    return PurePosixPath(path).name == HOME_FILE and _IS_SCENE.search(text) is None


def _scan(folder: Path) -> list[tuple[str, int, int]]:
    """Return path, time of change and size of each scene's file, sorted."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if is_scene_file(name):
                path = Path(parent, name)
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                relative = path.relative_to(folder).as_posix()
                found.append((relative, status.st_mtime_ns, status.st_size))
    return sorted(found)


def _split(text: str, documents: list[Parsed]) -> list[str]:
    lines = text.splitlines(keepends=True)
    starts = [0, *(document.line - 1 for document in documents[1:])]
    ends = [*starts[1:], len(lines)]
    return ["".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _taken(revised: SceneRevised, other: SceneRevised) -> Problem:
    message = f'the id "{revised.scene}" is that of the scene in {other.path} already'
    return Problem(revised.path, 1, 1, message, "give this one another id:")
