"""What a test run works on: the scenes of a folder, the tests beside them, and their homes."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import DocumentError, Problem
from hubd.homefile import HomeFile, read_home_file
from hubd.model.events import (
    Adopted,
    AreaSet,
    FloorSet,
    Input,
    PersonSet,
    PlaceSet,
    SceneRevised,
)
from hubd.model.ids import SceneId
from hubd.own_devices import DRIVER, as_new
from scenes.compiler import read_scene
from scenes.folder import HOME_FILE, read_folder, revise
from scenes.testing.language import SUFFIXES, SceneTest, home_of

type HomeFinder = Callable[[str, SceneTest], tuple[Input, ...]]
"""Finds the home of a test in the file of that path. Raises DocumentError."""


class Bundle(Struct, frozen=True):
    """Scenes and tests, as texts by path within their folder; and where their homes are found."""

    scenes: tuple[SceneRevised, ...]
    tests: dict[str, str]
    find_home: HomeFinder
    problems: tuple[Problem, ...] = ()

    def titles(self) -> dict[str, SceneId]:
        """Return the scenes by id and by name, case-folded."""
        titles = {str(each.scene).casefold(): each.scene for each in self.scenes}
        for each in self.scenes:
            try:
                titles.setdefault(read_scene(each.source, each.path).scene.casefold(), each.scene)
            except DocumentError:
                continue
        return titles


def bundle_of(files: dict[str, str], tests: dict[str, str], find_home: HomeFinder) -> Bundle:
    """Return the bundle of a folder's `files` of scenes and its `tests`."""
    revision = revise({}, files)
    scenes = tuple(event for event in revision.events if isinstance(event, SceneRevised))
    return Bundle(scenes, tests, find_home, tuple(revision.problems))


def read_bundle(folder: Path, home: Path | None = None) -> Bundle:
    """Read a folder. A test that names no home has `home`, or the nearest `home.yaml` upwards."""
    return bundle_of(read_folder(folder), read_test_files(folder), homes_in(folder, home))


def read_test_files(folder: Path) -> dict[str, str]:
    """Return the texts of all tests in and below `folder`, by path within it."""
    found: dict[str, str] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not name.startswith("."):
                path = Path(parent, name)
                text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
                found[path.relative_to(folder).as_posix()] = text
    return found


def homes_in(
    folder: Path,
    usual: Path | tuple[Input, ...] | None = None,
    *,
    only_inside: bool = False,
) -> HomeFinder:
    """Return what finds the homes of tests in `folder`; files outside of it are read if allowed."""
    known: dict[Path, tuple[Input, ...]] = {}

    def find(path: str, test: SceneTest) -> tuple[Input, ...]:
        match test.home:
            case HomeFile():
                return tuple(home_of(test.home))
            case str():
                file = folder / PurePosixPath(path).parent / test.home
                if only_inside and not file.resolve().is_relative_to(folder.resolve()):
                    raise _no_home(path, f"{test.home} is outside of the scenes' folder")
                return read(file)
            case None:
                inside = _nearest(folder, PurePosixPath(path), only_inside=True)
                if isinstance(usual, tuple):
                    return read(inside) if inside is not None else usual
                near = usual or inside or _nearest(folder, PurePosixPath(path))
                if near is None:
                    raise _no_home(path, "this test names no home, and there is no home.yaml here")
                return read(near)

    def read(file: Path) -> tuple[Input, ...]:
        if file not in known:
            known[file] = tuple(home_of(read_home_file(file)))
        return known[file]

    return find


def _nearest(folder: Path, path: PurePosixPath, *, only_inside: bool = False) -> Path | None:
    inside = [folder / parent for parent in path.parents]
    outside = () if only_inside else (folder.absolute().parent,)
    places = [place / HOME_FILE for place in (*inside, *outside)]
    return next((place for place in places if place.is_file()), None)


def _no_home(path: str, message: str) -> DocumentError:
    return DocumentError([Problem(path, 1, 1, message, "add home: and a file, or use --home")])


def home_as_it_is(home: Home) -> tuple[Input, ...]:
    """Return what makes a home of the same things as `home`."""
    things: Iterable[Input] = (
        PlaceSet(home.place),
        *(FloorSet(floor) for floor in home.floors.values()),
        *(AreaSet(area) for area in home.areas.values()),
        *(PersonSet(person) for person in home.people.values()),
        *(Adopted(device) for device in home.devices.values() if device.driver != DRIVER),
    )
    own = (device for device in home.devices.values() if device.driver == DRIVER)
    return (*things, *(what for device in own for what in as_new(device)))
