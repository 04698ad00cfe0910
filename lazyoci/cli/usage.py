"""Messages for a wrong command line: click's errors in our own words, which do not depend on click's version."""

from __future__ import annotations

import re

import click

from lazyoci.cli import suggestions


def told(error: click.UsageError) -> str:
    """The fact and, if known, the remedy, on one line."""
    if isinstance(error, click.NoSuchOption):
        return suggestions.option(_path(error), error.option_name, error.possibilities or (), _of_build(error.ctx))
    if isinstance(error, click.BadOptionUsage) and "requires" in error.message:
        return suggestions.value(error.option_name)
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)", error.format_message())
    if extra is not None:
        return suggestions.extra(_path(error), extra[1])
    unknown = re.match(r"No such command '([^']*)'", error.format_message())
    if unknown is not None and error.ctx is not None and isinstance(error.ctx.command, click.Group):
        return suggestions.command(_path(error), [unknown[1]], error.ctx.command.list_commands(error.ctx))
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(error.ctx) if error.ctx is not None else error.param.human_readable_name
        if isinstance(error.param.type, click.Choice):
            return f"an argument is missing; give one of {', '.join(map(str, error.param.type.choices))}"
        return f"{name} is missing"
    return error.format_message()


def _of_build(ctx: click.Context | None) -> tuple[str, ...]:
    """The options of `lazyoci build`, where an option stands before the command; else none."""
    if ctx is None or ctx.parent is not None or not isinstance(ctx.command, click.Group):
        return ()
    build = ctx.command.get_command(ctx, "build")
    return () if build is None else tuple(name for one in build.params for name in (*one.opts, *one.secondary_opts))


def _path(error: click.UsageError) -> str:
    """The command that was called, as it is typed."""
    return error.ctx.command_path if error.ctx is not None else "lazyoci"
