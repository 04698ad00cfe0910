"""`lazyoci format`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import click

from lazyoci import clean, reader
from lazyoci.cli.common import console, echo, emit, global_options, output_option, say
from lazyoci.cli.rewrite import patch, rewrite
from lazyoci.cli.walk import lazy_files
from lazyoci.config.format import format
from lazyoci.errors import FormatError, LazyociError, UsageError
from lazyoci.yaml.encoding import decode_bytes


class FormattedJson(TypedDict):
    """One file in the machine-readable result; described by `schema/format.schema.json`."""

    path: str
    state: str  # formatted, unchanged, unformatted (with --check and --diff) or failed
    error: str | None


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is not formatted.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and fail if anything would.")
@click.option("--stdin-filename", metavar="FILE", default="<stdin>", help="What - is called in messages.")
@output_option
@global_options
def command(paths: tuple[str, ...], check: bool, diff: bool, stdin_filename: str, output: str) -> int:
    """Bring .lazy files into the canonical layout. Comments and the order of keys stay; nothing else is mended.

    PATH is a file, a directory (searched for .lazy and *.lazy, as .gitignore allows) or - for standard input, whose
    formatted text goes to standard output; without it, ./.lazy. A file that is not valid YAML is left alone.

    \b
    Examples:
      lazyoci format
      lazyoci format . --check
      lazyoci format services/api --diff
      lazyoci format - < .lazy
    """
    if output != "text" and ("-" in paths or diff):
        raise UsageError(f"--output {output} and a text on standard output exclude each other")
    done = []
    for path, data in _inputs(paths):
        name = stdin_filename if path is None else str(path)
        try:
            before = decode_bytes(data)
            after = format(before)
            if before != after and not (check or diff):
                _confirm(before, after)
        except LazyociError as error:
            done.append(FormattedJson(path=name, state="failed", error=error.message))
            if path is None and not (check or diff):  # an editor that pipes its text through gets it back
                click.echo(data, nl=False)
            continue
        changed = before != after
        if diff:
            click.echo(patch(Path(name).as_posix(), before, after), nl=False)
        elif not check and path is None:
            click.echo(after.encode(), nl=False)
        elif not check and changed:
            rewrite(path or Path(), after)
        state = "unchanged" if not changed else "unformatted" if check or diff else "formatted"
        done.append(FormattedJson(path=name, state=state, error=None))
    _report(done, output, to_stderr=diff or "-" in paths)
    return int(any(one["state"] in ("unformatted", "failed") for one in done))


def _confirm(before: str, after: str) -> None:
    """Raise FormatError if a reader written by others finds something else in what is about to be written."""
    from lazyoci.yaml.second_reader import disagrees

    if disagrees(before, after):
        raise FormatError("this layout cannot be formatted without risk, so nothing was changed")


def _inputs(paths: tuple[str, ...]) -> Iterator[tuple[Path | None, bytes]]:
    """Standard input first, then the files."""
    if "-" in paths:
        yield None, sys.stdin.buffer.read()
    named = [path for path in paths if path != "-"]
    if named or not paths:
        for path in lazy_files(named):
            try:
                yield path, reader.read(path, reader.LAZY)
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _report(done: list[FormattedJson], output: str, *, to_stderr: bool) -> None:
    if output != "text":
        emit(done, output)
        return
    for one in done:
        if one["error"] is not None:
            say(f"lazyoci: {one['path']}: {one['error']}", style="error")
        elif one["state"] != "unchanged" and not to_stderr:
            word = "would format" if one["state"] == "unformatted" else "formatted"
            echo(f"{word} {clean.line(one['path'])}")
    if not console().quiet:
        counts = [(state, sum(one["state"] == state for one in done)) for state in _WORDS]
        parts = [f"{number} {_WORDS[state]}" for state, number in counts if number]
        echo(f"{len(done)} file{'s' * (len(done) != 1)}: {', '.join(parts)}", err=to_stderr)


_WORDS = {
    "formatted": "formatted",
    "unformatted": "to be formatted",
    "unchanged": "unchanged",
    "failed": "failed",
}
