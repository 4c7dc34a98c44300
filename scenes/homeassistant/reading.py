"""YAML as Home Assistant reads it: YAML 1.1 scalars, its tags, anchors and merge keys.

`!include` and its kin are resolved among the texts that are given; nothing is read from a disk.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

import yaml

from scenes.homeassistant.left import Left
from scenes.homeassistant.marked import Input, Items, Keys, Place, Secret

MAX_DEPTH = 60
MAX_PARTS = 400_000
"""How many parts a file may have once its aliases are written out."""
MAX_INCLUDES = 12

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_YES = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_NO = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9_]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*)?\.[0-9]+(?:[eE][-+][0-9]{1,3})?|[-+]?[0-9][0-9_]*\.")
_SIXTIES = re.compile(r"[-+]?[1-9][0-9]{0,8}(?::[0-5]?[0-9]){1,3}")


class UnreadableError(Exception):
    """A text is not YAML, or too large or too deep; `place` says where."""

    def __init__(self, reason: str, place: Place) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class Texts:
    """The files of a folder, read when they are asked for; `left` says which cannot be read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.paths = sorted(texts)
        self._texts = texts
        self._read: dict[str, object] = {}
        self._open: list[str] = []
        self.reached: set[str] = set()
        self.left: list[Left] = []

    def read(self, path: str) -> object:
        """Return the data of the file at `path`; None if there is none or it cannot be read."""
        self.reached.add(path)
        if path in self._read:
            return self._read[path]
        text = self._texts.get(path)
        if text is None or path in self._open or len(self._open) >= MAX_INCLUDES:
            return None
        self._open.append(path)
        try:
            data = _Reader(text, path, self).read()
        except UnreadableError as error:
            file, line = error.place
            self.left.append(Left(file, line, path, f"this file cannot be read: {error.reason}"))
            data = None
        finally:
            self._open.pop()
        self._read[path] = data
        return data

    def has(self, path: str) -> bool:
        """Say whether there is a file at `path`."""
        return path in self._texts

    def below(self, folder: str) -> list[str]:
        """Return the paths of the YAML files in and below `folder`, hidden ones left away."""
        start = f"{folder}/" if folder else ""
        return [
            path
            for path in self.paths
            if path.startswith(start)
            and path.endswith((".yaml", ".yml"))
            and not any(part.startswith(".") for part in path[len(start) :].split("/"))
            and posixpath.basename(path) != "secrets.yaml"
        ]


