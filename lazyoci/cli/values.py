"""The options that say what templates hold and what a run is for: --tag, --var and --occasion."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from lazyoci.world.stated import Stated

F = TypeVar("F", bound=Callable[..., Any])
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class FilePath(click.Path):
    """A path that is not empty: that would mean this directory, where a shell variable was not set."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        if not str(value).strip():
            self.fail("it is empty; name a path, or leave it out", param, ctx)
        return super().convert(value, param, ctx)


def variables(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """The values of `--var NAME=VALUE`, by name."""
    found: dict[str, str] = {}
    for given in values:
        name, equals, value = given.partition("=")
        if _NAME.fullmatch(name) is None:
            raise click.BadParameter(
                f"{given!r} does not begin with a name of letters, digits and _; write NAME=VALUE, as in REGION=eu"
            )
        if not equals:
            raise click.BadParameter(f"{name} has no value; write {name}=VALUE")
        if found.setdefault(name, value) != value:
            raise click.BadParameter(f"{name} is given twice, as {found[name]!r} and {value!r}; give it once")
    return found


def single(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> str | None:
    """The value of an option that may be given only once, and not empty, as it decides what is published."""
    name = param.opts[-1]
    for given in values:
        if not given.strip():
            raise click.BadParameter(f"it is empty; give {name} a value, or leave it out")
    different = list(dict.fromkeys(values))
    if len(different) > 1:
        raise click.BadParameter(f"it is given twice, as {different[0]!r} and {different[1]!r}; give {name} once")
    return different[0] if different else None


def filled(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The values of an option that may be repeated. An empty one is refused: a shell variable was not set."""
    if any(not given.strip() for given in values):
        raise click.BadParameter(f"it is empty; give {param.opts[-1]} a value, or leave it out")
    return tuple(values)


def _tag(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> str:
    return single(ctx, param, values) or ""


def allowed(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The directories of `--allow-outside`; one that does not exist is a usage error, as it would allow nothing."""
    for given in values:
        if not os.path.exists(given):  # noqa: PTH110  # Path.exists may raise
            raise click.BadParameter(f"{given} does not exist")
    return tuple(os.path.realpath(given) for given in values)


def outside_option(command: F) -> F:
    """Add --allow-outside as `outside`."""
    option = click.option(
        "--allow-outside",
        "outside",
        multiple=True,
        metavar="DIRECTORY",
        callback=allowed,
        help="Let paths lead outside the repository, into this directory. Repeatable.",
    )
    return option(command)


def value_options(command: F) -> F:
    """Add --tag as `tag`, --var as `variables` and --occasion as `occasion`."""
    for option in (
        click.option(
            "--occasion",
            "occasion",
            multiple=True,
            metavar="WORD",
            callback=filled,
            help="What the run is for, where CI and git do not tell: schedule, pull-request=7, release=1.4.0 …",
        ),
        click.option(
            "--var",
            "variables",
            multiple=True,
            metavar="NAME=VALUE",
            callback=variables,
            help="The value of .Var.NAME in templates; else LAZYOCI_VAR_NAME. Repeatable.",
        ),
        click.option(
            "-t",
            "--tag",
            multiple=True,
            metavar="TEXT",
            callback=_tag,
            help="The value of .Tag in templates; else LAZYOCI_TAG.",
        ),
    ):
        command = option(command)
    return command


def stated(occasion: Sequence[str], tag: str) -> Stated:
    """The occasion that --occasion or LAZYOCI_OCCASION states; raises UsageError."""
    from lazyoci.world.stated import stated as read

    return read(occasion, os.environ, tag)


def connection_options(command: F) -> F:
    """Add --insecure as `insecure` and --ca as `ca`, for commands that speak to several registries."""
    for option in (
        click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's."),
        click.option(
            "--insecure", is_flag=True, help="Let private registries fall back to unverified TLS or plain HTTP."
        ),
    ):
        command = option(command)
    return command


def run_options(command: F) -> F:
    """Add --max-tags, --require-published, --keep-going and --jobs, for commands that publish what a file says."""
    for option in (
        click.option(
            "--jobs",
            metavar="N",
            type=click.IntRange(1, 64),
            default=4,
            show_default=True,
            help="How much runs at a time.",
        ),
        click.option("--keep-going", is_flag=True, help="Publish what can be published when something fails."),
        click.option("--require-published", is_flag=True, help="Fail where nothing is published, as no tag is due."),
        click.option(
            "--max-tags",
            metavar="N",
            type=click.IntRange(min=1),
            default=20_000,
            show_default=True,
            help="Read at most so many tags of a repository, for tags that move forward alone.",
        ),
    ):
        command = option(command)
    return command
