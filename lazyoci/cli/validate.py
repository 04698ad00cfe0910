"""`lazyoci validate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from lazyoci.cli.common import console, global_options, say, warn
from lazyoci.cli.complete import rules
from lazyoci.cli.printer import Printer
from lazyoci.cli.walk import lazy_files
from lazyoci.diagnostic import Severity
from lazyoci.errors import UsageError
from lazyoci.judge import Findings, Finish, Judge, Online
from lazyoci.report.findings import FORMATS, MACHINE_FORMATS


def codes(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Codes from a repeatable option that also takes comma lists; an unknown one is a usage error."""
    found = [code.strip() for value in values for code in value.split(",") if code.strip()]
    if found:
        from lazyoci.rules.codes import unknown

        for code in found:
            problem = unknown(code)
            if problem is not None:
                raise click.BadParameter(problem)
    return tuple(found)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "-o", "--output", type=click.Choice(FORMATS), default="text", show_default=True, help="Format of the findings."
)
@click.option("--fix", is_flag=True, help="Apply the certain fixes, and report what is left.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    callback=codes,
    shell_complete=rules,
    help="Only these rules (repeat, or a,b).",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    callback=codes,
    shell_complete=rules,
    help="All but these rules (repeat, or a,b).",
)
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "info"]),
    help="The least severity that is an error of the run [default: error].",
)
@click.option("--resolve", is_flag=True, help="Judge with git's values too: branch, commit, version.")
@click.option("-t", "--tag", default="", help="The value of .Tag, as for build.")
@click.option("--online", is_flag=True, help="Ask the registries too, with your credentials; pushes nothing.")
@click.option("--stdin-filename", metavar="FILE", help="What - is called, and where its relative paths begin.")
@global_options
def command(
    paths: tuple[str, ...],
    output: str,
    fix: bool,
    diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: str | None,
    resolve: bool,
    tag: str,
    online: bool,
    stdin_filename: str | None,
) -> int:
    """Check .lazy files, without any network unless --online.

    PATH is a file, a directory (searched for .lazy and *.lazy, as .gitignore allows) or - for standard input; without
    it, ./.lazy. Codes and severities can also be set in [tool.lazyoci] of pyproject.toml, or in .lazyoci.yaml.

    \b
    Examples:
      lazyoci validate
      lazyoci validate services/ --severity warning
      lazyoci validate . --fix
      lazyoci validate . -o sarif > lazyoci.sarif
      git show :.lazy | lazyoci validate - --stdin-filename .lazy
    """
    if fix and diff:
        raise UsageError("--fix and --diff contradict each other", hint="--diff shows, --fix writes; give one")
    if diff and output != "text":
        raise UsageError("--diff prints a patch, so it takes no --output")
    if output in MACHINE_FORMATS or console().verbose:
        shown = Severity.INFORMATION
    else:
        shown = Severity.ERROR if console().quiet else Severity.WARNING
    with _registries(online) as asked:
        judge = Judge(
            select=select, ignore=ignore, severity=severity, shown=shown, resolve=resolve, tag=tag, online=asked
        )
        return _run(judge, paths, stdin_filename, output, fix=fix, diff=diff)


@contextmanager
def _registries(wanted: bool) -> Iterator[Online | None]:
    """What asks the registries, if that is wanted."""
    if not wanted:
        yield None
        return
    import os

    from lazyoci import online
    from lazyoci.cli.connect import connect
    from lazyoci.publish import source_date_epoch

    with connect() as client:
        yield online.Online(client, epoch=source_date_epoch(os.environ)).findings


def _run(
    judge: Judge, paths: tuple[str, ...], stdin_filename: str | None, output: str, *, fix: bool, diff: bool
) -> int:
    """Check, or mend, print, and tell the exit code."""
    finish: tuple[Finish, Finish] | None = None  # of standard input, and of files
    if fix or diff:
        from lazyoci.cli import mend

        finish = (mend.show_diff, mend.show_diff) if diff else (mend.show, mend.write)
    printer = None if diff else Printer(output, sys.stderr if fix and "-" in paths else sys.stdout)
    for found in _judged(paths, stdin_filename, judge, finish):
        if printer is not None and found.diagnostics:  # of clean files nothing is kept but their number
            printer.add(found)
    if printer is not None:
        if judge.files or not judge.unreadable or output in MACHINE_FORMATS:  # "0 files, no problems" would mislead
            printer.end(judge.files, judge.fixed)
    elif not console().quiet:
        say(f"{judge.changed} of {judge.files} files would change, by {judge.fixed} fixes")
    for message in judge.refused:
        warn(f"not fixed, as that would make new errors: {message}")
    for problem in judge.unreadable:
        say(f"lazyoci: {problem}", style="error")
    return 2 if judge.unreadable else int(judge.failed or (diff and judge.changed > 0))


def _judged(
    paths: tuple[str, ...], stdin_filename: str | None, judge: Judge, finish: tuple[Finish, Finish] | None
) -> Iterator[Findings]:
    """Check, and mend if asked to, one file after the other; standard input first."""
    if "-" in paths:
        path = None if stdin_filename is None else Path(stdin_filename)
        data = sys.stdin.buffer.read()
        yield judge.check(data, path) if finish is None else judge.mend(data, path, finish[0])
    named = [path for path in paths if path != "-"]
    if paths and not named:
        return
    for file in lazy_files(named):
        content = judge.read(file)
        if content is not None:
            yield judge.check(content, file) if finish is None else judge.mend(content, file, finish[1])
