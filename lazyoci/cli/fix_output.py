"""Outputs fixed text: writes it to the file, prints it, or prints it as a patch."""

from __future__ import annotations

from pathlib import Path

import click

from lazyoci.cli.rewrite import patch, rewrite


def write(path: Path | None, before: str, after: str) -> None:
    """Replace the file, if anything changed."""
    if path is not None and before != after:
        rewrite(path, after)


def show(_path: Path | None, _before: str, after: str) -> None:
    """Print the fixed text of standard input on standard output."""
    click.echo(after.encode(), nl=False)


def show_diff(path: Path | None, before: str, after: str) -> None:
    """Print the changes as a patch."""
    click.echo(patch("stdin" if path is None else path.as_posix(), before, after), nl=False)