def scalar(text: str) -> object:  # noqa: PLR0911 - one case a kind
    """Return what an unquoted scalar is in YAML 1.1, as far as Home Assistant's files need it."""
    if text in _NULL:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    if _INT.fullmatch(text):
        return int(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _SIXTIES.fullmatch(text):
        total = 0
        for part in text.lstrip("+-").split(":"):
            total = total * 60 + int(part)
        return -total if text.startswith("-") else total
    return text


class _Reader:
    """Builds data from the events of one file."""

    def __init__(self, text: str, path: str, texts: Texts) -> None:
        self._path = path
        self._texts = texts
        self._text = text
        self._anchors: dict[str, tuple[object, int]] = {}
        self._parts = 0

    def read(self) -> object:
        loader = None
        try:
            loader = _Loader(self._text)
            self._events: Iterator[yaml.Event] = iter(_events(loader))
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    return self._build(next(self._events), 0)
        except (yaml.YAMLError, ValueError, StopIteration) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            problem = getattr(error, "problem", None) or "it is not YAML"
            raise UnreadableError(str(problem), Place(self._path, line)) from error
        finally:
            if loader is not None:
                loader.dispose()
        return None

    def _build(self, event: yaml.Event, depth: int) -> object:
        place = self._place(event)
        self._count(1, place)
        if depth > MAX_DEPTH:
            raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels", place)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise UnreadableError(f'the alias "*{event.anchor}" stands for nothing', place)
            value, size = self._anchors[event.anchor]
            self._count(size, place)
            return value
        before = self._parts
        value = self._made(event, place, depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = (value, self._parts - before)
        return value

    def _made(self, event: yaml.Event, place: Place, depth: int) -> object:
        match event:
            case yaml.ScalarEvent():
                return self._scalar(event, place)
            case yaml.SequenceStartEvent():
                items = Items(place)
                while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                    at = self._place(event)
                    items.add(self._build(event, depth + 1), at)
                return items
            case yaml.MappingStartEvent():
                return self._mapping(place, depth)
            case _:
                raise UnreadableError("it ends too early", place)

    def _mapping(self, place: Place, depth: int) -> Keys:
        keys = Keys(place)
        merged: list[Keys] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            at = self._place(event)
            key = self._build(event, depth + 1)
            if isinstance(key, dict | list):
                raise UnreadableError("a key is a word (a template needs quotes)", at)
            value = self._build(next(self._events), depth + 1)
            if key == "<<" and isinstance(value, Keys | Items):
                several = value if isinstance(value, Items) else [value]
                merged += [item for item in several if isinstance(item, Keys)]
            else:
                word = event.value if isinstance(event, yaml.ScalarEvent) else str(key)
                keys.put(word, value, at)
        for other in merged:
            for word, value in other.items():
                if word not in keys:
                    keys.put(word, value, other.at(word))
        return keys

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> object:  # noqa: PLR0911 - one case a kind
        if event.tag in {None, "!"}:
            return scalar(event.value) if event.implicit[0] else event.value
        match event.tag:
            case "!secret":
                return Secret(event.value)
            case "!input":
                return Input(event.value)
            case "!env_var":
                _, _, default = event.value.partition(" ")
                return default or None
            case "tag:yaml.org,2002:str":
                return event.value
            case tag if tag in _INCLUDES:
                return _INCLUDES[tag](self._texts, self._resolved(event.value), place)
            case tag if tag.startswith("tag:yaml.org,2002:"):
                return scalar(event.value)
            case _:
                raise UnreadableError(f'the tag "{event.tag}" is not known', place)

    def _resolved(self, path: str) -> str:
        folder = posixpath.dirname(self._path)
        root = "" if path.startswith("/") else folder
        path = re.sub(r"^/config/", "", path.strip())
        return posixpath.normpath(posixpath.join(root, path)).lstrip("/").removeprefix("./")

    def _place(self, event: yaml.Event) -> Place:
        return Place(self._path, event.start_mark.line + 1 if event.start_mark else 1)

    def _count(self, parts: int, place: Place) -> None:
        self._parts += parts
        if self._parts > MAX_PARTS:
            raise UnreadableError(f"more than {MAX_PARTS} parts, aliases written out", place)


def _events(loader: yaml.SafeLoader) -> Iterator[yaml.Event]:
    while loader.check_event():
        event: yaml.Event | None = loader.get_event()  # type: ignore[no-untyped-call]
        if event is not None:
            yield event


def _include(texts: Texts, path: str, place: Place) -> object:
    if texts.has(path):
        return texts.read(path)
    if path.endswith((".yaml", ".yml")):
        texts.left.append(Left(place.file, place.line, path, "this file is not in the folder"))
    return None


def _dir_list(texts: Texts, path: str, place: Place) -> Items:
    items = Items(place)
    for file in texts.below(path):
        value = texts.read(file)
        if value is not None:
            items.add(value, Place(file, 1))
    return items


def _dir_merge_list(texts: Texts, path: str, place: Place) -> Items:
    items = Items(place)
    for file in texts.below(path):
        value = texts.read(file)
        if isinstance(value, Items):
            for item, at in zip(value, value.places, strict=True):
                items.add(item, at)
    return items


def _dir_named(texts: Texts, path: str, place: Place) -> Keys:
    keys = Keys(place)
    for file in texts.below(path):
        value = texts.read(file)
        stem = posixpath.splitext(posixpath.basename(file))[0]
        keys.put(stem, value, value.place if isinstance(value, Keys) else Place(file, 1))
    return keys


def _dir_merge_named(texts: Texts, path: str, place: Place) -> Keys:
    keys = Keys(place)
    for file in texts.below(path):
        value = texts.read(file)
        if isinstance(value, Keys):
            for key, inner in value.items():
                keys.put(key, inner, value.at(key))
    return keys


_INCLUDES: Mapping[str, Callable[[Texts, str, Place], object]] = {
    "!include": _include,
    "!include_dir_list": _dir_list,
    "!include_dir_merge_list": _dir_merge_list,
    "!include_dir_named": _dir_named,
    "!include_dir_merge_named": _dir_merge_named,
}
