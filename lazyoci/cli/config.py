"""`lazyoci config`."""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager
from difflib import get_close_matches
from pathlib import Path

import click

from lazyoci import settings
from lazyoci.cli.common import echo, emit, global_options, output_option, say
from lazyoci.cli.groups import HELP
from lazyoci.errors import SettingsError, UsageError
from lazyoci.settings import directories
from lazyoci.settings.edit import Editor, editing
from lazyoci.settings.server import parse_server


def _key(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """A setting by its name in any case, with or without hyphens."""

    def bare(text: str) -> str:
        return re.sub(r"[-_]", "", text).lower()

    names = {bare(name): name for name in settings.KEYS}
    if bare(value) in names:
        return names[bare(value)]
    close = get_close_matches(bare(value), names, n=1)
    raise UsageError(
        f"there is no setting {value!r}",
        hint=f"did you mean {names[close[0]]}?" if close else f"the settings are {', '.join(settings.KEYS)}",
    )


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in settings.KEYS if name.startswith(incomplete)]


key_argument = click.argument("key", callback=_key, shell_complete=_complete)


@click.group(invoke_without_command=True, context_settings={"help_option_names": HELP})
@global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Read and change the user's settings: artifact-dir, cache-dir, default-registry.

    Registries have commands of their own: lazyoci registry. LAZYOCI_ARTIFACT_DIR goes before artifact-dir.

    \b
    Examples:
      lazyoci config list
      lazyoci config set artifact-dir ~/artifacts --create
      lazyoci config unset artifact-dir
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("get")
@key_argument
@output_option
@global_options
def get(key: str, output: str) -> None:
    """Print the value in force of a setting. As JSON: the bare string.

    \b
    Examples:
      lazyoci config get artifact-dir
    """
    value, _ = settings.load(os.environ).effective(key, os.environ)
    if output == "text":
        click.echo(value)
    else:
        emit(value, output)


@command.command("set")
@key_argument
@click.argument("value")
@click.option("--create", is_flag=True, help="Make the directory.")
@output_option
@global_options
def set_(key: str, value: str, create: bool, output: str) -> None:
    """Change a setting; empty or `default` takes it back to its default. As JSON: {key, value}.

    The directory of artifact-dir must exist, or --create makes it; that of cache-dir is made when it is needed.

    \b
    Examples:
      lazyoci config set artifact-dir ~/artifacts --create
      lazyoci config set default-registry registry.lan:5000
    """
    if value in ("", "default"):
        _unset(key, output)
        return
    if key == "default-registry":
        try:
            value = str(parse_server(value))
        except SettingsError as error:
            raise UsageError(error.message, hint=error.hint) from None
    else:
        value = str(_directory(value, must_exist=key == "artifact-dir", create=create))
    with _editing() as editor:
        editor.put(key, value)
        editor.save()
    _tell(key, output)


@command.command("unset")
@key_argument
@output_option
@global_options
def unset(key: str, output: str) -> None:
    """Take a setting back to its default. As JSON: {key, value}, with the value that now is in force.

    \b
    Examples:
      lazyoci config unset default-registry
    """
    _unset(key, output)


@command.command("list")
@output_option
@global_options
def list_(output: str) -> None:
    """List all settings with their values in force. As JSON: {artifact-dir, cache-dir, default-registry, registries}.

    `registries` is their number; see: lazyoci registry list.

    \b
    Examples:
      lazyoci config list
      lazyoci config list -o json | jq -r '.["artifact-dir"]'
    """
    loaded = settings.load(os.environ)
    values = {key: loaded.effective(key, os.environ) for key in settings.KEYS}
    if output != "text":
        emit({**{key: value for key, (value, _) in values.items()}, "registries": len(loaded.registries)}, output)
        return
    for key, (value, source) in values.items():
        echo(f"{key:<16}  {value}  ({source})")
    click.echo(f"{'registries':<16}  {len(loaded.registries)}")


@command.command("path")
@output_option
@global_options
def path(output: str) -> None:
    """Print where the settings file lies, even if there is none yet. As JSON: {path, exists}.

    \b
    Examples:
      lazyoci config path
      $EDITOR $(lazyoci config path)
    """
    file = settings.path(os.environ)
    if output != "text":
        emit({"path": str(file), "exists": file.exists()}, output)
        return
    click.echo(file)
    if not file.exists():
        say("the file does not exist yet: all settings have their defaults")


def _editing() -> AbstractContextManager[Editor]:
    return editing(settings.path(os.environ), os.environ)


def _unset(key: str, output: str) -> None:
    with _editing() as editor:
        if editor.drop(key):
            editor.save()
    _tell(key, output)


def _tell(key: str, output: str) -> None:
    value, source = settings.load(os.environ).effective(key, os.environ)
    if output == "text":
        click.echo(f"{key} is {value}")
    else:
        emit({"key": key, "value": value}, output)
    if source.startswith("LAZYOCI_"):
        say(f"the environment variable {source} goes before the settings")


def _directory(value: str, *, must_exist: bool, create: bool) -> Path:
    """The absolute path of a directory, made if asked for. Raises UsageError."""
    directory = directories.expand(value, os.environ, Path.cwd())
    if create:
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{directory} cannot be made: {error.strerror or error}") from None
    if not directory.exists():
        if must_exist:
            raise UsageError(f"{directory} does not exist", hint="make it with --create")
    elif not directory.is_dir():
        raise UsageError(f"{directory} is not a directory")
    elif not os.access(directory, os.W_OK):
        raise UsageError(f"{directory} cannot be written to")
    return directory
