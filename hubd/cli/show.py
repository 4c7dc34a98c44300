"""How results are shown: rich tables for people, JSON for programs."""

import json
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hubd.model.errors import HubError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def as_json(value: Any) -> None:
    """Print `value` as one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    whole: Collection[str] = (),
) -> None:
    """Print `rows` under `columns`; those that are to be copied stay `whole`."""
    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        shown.add_row(*row)
    out.print(shown)


def error(wrong: HubError) -> None:
    """Print what went wrong and how to mend it."""
    err.print(f"[bold red]hubd:[/] {_plain(wrong.what)}", soft_wrap=True)
    if wrong.mend:
        err.print(f"      {_plain(wrong.mend)}", soft_wrap=True)


def progress() -> Progress:
    """Return a progress bar on the error stream, so that results can be piped."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def waiting(what: str) -> AbstractContextManager[object]:
    """Show that `what` is under way, for as long as the context lasts."""
    return err.status(f"{_plain(what)} …")


def said(words: str) -> None:
    """Print how something goes that takes a while, on the error stream."""
    err.print(f"  {_plain(words)}", soft_wrap=True)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
