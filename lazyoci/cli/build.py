"""`lazyoci build`."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lazyoci.check import Checked, Run, for_build, together
from lazyoci.cli.arguments import find, read
from lazyoci.cli.common import (
    close_stdout,
    console,
    echo,
    emit,
    global_options,
    output_option,
    output_style,
    say,
    show_findings,
    warn,
)
from lazyoci.cli.complete import artifacts as artifact_names
from lazyoci.cli.interrupt import interruptible
from lazyoci.cli.values import filled, outside_option, single, stated, value_options
from lazyoci.errors import InternalError, LazyociError, UsageError
from lazyoci.world import Face, RealGit, World

if TYPE_CHECKING:
    from lazyoci.progress import Silent
    from lazyoci.publish import ArtifactResult, Options
    from lazyoci.registry.client import Client

_OF_GIT = (b".Git", b".Version", b".ChartVersion", b".Tag", b"when")  # in a file for which git will be asked
_BUG = InternalError.exit_code


def _platforms(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Platforms from a repeatable option that also takes comma lists; what is none is a usage error."""
    filled(ctx, param, values)
    found = tuple(one.strip() for given in values for one in given.split(",") if one.strip())
    if found:
        from lazyoci.rules.checks.unknown_platform import problem

        for one in found:
            wrong = problem(one)
            if wrong is not None:
                raise click.BadParameter(wrong.message)
    return found


def _warn_of_unlikely(platforms: tuple[str, ...]) -> None:
    """Say of the option what a rule says of the file."""
    if platforms:
        from lazyoci.rules.checks.unlikely_platform import instead

        for one in platforms:
            meant = instead(one)
            if meant:
                warn(f"--platform: there are no containers for {one}; did you mean {meant}?")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "-f", "--file", "file", multiple=True, metavar="TEXT", callback=single, help="The .lazy file; the same as PATH."
)
@value_options
@outside_option
@click.option(
    "-a",
    "--artifact",
    "artifacts",
    multiple=True,
    shell_complete=artifact_names,
    help="Only this name, type or index; repeatable.",
)
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    callback=_platforms,
    help="Platforms of image artifacts; repeatable or a,b.",
)
@click.option("--push/--no-push", default=True, help="Push (default), or only build.")
@click.option("--dry-run", is_flag=True, help="Show what would be pushed, and do nothing.")
@click.option("--check", "ask", is_flag=True, help="With --dry-run: ask the registries what each push would do.")
@click.option(
    "--allow-unresolved",
    is_flag=True,
    help="With --dry-run: go on where a value is missing, and show its name, as in ‹Tag›.",
)
@click.option("--insecure", is_flag=True, help="Let private registries fall back to unverified TLS or plain HTTP.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's.")
@click.option("--layout", type=click.Path(path_type=Path), help="Also write an OCI image layout to this directory.")
@click.option("--no-clobber", is_flag=True, help="Refuse to move a tag that exists, unless the file says how it moves.")
@click.option(
    "--max-tags",
    metavar="N",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Read at most so many tags of a repository, for tags that move forward alone.",
)
@click.option("--require-published", is_flag=True, help="Fail where nothing is published, as no tag is due.")
@click.option("--keep-going", is_flag=True, help="Publish what can be published when something fails.")
@click.option(
    "--jobs", metavar="N", type=click.IntRange(1, 64), default=4, show_default=True, help="How much runs at a time."
)
@click.option("--builder", default="", help="The buildx builder for image artifacts.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "buildx", "docker", "buildah", "podman"]),
    default="auto",
    show_default=True,
    help="What builds image artifacts.",
)
@click.option("--metadata-file", type=click.Path(path_type=Path), help="Also write the result as JSON to this file.")
@output_option
@global_options
def command(
    paths: tuple[str, ...],
    file: str | None,
    tag: str,
    variables: dict[str, str],
    occasion: tuple[str, ...],
    outside: tuple[str, ...],
    artifacts: tuple[str, ...],
    platforms: tuple[str, ...],
    push: bool,
    dry_run: bool,
    ask: bool,
    allow_unresolved: bool,
    insecure: bool,
    ca: Path | None,
    layout: Path | None,
    no_clobber: bool,
    max_tags: int,
    require_published: bool,
    keep_going: bool,
    jobs: int,
    builder: str,
    engine: str,
    metadata_file: Path | None,
    output: str,
) -> int:
    """Check, resolve, build and push the artifacts that .lazy files declare.

    PATH is a .lazy file or a directory that holds one; without it, ./.lazy. Nothing is pushed unless every artifact
    was built and every registry would accept it, or --keep-going is given.

    LAZYOCI_TAG, LAZYOCI_VERSION and LAZYOCI_REGISTRY give .Tag, .Version and .Registry, LAZYOCI_VAR_NAME gives
    .Var.NAME, LAZYOCI_OCCASION is as --occasion; SOURCE_DATE_EPOCH gives the time that manifests name, and at
    which images stand still, else the time of the commit; LAZYOCI_USERNAME and LAZYOCI_PASSWORD count for the registry
    LAZYOCI_AUTH_HOST.

    \b
    Examples:
      lazyoci build --tag v1.0.0 --dry-run           # what would be pushed
      lazyoci build --tag v1.0.0 --dry-run --check   # and what would move there
      lazyoci build --tag v1.0.0
      lazyoci build services/api services/web --tag v1.0.0 -o json
      lazyoci build --tag v1.0.0 --no-push --layout out/
      LAZYOCI_REGISTRY=localhost:5050 lazyoci build --tag dev --insecure
    """
    if file is not None and paths and list(paths) != [file]:
        raise UsageError(f"--file {file} and {' '.join(paths)} name different files", hint="give one of them")
    if (ask or allow_unresolved) and not dry_run:
        option = "--check" if ask else "--allow-unresolved"
        raise UsageError(f"{option} is for a dry run alone; add --dry-run")
    if require_published and not push:
        raise UsageError("--require-published and --no-push contradict each other", hint="leave one of them out")
    _warn_of_unlikely(platforms)
    git = RealGit()
    said = stated(occasion, tag)
    world = World(git=git, tag=tag, face=Face.BUILD, stated=said, variables=variables, outside=outside)
    files = _check_all(paths or ((file,) if file is not None else ()), world, git, artifacts, allow_unresolved, push)
    from lazyoci.publish import Options, source_date_epoch

    options = Options(
        artifacts=artifacts,
        platforms=platforms,
        push=push,
        dry_run=dry_run,
        allow_unresolved=allow_unresolved,
        ask=ask,
        keep_going=keep_going,
        no_clobber=no_clobber,
        max_tags=max_tags,
        layout=layout,
        jobs=jobs,
        builder=builder,
        engine=engine,
        epoch=source_date_epoch(os.environ),
    )
    cancelled = threading.Event()
    results, crash = _publish(
        files, options, cancelled, lambda: _connect(insecure, ca, cancelled, jobs), machine=output != "text"
    )
    _report(results, output, dry_run=dry_run, asked=ask, metadata_file=metadata_file)
    bug = next((error for result in results for error in result.errors if error.exit_code == _BUG), None)
    if crash is not None:
        raise crash
    if bug is not None and console().debug:
        raise bug.__cause__ or bug
    if cancelled.is_set():
        say("lazyoci: interrupted; what is not shown as pushed or moved was not published", style="error")
        return 130
    if bug is not None:
        return _BUG
    nothing = push and not any(result.failed for result in results) and _nothing(results, require_published)
    if nothing:
        meant = "--tag" if tag else "--artifact" if artifacts else "--require-published" if require_published else ""
        _say_nothing(nothing, meant, "" if _is_of_a_line(tag, files) else tag)
        return 1 if meant else 0
    return 1 if any(result.failed for result in results) else 0


