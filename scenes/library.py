"""The blueprints that a home has: those of its scenes' folder, then those that come with hubd."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import final

from hubd.documents import DocumentError, Problem
from hubd.model.ids import slug
from scenes.blueprint import Blueprint, is_blueprint, read_blueprint

_SHIPPED = Path(__file__).parent / "blueprints"


@cache
def shipped() -> Mapping[str, str]:
    """Return the texts of the blueprints that come with hubd, by path."""
    return {
        f"{_SHIPPED.name}/{path.name}": path.read_text(encoding="utf-8")
        for path in sorted(_SHIPPED.glob("*.yaml"))
    }


def blueprint_id(path: str) -> str:
    """Return the id of the blueprint in a file: that of the file's name."""
    return slug(PurePosixPath(path).stem)


@final
class Library:
    """Finds blueprints by id, and reads each once. `problems` are those of the home's own files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """Take the blueprints among `files` (path -> text)."""
        self._sources: dict[str, tuple[str, str]] = {}
        self._read: dict[str, Blueprint | DocumentError] = {}
        self._own: list[str] = []
        self._twice: list[Problem] = []
        for path in sorted(files):
            if not is_blueprint(files[path]):
                continue
            blueprint = blueprint_id(path)
            if blueprint in self._sources:
                other, _ = self._sources[blueprint]
                message = f'the blueprint "{blueprint}" is in {other} already'
                self._twice.append(Problem(path, 1, 1, message, "give this file another name"))
                continue
            self._sources[blueprint] = path, files[path]
            self._own.append(blueprint)
        for path, text in shipped().items():
            self._sources.setdefault(blueprint_id(path), (path, text))

    @classmethod
    def of_one(cls, blueprint: str, text: str) -> "Library":
        """Return the library in which `blueprint` has the text that a log kept."""
        return cls({f"{blueprint}.yaml": text} if text else {})

    @property
    def names(self) -> list[str]:
        """The ids of all blueprints."""
        return sorted(self._sources)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the home's own blueprints."""
        found = list(self._twice)
        for blueprint in self._own:
            try:
                self.find(blueprint)
            except DocumentError as error:
                found.extend(error.problems)
        return found

    def text(self, blueprint: str) -> str | None:
        """Return the text of a blueprint; None if there is none of that id."""
        source = self._sources.get(blueprint)
        return source[1] if source is not None else None

    def path(self, blueprint: str) -> str:
        """Return where a blueprint that is there stands."""
        return self._sources[blueprint][0]

    def find(self, blueprint: str) -> Blueprint:
        """Return a blueprint that is there. Raises DocumentError if it is broken."""
        found = self._read.get(blueprint)
        if found is None:
            path, text = self._sources[blueprint]
            try:
                found = read_blueprint(text, path, blueprint)
            except DocumentError as error:
                found = error
            self._read[blueprint] = found
        if isinstance(found, DocumentError):
            raise found
        return found
