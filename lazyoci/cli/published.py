"""Carries a run that publishes out, and tells what became of everything, as the exit code does too."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.cli.common import close_stdout, console, echo, emit, output_style, say
from lazyoci.cli.interrupt import interruptible
from lazyoci.errors import InternalError, LazyociError, UsageError

if TYPE_CHECKING:
    from lazyoci.check import Checked
    from lazyoci.progress import Silent
    from lazyoci.publish import ArtifactResult

_BUG = InternalError.exit_code


def carry_out(
    run: Callable[[Silent], list[ArtifactResult]], cancelled: threading.Event, *, silent: bool
) -> tuple[list[ArtifactResult], Exception | None]:
    """The results, and what went wrong while the progress was taken from the terminal: told after the results."""
    from lazyoci.report import progress

    events = progress.on(sys.stderr, silent=silent or console().quiet, color=console().colored(sys.stderr))
    with interruptible(cancelled):
        try:
            results = run(events)
        except BaseException:
            events.close()
            raise
        try:
            events.close()
        except Exception as error:  # noqa: BLE001  # what was published is told first
            return results, error
        return results, None


def check_metadata_file(path: Path | None, *made: Path | None) -> None:
    """Raise UsageError where the result cannot be written, before anything is sent; what is there stays.

    `made` are layouts that the run makes or reads, or their tars: it may lie in a directory that is made for them, and
    is never written over one.
    """
    if path is None:
        return
    own = ("index.json", "lazyoci.json", "oci-layout")
    for one in made:
        if one is not None and path.name in own and path.parent.absolute() == one.absolute():
            raise UsageError(f"--metadata-file: {path} is a file of {one} itself", hint="choose another name")
        if one is not None and one.is_file() and os.path.realpath(path) == os.path.realpath(one):
            raise UsageError(f"--metadata-file: {path} is {one} itself", hint="choose another name")
    new = {one.parent if one.suffix == ".tar" else one for one in made if one is not None}
    if not path.parent.exists() and any(path.parent in (one, *one.parents) for one in new):
        return
    try:
        there = path if path.exists() else path.parent
        if path.is_dir():
            problem = errno.EISDIR
        elif not there.exists():
            problem = errno.ENOENT
        elif there != path and not there.is_dir():
            problem = errno.ENOTDIR
        else:
            problem = 0 if os.access(there, os.W_OK) else errno.EACCES
    except OSError as error:
        problem = error.errno or errno.EACCES
    if problem:
        message = f"--metadata-file: {path} cannot be written: {os.strerror(problem)}"
        raise UsageError(message, hint="name a file in a directory that exists and may be written")


def tell(
    results: list[ArtifactResult],
    crash: Exception | None,
    cancelled: threading.Event,
    output: str,
    *,
    dry_run: bool,
    asked: bool,
    metadata_file: Path | None,
) -> int | None:
    """Report the results; the exit code if the run was interrupted or met a bug, else None."""
    _report(results, output, dry_run=dry_run, asked=asked, metadata_file=metadata_file)
    bug = next((error for result in results for error in result.errors if error.exit_code == _BUG), None)
    if crash is not None:
        raise crash
    if bug is not None and console().debug:
        raise bug.__cause__ or bug
    if cancelled.is_set():
        say("lazyoci: interrupted; what is not shown as pushed or moved was not published", style="error")
        return 130
    return None if bug is None else _BUG


def nothing(results: list[ArtifactResult], require_published: bool) -> str:
    """Why nothing at all was, or would be, published; empty where something was."""
    if not any(result.due for result in results):
        return "no tag is due on this occasion" if results else ""
    states = {one.outcome.state for result in results for one in result.references}
    return "every tag that is due was kept" if require_published and states <= {"kept"} else ""


def is_of_a_line(tag: str, files: list[Checked]) -> bool:
    """Whether `tag` is a version of a line that an artifact of the files has of its own."""
    lines = [one.resolved.values.lines for one in files if one.resolved is not None]
    return any(one is not None and one.own_have(tag) for one in lines)


def say_nothing(why: str, meant: str, tag: str) -> None:
    """That nothing is published; and where somebody meant to publish, what would make it so."""
    if not meant:
        say(f"Nothing is published: {why}.")
        return
    from lazyoci import semver

    remedy = "see the reasons above"
    if tag and semver.parse(tag) is None:
        remedy += f"; --tag {tag} is not a semantic version, such as v1.4.0, so it makes no release"
    say(f"lazyoci: nothing is published, although {meant} was given: {why}; {remedy}", style="error")


def _report(
    results: list[ArtifactResult], output: str, *, dry_run: bool, asked: bool, metadata_file: Path | None
) -> None:
    """Tell what became of everything, by every way that was asked for: one that fails does not keep another from it."""
    unwritten = _write(results, metadata_file) if metadata_file is not None else None
    try:
        _print(results, output, dry_run=dry_run, asked=asked)
    except BrokenPipeError:
        close_stdout()  # its reader has gone; the exit code still says how it went
    except BaseException:
        for result in results:
            for one in result.references:
                say(ascii(f"{one.outcome.state}: {one.reference} {one.outcome.digest}")[1:-1])
        raise
    if unwritten is not None:
        raise unwritten


def _print(results: list[ArtifactResult], output: str, *, dry_run: bool, asked: bool) -> None:
    from lazyoci.report import build as report

    if output != "text":
        emit(report.json(results), output)
        return
    style = output_style(sys.stdout)
    shown = [one for one in results if one.failed] if console().quiet else results
    if shown:
        told = report.text(shown, style, dry_run=dry_run, asked=asked, seen_output=not console().quiet)
        echo(told, nl=False)


def _write(results: list[ArtifactResult], path: Path) -> LazyociError | None:
    import json

    from lazyoci.report import build as report

    try:
        path.write_text(json.dumps(report.json(results), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        return UsageError(f"{path} cannot be written: {error.strerror or error}")
    return None
