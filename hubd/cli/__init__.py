"""The command line. Each command has its module, read only when it is called for.

Exit codes: 0 done, 1 it went wrong (and what to do is said), 2 the command line itself is wrong,
3 the hub does not run, 130 interrupted.
"""

import sys
from collections.abc import Mapping
from typing import ClassVar

import click

from hubd.cli.group import Group
from hubd.model.errors import HubError

EXIT_FAILED = 1
EXIT_NOT_RUNNING = 3
EXIT_INTERRUPTED = 130


class _Commands(Group):
    """The commands of the hub."""

    modules: ClassVar[Mapping[str, str]] = {
        "run": "run",
        "demo": "demo",
        "check": "check",
        "devices": "live",
        "found": "finding",
        "adopt": "finding",
        "add": "adding",
        "errand": "errand",
        "dismiss": "finding",
        "rename": "finding",
        "forget": "finding",
        "things": "finding",
        "join": "finding",
        "split": "finding",
        "drivers": "finding",
        "events": "live",
        "why": "live",
        "safety": "live",
        "scenes": "scenes",
        "begin": "calling",
        "end": "calling",
        "questions": "calling",
        "answer": "calling",
        "schema": "schema",
        "call": "live",
        "why-not": "asking",
        "what-if": "asking",
        "import": "importing",
        "replay": "replay",
        "export": "keep",
        "backup": "keep",
        "restore": "keep",
        "bench": "bench",
        "driver": "driver",
        "perception": "perception",
    }


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hubd")
def hubd() -> None:
    """The hub of a home that understands and serves the people in it.

    Exit codes: 0 done; 1 it went wrong; 2 wrong usage; 3 the hub does not run; 130 interrupted.
    """


def main() -> None:
    """Run the command line, and end with its exit code."""
    try:
        hubd(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except HubError as error:
        from hubd.cli import show  # noqa: PLC0415 - rich is read only when something is shown

        show.error(error)
        sys.exit(EXIT_NOT_RUNNING if error.code == "hub_not_running" else EXIT_FAILED)
