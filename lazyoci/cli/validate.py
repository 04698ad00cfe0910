"""`lazyoci validate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from lazyoci.check import Checked, Findings, Run
from lazyoci.check.run import UNRESOLVED
from lazyoci.cli.common import console, global_options, say, warn
from lazyoci.cli.complete import rules
from lazyoci.cli.printer import Printer
from lazyoci.cli.values import outside_option, stated, value_options
from lazyoci.cli.walk import lazy_files
from lazyoci.diagnostic import Diagnostic, Severity, in_order
from lazyoci.errors import UsageError
from lazyoci.frozen import replace
from lazyoci.report.findings import FORMATS, MACHINE_FORMATS
from lazyoci.rules.project_settings import SEVERITIES, Choice
from lazyoci.world import real

# asks registries about a checked file (`lazyoci.online`)
Online = Callable[[Checked], list[Diagnostic]]


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
@value_options
@outside_option
@click.option("--allow-unresolved", is_flag=True, help="What only the run that publishes can know is a warning.")
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
    variables: dict[str, str],
    occasion: tuple[str, ...],
    allow_unresolved: bool,
    outside: tuple[str, ...],
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
    if occasion and not resolve:
        raise UsageError(
            "--occasion is for --resolve alone; add --resolve", hint="without it the file is judged, and no run"
        )
    if output in MACHINE_FORMATS or console().verbose:
        shown = Severity.INFORMATION
    else:
        shown = Severity.ERROR if console().quiet else Severity.WARNING
    lenient = UNRESOLVED if allow_unresolved else ()
    fails = None if severity is None else SEVERITIES[severity]
    choice = Choice(select, ignore, lenient=lenient, fails=fails, shown=shown)
    # without git the file is checked for no certain run
    said = stated(occasion, tag) if resolve else None
    world = real(tag=tag, git=resolve, stated=said, variables=variables, outside=outside)
    with _registries(online) as asked:
        tally = _Tally(Run(world, choice), asked, fix=fix, diff=diff)
        try:
            return _run(tally, paths, stdin_filename, output)
        except UsageError as error:
            raise _meant(error) from None


def _meant(error: UsageError) -> UsageError:
    """The same error, with what the argument probably means."""
    argument, missing, _ = error.message.partition(" does not exist")
    if missing:
        from lazyoci.cli import suggestions  # only where something is wrong

        return UsageError(error.message, hint=suggestions.path(argument, Path.cwd()) or error.hint)
    return error


@contextmanager
def _registries(wanted: bool) -> Iterator[Online | None]:
    """The function that asks the registries, if that is wanted."""
    if not wanted:
        yield None
        return
    import os

    from lazyoci import online
    from lazyoci.cli.connect import connect
    from lazyoci.publish import source_date_epoch

    with connect() as client:
        yield online.Online(client, epoch=source_date_epoch(os.environ)).findings


class _Tally:
    """One run over files: counts results, and keeps nothing else of the files."""

    def __init__(self, run: Run, online: Online | None, *, fix: bool, diff: bool) -> None:
        self.files = 0
        self.fixed = 0
        self.changed = 0  # files that fixes change
        self.failed = False
        self.unreadable: list[str] = []
        self.refused: list[str] = []  # fixes that would have caused new errors
        self.fix = fix
        self.diff = diff
        self._run = run
        self._online = online

    def all(self, paths: tuple[str, ...], stdin_filename: str | None) -> Iterator[Findings]:
        """Check, and fix if wanted, one file after the other; standard input first."""
        if "-" in paths:
            path = None if stdin_filename is None else Path(stdin_filename)
            yield self._one(sys.stdin.buffer.read(), path, piped=True)
        named = [path for path in paths if path != "-"]
        if paths and not named:
            return
        for file in lazy_files(named):
            content = self._read(file)
            if content is not None:
                yield self._one(content, file, piped=False)

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._run.world.files.read(path)
        except OSError as error:
            remedy = f"; allow it: chmod u+r {path}" if isinstance(error, PermissionError) else ""
            self.unreadable.append(f"{path} cannot be read: {error.strerror or error}{remedy}")
            return None

    def _one(self, data: bytes, path: Path | None, *, piped: bool) -> Findings:
        checked = self._run.check_bytes(data, path)
        if (self.fix or self.diff) and checked.is_text:
            checked = self._mend(checked, piped=piped)
        if self._online is not None and checked.is_text:
            found = in_order([*checked.diagnostics, *self._online(checked)])
            checked = replace(checked, diagnostics=found)
        self.files += 1
        self.failed = self.failed or checked.failed
        return checked.findings

    def _mend(self, checked: Checked, *, piped: bool) -> Checked:
        from lazyoci.cli import fix_output

        fixed = self._run.fix(checked)
        self.refused += [f"{fixed.checked.source.name}: {one.message}" for one in fixed.refused]
        before, after = checked.source.text, fixed.checked.source.text
        finish = fix_output.show_diff if self.diff else fix_output.show if piped else fix_output.write
        finish(checked.source.path, before, after)
        self.fixed += len(fixed.applied)
        self.changed += before != after
        return fixed.checked


def _run(tally: _Tally, paths: tuple[str, ...], stdin_filename: str | None, output: str) -> int:
    """Check or fix the files, print the results, and return the exit code."""
    printer = None if tally.diff else Printer(output, sys.stderr if tally.fix and "-" in paths else sys.stdout)
    for found in tally.all(paths, stdin_filename):
        if printer is not None and found.diagnostics:  # clean files are only counted
            printer.add(found)
    if printer is not None:
        if tally.files or not tally.unreadable or output in MACHINE_FORMATS:  # "0 files, no problems" would mislead
            printer.end(tally.files, tally.fixed)
    elif not console().quiet:
        say(f"{tally.changed} of {tally.files} files would change, by {tally.fixed} fixes")
    for message in tally.refused:
        warn(f"not fixed, as that would make new errors: {message}")
    for problem in tally.unreadable:
        say(f"lazyoci: {problem}", style="error")
    return 2 if tally.unreadable else int(tally.failed or (tally.diff and tally.changed > 0))
