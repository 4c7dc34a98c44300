"""YAML text in, a checked pydantic model out; what is wrong is told by file, line and nearest word.

Scalars are resolved as YAML 1.2's core schema says (section 10.3.2), so that `on`, `no` and `22:30`
stay the words that a person wrote. Size and depth are bounded, and
aliases refused.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, NamedTuple

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from hubd.model.errors import HubError

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40

_ID = re.compile(r"[a-z0-9_-]{1,100}")

type Loc = tuple[int | str, ...]
"""Where in a document something is: keys and list positions, from the outside in."""
type Data = bool | int | float | str | list["Data"] | dict[str, "Data"] | None


class Mark(NamedTuple):
    """A place in a text, both counted from 1; `path` only where it is in another one."""

    line: int
    column: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a text; `line` and `column` count from 1. `hint` says how to mend it."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Return one line, as compilers and editors write it."""
        where = f"{self.path}:{self.line}:{self.column}: {self.message}"
        return f"{where}; {self.hint}" if self.hint else where


class DocumentError(HubError):
    """A document is not what it should be; `problems` says all that is wrong."""

    code: ClassVar[str] = "document"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = tuple(problems)


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Return a hint that names the valid word nearest to `word`, or else lists the valid ones."""
    words = list(dict.fromkeys(valid))
    folded = {w.casefold(): w for w in reversed(words)}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{folded[near[0]]}"?'
    if 0 < len(words) <= 12:
        return "write " + " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
    return ""


class Document(BaseModel):
    """The base of what is read from a document: frozen, and strict about its keys.

    `synonyms` maps other words for a key to the key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    synonyms: ClassVar[dict[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, data: object) -> object:
        if not isinstance(data, dict):
            raise wrong(f"keys and values belong here, not {_called(data)}")
        named = {cls.synonyms.get(key, key): value for key, value in data.items()}
        valid = [f.alias or name for name, f in cls.model_fields.items()]
        unknown = [key for key in named if key not in valid]
        if unknown:
            raise PydanticCustomError(
                "unknown_keys", "no such key", {"keys": unknown, "valid": valid}
            )
        return named

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the JSON Schema, which has the synonyms as keys too."""
        reference = handler(core)
        schema = handler.resolve_ref_schema(reference)
        properties, required = schema.get("properties", {}), schema.get("required", [])
        for word, key in cls.synonyms.items():
            properties[word] = properties[key]
            if key in required:
                required.remove(key)
                one_of_them = [{"required": [name]} for name in (key, word)]
                schema.setdefault("allOf", []).append({"anyOf": one_of_them})
        return reference


def wrong(message: str, hint: str = "", at: Loc = ()) -> PydanticCustomError:
    """Return the error for a validator to raise: what is wrong, how to mend it, where inside."""
    return PydanticCustomError("wrong", "{message}", {"message": message, "hint": hint, "at": at})


def _is_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise wrong(f'"{text}" is not an id', "write lower-case letters, digits, _ and -")
    return text


Id = Annotated[
    str, AfterValidator(_is_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})
]
"""What the things of a home are known by in files and addresses."""


@contextmanager
def inside(part: int | str) -> Iterator[None]:
    """Say of a `wrong` that is raised in this context that it is inside of `part`."""
    try:
        yield
    except PydanticCustomError as error:
        context = error.context or {}
        at = (part, *context.get("at", ()))
        raise wrong(context["message"], context["hint"], at) from error


@dataclass(frozen=True, slots=True)
class Parsed:
    """One YAML document: plain data, and where each part of it stands; it begins at `line`."""

    path: str
    data: Data
    line: int = 1
    keys: dict[Loc, Mark] = field(default_factory=dict, repr=False)
    values: dict[Loc, Mark] = field(default_factory=dict, repr=False)

    def problem(self, loc: Loc, message: str, hint: str = "", *, key: bool = False) -> Problem:
        """Return the problem at `loc`; at its key if `key`, else at its value."""
        at = self._as_written(loc)
        while at:
            mark = self.keys.get(at) if key else None
            mark = mark or self.values.get(at)
            if mark is not None:
                return self._at(mark, message, hint)
            at = at[:-1]
        return self._at(self.values.get((), Mark(1, 1)), message, hint)

    def _at(self, mark: Mark, message: str, hint: str) -> Problem:
        return Problem(mark.path or self.path, mark.line, mark.column, message, hint)

    def _as_written(self, loc: Loc) -> Loc:
        """Leave out of `loc` the position in a list of one that is written as the one alone."""
        data, written = self.data, list[int | str]()
        for part in loc:
            match data:
                case list() if isinstance(part, int) and part < len(data):
                    data = data[part]
                case dict() if isinstance(part, str):
                    data = data.get(part)
                case dict():
                    continue
                case _:
                    pass
            written.append(part)
        return tuple(written)

    def check[M: BaseModel](self, model: type[M], context: object = None) -> M:
        """Return the data as `model`, whose validators see `context`.

        Raises DocumentError with all that is wrong.
        """
        try:
            return model.model_validate(self.data, context=context)
        except ValidationError as error:
            details = error.errors(include_url=False)
            problems = [p for detail in details for p in self._problems(detail)]
        raise DocumentError(sorted(set(problems), key=lambda p: (p.line, p.column)))

    def _problems(self, detail: ErrorDetails) -> Iterator[Problem]:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        is_key = loc != detail["loc"]
        context = detail.get("ctx", {})
        match detail["type"]:
            case "unknown_keys":
                for word in context["keys"]:
                    hint = did_you_mean(word, context["valid"])
                    yield self.problem((*loc, word), f'no key "{word}" here', hint, key=True)
            case "missing":
                yield self.problem(loc[:-1], f'the key "{loc[-1]}" is missing')
            case "enum" | "literal_error":
                valid = re.findall(r"'([^']*)'", str(context["expected"]))
                word = str(detail["input"])
                yield self.problem(loc, f'"{word}" is not known here', did_you_mean(word, valid))
            case "wrong":
                at = (*loc, *context["at"])
                yield self.problem(at, context["message"], context["hint"], key=is_key)
            case _:
                got = _called(detail["input"])
                message = detail["msg"].removeprefix("Value error, ")
                yield self.problem(loc, f"{message[:1].lower()}{message[1:]}, not {got}")


def parse(text: str, path: str = "document") -> list[Parsed]:
    """Return the YAML documents of `text`; empty ones are left out. Raises DocumentError."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentError([Problem(path, 1, 1, f"this is over {MAX_CHARACTERS:,} characters")])
    try:
        return list(_Reader(text, path).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = error.problem or error.context or "it cannot be read"
        problem = Problem(path, line, column, f"this is not YAML: {what}")
    except (yaml.YAMLError, UnicodeError) as error:
        problem = Problem(path, 1, 1, f"this is not YAML: {str(error).splitlines()[0]}")
    raise DocumentError([problem])


def read[M: BaseModel](text: str, model: type[M], path: str = "document") -> M:
    """Return the one document of `text` as `model`. Raises DocumentError."""
    documents = parse(text, path)
    if len(documents) != 1:
        message = f"one document belongs here, not {len(documents)}"
        raise DocumentError([Problem(path, 1, 1, message)])
    return documents[0].check(model)


_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Of the loader its events are used, not its nodes: its composer overflows the stack.

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")


def plain_scalar(text: str) -> Data:
    """Return what an unquoted scalar is by YAML 1.2's core schema; words stay words."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


class _Reader:
    """Builds data from the loader's events, and notes where each part stands."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._loader = _Loader(text)
        self._parsed = Parsed(path, None)

    def documents(self) -> Iterator[Parsed]:
        loader = self._loader
        try:
            while not loader.check_event(yaml.StreamEndEvent):
                event = loader.get_event()
                if isinstance(event, yaml.DocumentStartEvent):
                    self._parsed = Parsed(self._path, None, _place(event).line)
                    data = self._build((), 0)
                    if data is not None:
                        yield replace(self._parsed, data=data)
        finally:
            loader.dispose()

    def _build(self, loc: Loc, depth: int) -> Data:
        event = self._next()
        self._parsed.values[loc] = _place(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            message = "anchors (&) and aliases (*) are not used here"
            raise self._error(event, message, "write it out")
        if depth > MAX_DEPTH:
            raise self._error(event, f"this is nested deeper than {MAX_DEPTH} levels")
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            raise self._error(event, f'tags such as "{tag}" are not used here')
        match event:
            case yaml.ScalarEvent():
                return plain_scalar(event.value) if event.implicit[0] else str(event.value)
            case yaml.SequenceStartEvent():
                return self._build_list(loc, depth)
            case _:
                return self._build_mapping(loc, depth)

    def _build_list(self, loc: Loc, depth: int) -> list[Data]:
        items: list[Data] = []
        while not self._loader.check_event(yaml.SequenceEndEvent):
            items.append(self._build((*loc, len(items)), depth + 1))
        self._loader.get_event()
        return items

    def _build_mapping(self, loc: Loc, depth: int) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        while not self._loader.check_event(yaml.MappingEndEvent):
            event = self._next()
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key is one word or a few, not a list or a mapping")
            key = str(event.value)
            if key in mapping:
                raise self._error(event, f'the key "{key}" is here twice')
            inner = (*loc, key)
            self._parsed.keys[inner] = _place(event)
            mapping[key] = self._build(inner, depth + 1)
        self._loader.get_event()
        return mapping

    def _next(self) -> yaml.Event:
        event = self._loader.get_event()
        if event is None:
            message = "it ends too early"
            raise yaml.YAMLError(message)
        return event

    def _error(self, event: yaml.Event, message: str, hint: str = "") -> DocumentError:
        mark = _place(event)
        return DocumentError([Problem(self._path, mark.line, mark.column, message, hint)])


def _place(event: yaml.Event) -> Mark:
    if event.start_mark is None:
        return Mark(1, 1)
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _called(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
        case _:
            return str(value)
