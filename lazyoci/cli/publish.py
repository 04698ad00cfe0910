"""`lazyoci publish`."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lazyoci.cli.check_files import check_all
from lazyoci.cli.common import console, global_options, output_option, say, warn
from lazyoci.cli.implied_host import target
from lazyoci.cli.open_bundles import counter, verify_all
from lazyoci.cli.open_bundles import opened as open_all
from lazyoci.cli.published import carry_out, check_metadata_file, is_of_a_line, nothing, say_nothing, tell
from lazyoci.cli.values import FilePath, connection_options, filled, outside_option, run_options, stated, value_options
from lazyoci.errors import UsageError
from lazyoci.frozen import replace
from lazyoci.world import Face, RealGit, World
from lazyoci.world.events import BRANCH, TAG

if TYPE_CHECKING:
    from lazyoci.bundle.read import Bundle
    from lazyoci.check import Checked
    from lazyoci.progress import Silent
    from lazyoci.publish import ArtifactResult, Options
    from lazyoci.publish.job import Jobs
    from lazyoci.publish.proposed import Publishing
    from lazyoci.registry.client import Client


@click.command()
@click.argument("bundles", nargs=-1, metavar="BUNDLE...", type=FilePath())
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="PATH",
    callback=filled,
    help="A .lazy file of this checkout, which says where everything goes. Repeatable.",
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="PREFIX",
    callback=filled,
    help="Publish what the bundle itself names, below this host or repository only. Repeatable.",
)
@click.option(
    "--to",
    "goals",
    multiple=True,
    metavar="REFERENCE",
    callback=filled,
    help="Publish an OCI layout that is no bundle to this reference. Repeatable.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FROM=TO",
    callback=filled,
    help="Publish below another prefix, as in ghcr.io/acme=harbor.lan/mirror. Repeatable; the longest one counts.",
)
@click.option("--referrers/--no-referrers", default=True, help="With --to: take signatures along (default).")
@click.option("--partial", is_flag=True, help="Publish an image without the platforms that no bundle has.")
@value_options
@outside_option
@click.option("-a", "--artifact", "artifacts", multiple=True, help="Only this name, type or index; repeatable.")
@click.option("--dry-run", is_flag=True, help="Show what would be pushed, and do nothing.")
@click.option("--check", "ask", is_flag=True, help="With --dry-run: ask the registries what each push would do.")
@connection_options
@click.option("--no-clobber", is_flag=True, help="Refuse to move a tag that exists, unless it is said how it moves.")
@run_options
@click.option("--metadata-file", type=FilePath(), help="Also write the result as JSON to this file.")
@output_option
@global_options
def command(
    bundles: tuple[Path, ...],
    files: tuple[str, ...],
    allowed: tuple[str, ...],
    goals: tuple[str, ...],
    mapped: tuple[str, ...],
    referrers: bool,
    partial: bool,
    tag: str,
    variables: dict[str, str],
    occasion: tuple[str, ...],
    outside: tuple[str, ...],
    artifacts: tuple[str, ...],
    dry_run: bool,
    ask: bool,
    insecure: bool,
    ca: Path | None,
    no_clobber: bool,
    max_tags: int,
    require_published: bool,
    keep_going: bool,
    jobs: int,
    metadata_file: Path | None,
    output: str,
) -> int:
    """Publish what lazyoci build --bundle built, in another job or on another machine.

    The job that builds runs other people's code; this one has the credentials. So the bundle only proposes: with
    --file, the file of this checkout says where everything goes, and of the bundle only the content counts, by the
    names of artifacts. With --allow, the bundle's own references count, as far as they lie below such a prefix; any
    other is refused before anything is sent. With neither, what the bundle proposes is shown.

    Several bundles of one image, each for other platforms, become one index. Everything is verified first.

    \b
    Examples:
      lazyoci publish bundle/ --file .lazy --tag v1.0.0
      lazyoci publish amd64.tar arm64.tar --file .lazy --tag v1.0.0 --dry-run
      lazyoci publish bundle.tar --allow ghcr.io/acme/api
      lazyoci publish bundle.tar --map ghcr.io/acme=r.lan/acme --allow r.lan/acme
      lazyoci publish layout/ --to ghcr.io/acme/tool:v1
    """
    if not bundles and not files:
        hint = "name what lazyoci build --bundle wrote; to build and push in one go: lazyoci build"
        raise UsageError("BUNDLE is missing", hint=hint)
    _refuse_contradictions(files, allowed, goals, mapped, dry_run=dry_run, ask=ask)
    if goals and partial:
        raise UsageError("--partial is for bundles, and --to publishes a layout", hint="leave --partial out")
    if not referrers and not goals:
        hint = "bundles have none, and an artifact of type: copy says it itself: referrers: false"
        raise UsageError("--no-referrers is for a layout, which --to publishes", hint=hint)
    for option, given in (("--tag", tag), ("--var", variables), ("--occasion", occasion)):
        if given and not files:
            raise UsageError(
                f"{option} is for templates, which only a file has", hint="give --file .lazy, or leave it out"
            )
    check_metadata_file(metadata_file, *bundles)
    from lazyoci.publish import Options, publish_content, source_date_epoch

    options = Options(
        artifacts=artifacts,
        dry_run=dry_run,
        ask=ask,
        keep_going=keep_going,
        no_clobber=no_clobber,
        max_tags=max_tags,
        jobs=jobs,
        epoch=source_date_epoch(os.environ),
    )
    cancelled = threading.Event()
    silent = output != "text" or (dry_run and not ask)
    inspects = not (files or allowed or goals)
    if inspects and not dry_run:
        options = Options(artifacts=artifacts, dry_run=True)
    how = _how(allowed, mapped, partial=partial, inspects=inspects or bool(files))
    git = RealGit()
    world = World(git=git, tag=tag, face=Face.BUILD, stated=stated(occasion, tag), variables=variables, outside=outside)

    checked: list[Checked] = []

    def collect(events: Silent) -> Jobs:
        from lazyoci.publish import proposed
        from lazyoci.publish.clock import clock_of, told

        if goals:
            return _from_layout(bundles, goals, options, events, cancelled, referrers=referrers)
        opened = open_all(bundles)
        if not files:
            verify_all(opened, events, cancelled)
            found = proposed.from_plans(opened, options, how)
            _warn_of_changes(found, opened)
            return found
        clock = clock_of(opened[0], world.now) if opened else None
        then = world if clock is None else world.at(clock.moment)
        checked[:] = check_all(files, then, git, artifacts, False, True, only=proposed.without_content)
        verify_all(opened, events, cancelled)
        found = proposed.from_files(checked, opened, options, replace(how, clock=clock))
        _warn_of_changes(found, opened)
        _warn_of_releases(found, opened)
        _tell("" if clock is None else told(found, clock))
        return found

    def run(events: Silent) -> list[ArtifactResult]:
        found = collect(events)
        _show_mapping(found, how)
        return publish_content(found, options, lambda: _connect(insecure, ca, cancelled, jobs), events, cancelled)

    results, crash = carry_out(run, cancelled, silent=silent)
    code = tell(results, crash, cancelled, output, dry_run=options.dry_run, asked=ask, metadata_file=metadata_file)
    if code is not None:
        return code
    failed = any(result.failed for result in results)
    if inspects and not dry_run:
        say(
            "lazyoci: this is what the bundle proposes, and nothing was published",
            "Give --file .lazy to publish it as this checkout says, or --allow PREFIX to let the bundle say where.",
            style="error",
        )
        return 1 if failed else 2
    why = "" if failed or inspects else nothing(results, require_published)
    if why:
        meant = "--tag" if tag else "--artifact" if artifacts else "--require-published" if require_published else ""
        say_nothing(why, meant, "" if is_of_a_line(tag, checked) else tag)
        return 1 if meant else 0
    return 1 if failed else 0


def _refuse_contradictions(
    files: Sequence[str],
    allowed: Sequence[str],
    goals: Sequence[str],
    mapped: Sequence[str],
    *,
    dry_run: bool,
    ask: bool,
) -> None:
    given = [name for name, values in (("--file", files), ("--allow", allowed), ("--to", goals)) if values]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} contradict each other", hint="give one of them")
    if goals and mapped:
        raise UsageError("--to and --map contradict each other", hint="write the whole reference with --to")
    if ask and not dry_run:
        raise UsageError("--check is for a dry run alone; add --dry-run")
    if ask and not given:
        raise UsageError("--check needs to know what may be published", hint="give --file, --allow or --to")


def _how(allowed: Sequence[str], mapped: Sequence[str], *, partial: bool, inspects: bool) -> Publishing:
    from lazyoci.bundle.prefixes import parse_mappings, parse_prefix
    from lazyoci.publish.proposed import Publishing

    prefixes = tuple([parse_prefix(one, "--allow") for one in allowed])
    return Publishing(None if inspects else prefixes, parse_mappings(mapped), partial)


def _warn_of_changes(jobs: Jobs, bundles: Sequence[Bundle]) -> None:
    changed = {one.name for bundle in bundles for one in bundle.plan.artifacts if one.dirty}
    for job in jobs:
        if job.ready and job.result.name in changed:
            warn(f"{job.result.name} was built with changes that are not committed, which no commit holds")


def _warn_of_releases(jobs: Jobs, bundles: Sequence[Bundle]) -> None:
    """Say of a bundle that was built for a release where this run is for a branch: perhaps `--tag` is forgotten."""
    built = {
        one.name: one.version
        for bundle in bundles
        for one in bundle.plan.artifacts
        if one.event == TAG and one.version and "release" in one.occasion
    }
    for job in jobs:
        values = None if job.planned is None else job.planned.resolved.values.base
        if values is None or values.occasion is None or not job.ready or job.result.name not in built:
            continue
        if values.occasion.event.kind == BRANCH:
            version = built[job.result.name]
            line = None if values.origin is None else values.origin.line
            meant = f"v{version}" if line is None else line.tag(version)
            fact = f"{job.result.name} was built for the release {version}, and this run is for {values.occasion.shown}"
            warn(f"{fact}; if that release is meant: --tag {meant}")


def _tell(text: str) -> None:
    if text and not console().quiet:
        say(text)


def _from_layout(
    places: Sequence[Path],
    goals: Sequence[str],
    options: Options,
    events: Silent,
    cancelled: threading.Event,
    *,
    referrers: bool,
) -> Jobs:
    from lazyoci.publish.origin import from_layout
    from lazyoci.publish.proposed import from_layout as job_of

    if len(places) != 1:
        raise UsageError("--to publishes one layout", hint="publish them one after another")
    references = [target(one, "--to") for one in dict.fromkeys(goals)]
    name = str(places[0])
    events.started(name, "verifying")
    try:
        wanted = options.artifacts[0] if options.artifacts else ""
        origin = from_layout(places[0], wanted, referrers=referrers, progress=counter(events, name, cancelled))
    finally:
        events.finished(name)
    return job_of(replace(origin, shown=wanted or places[0].name), references, options)


def _show_mapping(jobs: Jobs, how: Publishing) -> None:
    """Say where everything goes, before it does."""
    for job in jobs if how.mappings else ():
        for old, new in job.mapped:
            _tell(f"{old} → {new}")


def _connect(insecure: bool, ca: Path | None, cancelled: threading.Event, jobs: int) -> Client:
    from lazyoci.cli.connect import connect

    return connect(insecure=insecure, ca=ca, cancelled=cancelled, jobs=jobs)
