"""Blueprints: a scene with typed inputs, written once and used with several values.

A use of it becomes a scene at the level of data: `$name` in a key or a value is replaced before
anything is checked, and each part keeps the place where it was written, in whichever file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Struct
from pydantic import Field
from pydantic_core import PydanticCustomError

from hubd.documents import (
    Data,
    Document,
    DocumentError,
    Id,
    Loc,
    Mark,
    Parsed,
    Problem,
    did_you_mean,
    parse,
)
from scenes.expression.variables import declared
from scenes.inputs import Input, Plain, check_input
from scenes.scene import Scene

_BEGINS = re.compile(r"\A(?:\s|#[^\n]*\n|---[^\n]*\n)*[\"']?blueprint[\"']?\s*:")
_INPUT = re.compile(r"\$\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")

type _Marks = dict[Loc, Mark]


class Head(Document):
    """What a blueprint says of itself; all its other keys are those of a scene."""

    blueprint: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=1, strict=True)] = 1
    description: str = ""
    inputs: Mapping[str, Input] = Field(default_factory=dict)


class Use(Document):
    """A scene that is made from a blueprint."""

    scene: Annotated[str, Field(min_length=1, max_length=200)]
    id: Id | None = None
    description: str = ""
    from_: Annotated[str, Field(alias="from")]
    version: Annotated[int | None, Field(ge=1, strict=True)] = None
    with_: Annotated[Mapping[str, Plain], Field(alias="with", default_factory=dict)]


class Blueprint(Struct, frozen=True):
    """A blueprint that is right: its id, its head, its scene with inputs in it, and its text."""

    id: str
    head: Head
    body: Parsed
    text: str


def is_blueprint(text: str) -> bool:
    """Say whether a file's text is a blueprint's, by its first key."""
    return _BEGINS.match(text) is not None


def uses_blueprint(document: Parsed) -> str:
    """Return the id of the blueprint that a scene's document is made from; "" if of none."""
    data = document.data
    return str(data["from"]) if isinstance(data, dict) and "from" in data else ""


def read_blueprint(text: str, path: str, blueprint: str) -> Blueprint:
    """Return the blueprint with the id `blueprint` that `text` is.

    It is tried with its defaults, and with something where there is none. Raises DocumentError.
    """
    documents = parse(text, path)
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        raise DocumentError([Problem(path, 1, 1, "one blueprint belongs in a file")])
    document, data = documents[0], documents[0].data
    head_keys = {field.alias or name for name, field in Head.model_fields.items()}
    head_data: Data = {key: value for key, value in data.items() if key in head_keys}
    head = Parsed(path, head_data, document.line, document.keys, document.values).check(Head)
    rest: Data = {key: value for key, value in data.items() if key not in head_keys}
    body = Parsed(path, rest, document.line, document.keys, document.values)
    made = Blueprint(blueprint, head, body, text)
    if problems := list(_undeclared(made)):
        raise DocumentError(problems)
    use = Parsed(path, {"scene": head.blueprint, "from": blueprint})
    check_scene(_Expansion(use, made).whole({}))
    return made


def check_scene(document: Parsed) -> Scene:
    """Return the scene of a document that uses no blueprint. Raises DocumentError."""
    data = document.data
    return document.check(Scene, declared(data.get("variables") if isinstance(data, dict) else {}))


def expand(document: Parsed, blueprint: Blueprint) -> tuple[Parsed, list[Problem]]:
    """Return the scene that `document` makes from `blueprint`, and warnings.

    Raises DocumentError: what is wrong with the use points into the document.
    """
    use = document.check(Use)
    problems = list(_misused(use, document, blueprint))
    if problems:
        raise DocumentError(problems)
    own: dict[str, Data] = {"scene": use.scene}
    if use.id is not None:
        own["id"] = str(use.id)
    if use.description:
        own["description"] = use.description
    return _Expansion(document, blueprint).whole(own), list(_outdated(use, document, blueprint))


def _misused(use: Use, document: Parsed, blueprint: Blueprint) -> Iterator[Problem]:
    head = blueprint.head
    if use.version is not None and use.version > head.version:
        message = f'version {use.version} is asked for, and "{blueprint.id}" is at {head.version}'
        hint = "put the newer blueprint in the scenes' folder"
        yield document.problem(("version",), message, hint)
    given = _given(document)
    for name, value in given.items():
        asked = head.inputs.get(name)
        if asked is None:
            message = f'"{blueprint.id}" has no input "{name}"'
            hint = did_you_mean(name, head.inputs)
            yield document.problem(("with", name), message, hint, key=True)
            continue
        try:
            check_input(asked, value)
        except PydanticCustomError as error:
            context = error.context or {}
            yield document.problem(("with", name), context["message"], context["hint"])
    for name, asked in head.inputs.items():
        if asked.needed and name not in given:
            hint = f"add {name}: under with:, of the type {_what(asked)}"
            message = f'the input "{name}" of "{blueprint.id}" is missing'
            yield document.problem(("with",), message, hint, key=True)


def _what(asked: Input) -> str:
    described = f" ({asked.description})" if asked.description else ""
    return f"{asked.type}{described}"


def _outdated(use: Use, document: Parsed, blueprint: Blueprint) -> Iterator[Problem]:
    version = blueprint.head.version
    if use.version is not None and use.version < version:
        message = f'this is written for version {use.version} of "{blueprint.id}", now {version}'
        hint = f"see what changed in it, then write version: {version}"
        yield document.problem(("version",), message, hint)


