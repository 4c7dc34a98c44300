"""What the hub needs to know from a person, on the command line: NAME=VALUE, or asked for."""

import sys
from collections.abc import Iterable, Sequence

import click

from hubd.cli.live import Json
from hubd.documents import did_you_mean


def answered(said: Iterable[str], needs: Sequence[Json], where: str, *, asks: bool) -> Json:
    """Return the answers that `said` gives, by need; what is left out is asked for if it `asks`.

    What is secret is typed without being shown. Raises click.BadParameter, which names `where`, for
    what is no answer to any need.
    """
    given = dict(_pair(word, where) for word in said)
    names = [need["name"] for need in needs]
    for name in given:
        if name not in names:
            hint = f"; {did_you_mean(name, names)}" if names else ""
            raise click.BadParameter(f"it does not want {name!r}{hint}", param_hint=where)
    for need in needs:
        if asks and need["name"] not in given and not need["optional"]:
            given[need["name"]] = _asked(need)
    return given


def named(need: Json) -> str:
    """Return what a need is called in a command."""
    return f"{need['name']}{' (if it has one)' * need['optional']}"


def _asked(need: Json) -> str:
    hint = f" ({need['hint']})" if need["hint"] else ""
    hides = need["secret"] and sys.stdin.isatty()
    answer: str = click.prompt(f"{need['title']}{hint}", hide_input=hides, err=True)
    return answer


def _pair(word: str, where: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise click.BadParameter(f"{word!r} is not NAME=VALUE", param_hint=where)
    return name, value
