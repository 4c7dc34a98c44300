"""What `[drivers.options.NAME]` in hub.toml says, held against what the manifests offer."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping

from drivers.kit.manifest import Manifest, Option, OptionKey
from hubd.documents import did_you_mean
from hubd.model.errors import ConfigError

type Given = Mapping[str, Mapping[str, Option]]
"""Options as they are written: by driver, by key."""

_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def chosen(
    manifests: Iterable[Manifest], given: Given, others: Collection[str] = ()
) -> dict[str, dict[str, Option]]:
    """Return all options of each driver that has any: as they were given, else as they are usually.

    `others` are drivers that are not run, and whose options nobody looks at. Raises ConfigError,
    which names all that is wrong, each with the nearest right word.
    """
    offered = {manifest.name: manifest.options for manifest in manifests}
    options = {
        name: {key.name: key.default for key in keys} for name, keys in offered.items() if keys
    }
    problems: list[str] = []
    for name, pairs in given.items():
        if name in others:
            continue
        if name not in options:
            problems.append(_unknown(name, offered, options))
            continue
        for key, value in pairs.items():
            try:
                options[name][key] = _fitting(offered[name], key, value)
            except ValueError as error:
                problems.append(f"[drivers.options.{name}] {key}: {error}")
    if problems:
        raise ConfigError("\n".join(problems), mend="Correct it in hub.toml, or take it out")
    return options


def _unknown(name: str, offered: Collection[str], options: Collection[str]) -> str:
    if name in offered:
        return f"[drivers.options.{name}]: the {name} driver has no options"
    return f"[drivers.options.{name}]: there is no such driver{_hint(name, options)}"


def _fitting(keys: Iterable[OptionKey], key: str, value: Option) -> Option:
    """Return a value as the option of that key takes it. Raises ValueError in a person's words."""
    known = {offer.name: offer.default for offer in keys}
    if key not in known:
        raise ValueError(f"there is no such option{_hint(key, known)}")
    wanted = type(known[key])
    for read in _readings(value):
        if type(read) is wanted and not (isinstance(read, float) and not math.isfinite(read)):
            return read
    raise ValueError(f"{value!r} is not {_WORDS[wanted]}")


def _readings(value: Option) -> Iterator[Option]:
    """Yield as what a value may be taken: a text from the environment may be a number."""
    yield value
    if isinstance(value, int) and not isinstance(value, bool):
        yield float(value)
    if isinstance(value, str):
        words = {"true": True, "false": False}
        if value.casefold() in words:
            yield words[value.casefold()]
        for kind in (int, float):
            try:
                yield kind(value)
            except ValueError:
                continue


def _hint(word: str, valid: Iterable[str]) -> str:
    hint = did_you_mean(word, valid)
    return f"; {hint}" if hint else ""