def _given(document: Parsed) -> Mapping[str, Data]:
    data = document.data if isinstance(document.data, dict) else {}
    given = data.get("with")
    return given if isinstance(given, dict) else {}


def _undeclared(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield a problem for each `$name` that is no input of the blueprint."""
    inputs = blueprint.head.inputs
    for loc, text, is_key in _texts(blueprint.body.data, ()):
        for name in _names_in(text):
            if name not in inputs:
                hint = did_you_mean(name, inputs) or "write $$ for the sign itself"
                message = f'"${name}" is no input of this blueprint'
                yield blueprint.body.problem(loc, message, hint, key=is_key)


def _names_in(text: str) -> Iterator[str]:
    return (found[1] or found[2] for found in _INPUT.finditer(text) if found[1] or found[2])


def _texts(data: Data, loc: Loc) -> Iterator[tuple[Loc, str, bool]]:
    match data:
        case str():
            yield loc, data, False
        case list():
            for number, item in enumerate(data):
                yield from _texts(item, (*loc, number))
        case dict():
            for key, value in data.items():
                yield (*loc, key), key, True
                yield from _texts(value, (*loc, key))
        case _:
            pass


class _Expansion:
    """Puts the inputs of one use into a blueprint's scene."""

    def __init__(self, use: Parsed, blueprint: Blueprint) -> None:
        self._use = use
        self._blueprint = blueprint
        self._given = _given(use)
        self._keys: _Marks = {}
        self._values: _Marks = {}

    def whole(self, own: Mapping[str, Data]) -> Parsed:
        """Return the scene: what the use says itself (`own`), and the blueprint's scene."""
        body = self._put(self._blueprint.body.data, (), ())
        described: dict[str, Data] = {"scene": self._blueprint.head.blueprint}
        if self._blueprint.head.description:
            described["description"] = self._blueprint.head.description
        data = {**described, **own, **(body if isinstance(body, dict) else {})}
        for key in own:
            self._keys[key,] = self._use.keys.get((key,), Mark(1, 1))
            self._values[key,] = self._use.values.get((key,), Mark(1, 1))
        use = self._use
        return Parsed(use.path, data, use.line, self._keys, self._values)

    def _put(self, data: Data, there: Loc, here: Loc) -> Data:
        """Return `data`, at `there` in the blueprint and at `here` in the scene, with inputs."""
        self._values[here] = self._elsewhere(self._blueprint.body.values.get(there))
        match data:
            case str():
                return self._text(data, here)
            case list():
                return [
                    self._put(item, (*there, number), (*here, number))
                    for number, item in enumerate(data)
                ]
            case dict():
                return self._mapping(data, there, here)
            case _:
                return data

    def _mapping(self, data: dict[str, Data], there: Loc, here: Loc) -> dict[str, Data]:
        found = dict[str, Data]()
        for key, value in data.items():
            name, mark = self._said(key)
            loc = (*here, name)
            own = self._elsewhere(self._blueprint.body.keys.get((*there, key)))
            if name in found:
                message = f'the key "{name}" is here twice, by the inputs'
                raise DocumentError([self._problem(mark or own, message)])
            found[name] = self._put(value, (*there, key), loc)
            self._keys[loc] = mark or own
        return found

    def _text(self, text: str, here: Loc) -> Data:
        """Return what `text` is with inputs: an input's own value where it is nothing else."""
        whole = _INPUT.fullmatch(text)
        if whole is not None and (name := whole[1] or whole[2]):
            self._take_marks(name, here)
            return self._value(name)
        said, mark = self._said(text)
        if mark is not None:
            self._values[here] = mark
        return said

    def _said(self, text: str) -> tuple[str, Mark | None]:
        """Return `text` with inputs in it, and where the first of them was given."""
        marks = list[Mark]()

        def replaced(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if not name:
                return "$"
            value, mark = self._value(name), self._mark_of(name)
            if isinstance(value, list):
                message = f'"{name}" is several here, and stands inside of "{text}"'
                at = mark or Mark(1, 1)
                raise DocumentError([self._problem(at, message, "write one alone")])
            if mark is not None:
                marks.append(mark)
            return str(value).lower() if isinstance(value, bool) else str(value)

        said = _INPUT.sub(replaced, text)
        return said, (marks[0] if marks else None)

    def _value(self, name: str) -> Data:
        if name in self._given:
            return self._given[name]
        return self._blueprint.head.inputs[name].sample

    def _mark_of(self, name: str) -> Mark | None:
        """Return where an input was given; None if its default is taken."""
        return self._use.values.get(("with", name)) if name in self._given else None

    def _take_marks(self, name: str, here: Loc) -> None:
        """Let the value `here` stand where it was given."""
        root = ("with", name)
        for loc, mark in self._use.values.items() if name in self._given else ():
            if loc[: len(root)] == root:
                self._values[*here, *loc[len(root) :]] = mark

    def _elsewhere(self, mark: Mark | None) -> Mark:
        line, column, _ = mark or Mark(1, 1)
        return Mark(line, column, self._blueprint.body.path)

    def _problem(self, mark: Mark, message: str, hint: str = "") -> Problem:
        return Problem(mark.path or self._use.path, mark.line, mark.column, message, hint)