def _nothing(results: list[ArtifactResult], require_published: bool) -> str:
    """Why nothing at all was, or would be, published; empty where something was."""
    if not any(result.due for result in results):
        return "no tag is due on this occasion" if results else ""
    states = {one.outcome.state for result in results for one in result.references}
    return "every tag that is due was kept" if require_published and states <= {"kept"} else ""


def _is_of_a_line(tag: str, files: list[Checked]) -> bool:
    """Whether `tag` is a version of a line that an artifact of the files has of its own."""
    lines = [one.resolved.values.lines for one in files if one.resolved is not None]
    return any(one is not None and one.own_have(tag) for one in lines)


def _say_nothing(why: str, meant: str, tag: str) -> None:
    """That nothing is published; and where somebody meant to publish, what would make it so."""
    if not meant:
        say(f"Nothing is published: {why}.")
        return
    from lazyoci import semver

    remedy = "see the reasons above"
    if tag and semver.parse(tag) is None:
        remedy += f"; --tag {tag} is not a semantic version, such as v1.4.0, so it makes no release"
    say(f"lazyoci: nothing is published, although {meant} was given: {why}; {remedy}", style="error")


def _check_all(
    paths: tuple[str, ...],
    world: World,
    git: RealGit,
    artifacts: tuple[str, ...],
    allow_unresolved: bool,
    push: bool,
) -> list[Checked]:
    found = [find(path) for path in paths] or [find(None)]
    contents = {path: read(path) for path in found}
    for path, data in contents.items():
        if any(word in data for word in _OF_GIT):
            git.begin(path.parent)
    run = Run(world, for_build(allow_unresolved=allow_unresolved, push=push))
    files = together([run.check_bytes(data, path) for path, data in contents.items()])
    from lazyoci.publish import about

    show_findings([about(one, artifacts, building_all=not push) for one in files])
    return files


def _connect(insecure: bool, ca: Path | None, cancelled: threading.Event, jobs: int) -> Client:
    from lazyoci.cli.connect import connect

    return connect(insecure=insecure, ca=ca, cancelled=cancelled, jobs=jobs)


def _publish(
    files: list[Checked],
    options: Options,
    cancelled: threading.Event,
    connect: Callable[[], Client],
    *,
    machine: bool,
) -> tuple[list[ArtifactResult], Exception | None]:
    """The results, and what went wrong while the progress was taken from the terminal: told after the results."""
    from lazyoci.publish import publish

    events = _events(options, machine=machine)
    with interruptible(cancelled):
        try:
            results = publish(files, options, connect, events, cancelled)
        except BaseException:
            events.close()
            raise
        try:
            events.close()
        except Exception as error:  # noqa: BLE001  # what was published is told first
            return results, error
        return results, None


def _events(options: Options, *, machine: bool) -> Silent:
    from lazyoci.report import progress

    silent = machine or console().quiet or (options.dry_run and not options.ask)
    return progress.on(sys.stderr, silent=silent, color=console().colored(sys.stderr))


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
