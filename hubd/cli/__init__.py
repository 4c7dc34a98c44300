"""The command line. Each command has its module, read only when it is called for.

Exit codes: 0 done, 1 it went wrong (and what to do is said), 2 the command line itself is wrong,
3 the hub does not run, 130 interrupted.
"""

import importlib
import sys
from difflib import get_close_matches
from typing import ClassVar

import click

from hubd.model.errors import HubError

EXIT_FAILED = 1
EXIT_NOT_RUNNING = 3
EXIT_INTERRUPTED = 130


class _Commands(click.Group):
    """Knows the commands by name, and reads the module of the one that is called."""

    modules: ClassVar[dict[str, str]] = {
        "run": "run",
        "demo": "demo",
        "check": "check",
        "devices": "live",
        "events": "live",
        "why": "live",
        "scenes": "live",
        "safety": "live",
        "begin": "calling",
        "end": "calling",
        "questions": "calling",
        "answer": "calling",
        "schema": "schema",
        "call": "live",
        "replay": "replay",
        "export": "keep",
        "backup": "keep",
        "restore": "keep",
        "bench": "bench",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people meet them."""
        del ctx
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name; None if there is none."""
        del ctx
        module = self.modules.get(cmd_name)
        if module is None:
            return None
        command = getattr(importlib.import_module(f"hubd.cli.{module}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with; name the nearest one where there is none."""
        near = get_close_matches(args[0], self.modules, n=1)
        if near and args[0] not in self.modules:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)


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
