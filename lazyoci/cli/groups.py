"""Command groups whose commands are in separate modules, each imported only when used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


HELP = ["-h", "--help"]


def _refuse_swallowed(ctx: click.Context, command: click.Command, args: list[str]) -> None:
    """Refuse an option whose value looks like an option: click would read `--tag --dry-run` as a real push."""
    options = [one for one in command.params if isinstance(one, click.Option)]
    known = {name for one in options for name in (*one.opts, *one.secondary_opts)} | set(HELP)
    valued = {name for one in options if not one.is_flag and not one.count for name in one.opts}
    before = args[: args.index("--")] if "--" in args else args
    for option, following in pairwise(before):
        if option in valued and following.partition("=")[0] in known:
            from lazyoci.cli import suggestions  # only where something is wrong

            ctx.fail(f"{suggestions.value(option)}, before {following}")


class LazyGroup(click.Group):
    """A group by a table: name → (module, summary). Each module exports `command`.

    The table serves the help page, a shell's completion and the suggestion for a misspelt name without any import.
    """

    def __init__(
        self,
        *args: Any,
        package: str = "",
        table: Mapping[str, tuple[str, str]] | None = None,
        aliases: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.context_settings.setdefault("help_option_names", HELP)
        self._package = package
        self._table = table or {}
        self._aliases = aliases or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._table.get(self._aliases.get(cmd_name, cmd_name))
        if entry is None:
            return None
        found: click.Command = import_module(f"{self._package}.{entry[0]}").command
        # click asks for a command's help option once, in whatever context comes first, and keeps it
        found.context_settings.setdefault("help_option_names", HELP)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self._aliases.get(args[0], args[0]) not in self._table:
            from lazyoci.cli import suggestions  # only where something is wrong

            root = ctx.find_root().command
            top = root.list_commands(ctx) if isinstance(root, click.Group) else ()
            ctx.fail(suggestions.command(ctx.command_path, args, self._table, top))
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not isinstance(command, click.Group):
            _refuse_swallowed(ctx, command, rest)
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=summary)
            for name, (_, summary) in self._table.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
