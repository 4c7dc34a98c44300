"""A group of commands that reads the module of the one that is called, and names the nearest."""

import importlib
from collections.abc import Mapping
from difflib import get_close_matches
from keyword import iskeyword
from typing import ClassVar

import click


class Group(click.Group):
    """Knows its commands by name, and reads the module of the one that is called."""

    modules: ClassVar[Mapping[str, str]] = {}
    """Command -> module of `hubd.cli` that has it, in the order in which people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people meet them."""
        del ctx
        return [*self.commands, *self.modules]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name; None if there is none."""
        module = self.modules.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        name = cmd_name.replace("-", "_")
        name = f"{name}_" if iskeyword(name) else name
        command = getattr(importlib.import_module(f"hubd.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with; name the nearest one where there is none."""
        known = self.list_commands(ctx)
        near = get_close_matches(args[0], known, n=1)
        if near and args[0] not in known:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)
