"""`lazyoci init`."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import click

from lazyoci.check import check
from lazyoci.cli.common import console, global_options, say, show_findings, warn
from lazyoci.cli.rewrite import rewrite
from lazyoci.errors import LazyociError, UsageError
from lazyoci.init.draft import Draft, drafts, files, text
from lazyoci.init.offers import Offer, offer
from lazyoci.init.remote import Home, find_home
from lazyoci.init.survey import Survey, is_skipped, is_wanted, survey
from lazyoci.walk import walk

_SCHEMA = "lazy.schema.json"  # as in the examples of `lazyoci schema`
_WORDS = {"image": "image", "helm": "chart", "artifact": "artifact", "docker": "example"}


@click.command()
@click.argument("directory", required=False, default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace the .lazy file that is there.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the file, and write nothing.")
@global_options
def command(directory: str, force: bool, to_stdout: bool) -> int:
    """Write a .lazy file for DIR (default: here), by looking at its Dockerfiles, Chart.yaml files and git remote.

    What git ignores, hidden directories and those of dependencies are not looked at. Nothing is sent anywhere. Where
    DIR holds a lazy.schema.json, the file names it for editors without our language server.

    \b
    Examples:
      lazyoci init
      lazyoci init --stdout
      lazyoci init services/api --force
      lazyoci schema > lazy.schema.json && lazyoci init
    """
    root = Path(directory)
    if not root.is_dir():
        problem = "is not a directory" if root.exists() else "does not exist"
        raise UsageError(f"{root} {problem}", hint="name the directory that the .lazy file is to be written for")
    path = root / ".lazy"
    if os.path.lexists(path) and not (force or to_stdout):
        raise UsageError(
            f"{path} is there already", hint="replace it with --force, or see what would be written with --stdout"
        )
    if path.is_symlink() and not to_stdout:
        goal = path.readlink()
        raise UsageError(f"{path} is a link to {goal}, and is not written through", hint=f"remove the link: rm {path}")
    found = survey(root, walk(root, warn, is_wanted, is_skipped))
    home = find_home(root)
    if home.reason:
        warn(f"no registry is taken from git: {home.reason}")
    made = drafts(found, home) or [files(_offer(root, found), home)]
    written = text(made, home, _SCHEMA if (root / _SCHEMA).is_file() else "")
    if to_stdout:
        click.echo(written, nl=False)
    else:
        _write(path, written)
    if not console().quiet:
        _tell(path, made, found, home, written=not to_stdout)
    checked = check(written, path)
    show_findings([checked])
    return 1 if checked.failed else 0


def _offer(root: Path, found: Survey) -> Offer:
    """What the directory has besides Dockerfiles and charts: build outputs, else a file to begin with."""
    offered = offer(root)
    if offered is None:
        _tell_passed_over(found)
        raise LazyociError(
            f"nothing to publish in {root.resolve()}: no Dockerfile, no Chart.yaml and no file that is for others",
            hint="name the directory that holds what is published: lazyoci init DIR",
        )
    return offered


def _write(path: Path, written: str) -> None:
    if os.path.lexists(path):
        rewrite(path, written)
        return
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(written)
    except OSError as error:
        raise LazyociError(f"{path} cannot be written: {error.strerror or error}") from None


def _tell(path: Path, made: list[Draft], found: Survey, home: Home, *, written: bool) -> None:
    """What was found and what to type next, on stderr."""
    counts = Counter(_WORDS[one.type] for one in made)
    shown = ", ".join(f"{number} {word}{'s' * (number != 1)}" for word, number in counts.items())
    say(f"{'wrote' if written else 'would write'} {path}: {shown}", style="good")
    widths = [max(len(column) for column in columns) for columns in zip(*map(_row, made), strict=True)]
    for one in made:
        say("  " + "  ".join(f"{cell:{width}}" for cell, width in zip(_row(one), widths, strict=True)).rstrip())
    _tell_passed_over(found)
    place = "" if path.parent == Path() else f" {path.parent}"
    if not written:
        say(f"next: lazyoci init{place}")
    elif home.repository or os.environ.get("LAZYOCI_REGISTRY"):
        say(f"next: lazyoci preview{place} --tag v1.0.0")
    else:
        say(f"next: set LAZYOCI_REGISTRY to your registry, then: lazyoci preview{place} --tag v1.0.0")


def _row(one: Draft) -> tuple[str, str, str]:
    return one.type, one.source, one.repository


def _tell_passed_over(found: Survey) -> None:
    for line in found.passed_over:
        say(f"  passed over {line}", style="dim")
