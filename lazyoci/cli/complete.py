"""Shell completion of values that have to be looked up. Imports nothing slow until needed, and never fails."""

from __future__ import annotations

import os

import click


def registries(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The registries of the settings."""
    from lazyoci import settings
    from lazyoci.errors import SettingsError

    try:
        names = [str(entry.server) for entry in settings.load(os.environ).registries]
    except SettingsError:
        return []  # a shell's completion has no place for an error
    return [name for name in names if name.startswith(incomplete)]


def artifacts(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The names of the artifacts of the files that the command would read: its PATHs, or ./.lazy."""
    from lazyoci.cli.arguments import find, read
    from lazyoci.config.load import load
    from lazyoci.diagnostic import Source
    from lazyoci.errors import LazyociError
    from lazyoci.yaml.encoding import decode_bytes

    # before an option that lacks its value click leaves the arguments unassigned
    arguments = [word for word in ctx.args if not word.startswith("-")]
    paths = ctx.params.get("paths") or arguments or [ctx.params.get("file")]
    names: dict[str, None] = {}
    for given in paths:
        try:
            path = find(given)
            config = load(Source(decode_bytes(read(path)), path)).config
        except LazyociError:
            continue
        if config is not None:
            names |= dict.fromkeys(one.name.value for one in config.artifacts if one.name is not None)
    return [name for name in names if name.startswith(incomplete) and name.isprintable()]


def rules(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The codes of the rules, after the last comma of what is typed."""
    from lazyoci.rules import RULES

    before, comma, last = incomplete.rpartition(",")
    return [before + comma + rule.code for rule in RULES if rule.code.startswith(last)]
