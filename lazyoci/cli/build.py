"""`lazyoci build`."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from lazyoci.cli.arguments import find
from lazyoci.cli.check_files import check_all
from lazyoci.cli.common import OUTPUTS, console, global_options, say, warn
from lazyoci.cli.complete import artifacts as artifact_names
from lazyoci.cli.published import carry_out, check_metadata_file, is_of_a_line, nothing, say_nothing, tell
from lazyoci.cli.values import (
    FilePath,
    connection_options,
    filled,
    outside_option,
    run_options,
    single,
    stated,
    value_options,
)
from lazyoci.errors import UsageError
from lazyoci.world import Face, RealGit, World

if TYPE_CHECKING:
    from lazyoci.progress import Silent
    from lazyoci.publish import ArtifactResult
    from lazyoci.registry.client import Client


def _platforms(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Platforms from a repeatable option that also takes comma lists; what is none is a usage error."""
    filled(ctx, param, values)
    found = tuple(one.strip() for given in values for one in given.split(",") if one.strip())
    if found:
        from lazyoci.rules.checks.unknown_platform import problem

        for one in found:
            if one.lower() == "all":
                raise click.BadParameter("all is no platform; leave --platform out for all that the file names")
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
@connection_options
@click.option("--layout", type=FilePath(), help="Also write an OCI image layout to this directory.")
@click.option(
    "--bundle",
    type=FilePath(),
    help="Only build, to a bundle for lazyoci publish: a directory, or a .tar. No registry is asked.",
)
@click.option("--no-clobber", is_flag=True, help="Refuse to move a tag that exists, unless the file says how it moves.")
@run_options
@click.option("--builder", default="", help="The buildx builder for image artifacts.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "buildx", "docker", "buildah", "podman"]),
    default="auto",
    show_default=True,
    help="What builds image artifacts.",
)
@click.option("--list", "lists", is_flag=True, help="Only list what is due, one line for each platform of an image.")
@click.option("--metadata-file", type=FilePath(), help="Also write the result as JSON to this file.")
@click.option(
    "-o",
    "--output",
    type=click.Choice([*OUTPUTS, "matrix", "gitlab-matrix"]),
    default="text",
    show_default=True,
    help="Format of the result; matrix and gitlab-matrix are for --list, as GitHub and GitLab take it.",
)
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
    bundle: Path | None,
    no_clobber: bool,
    max_tags: int,
    require_published: bool,
    keep_going: bool,
    jobs: int,
    builder: str,
    engine: str,
    lists: bool,
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
      lazyoci build --tag v1.0.0 --list -o matrix    # what is due, for CI
      lazyoci build --tag v1.0.0 --platform linux/arm64 --bundle arm64.tar
      LAZYOCI_REGISTRY=localhost:5050 lazyoci build --tag dev --insecure
    """
    if file is not None and paths and any(not _is_same(one, file) for one in paths):
        raise UsageError(f"--file {file} and {' '.join(paths)} name different files", hint="give one of them")
    if (ask or allow_unresolved) and not dry_run:
        option = "--check" if ask else "--allow-unresolved"
        raise UsageError(f"{option} is for a dry run alone; add --dry-run")
    written = click.get_current_context().get_parameter_source("push") is ParameterSource.COMMANDLINE
    if bundle is not None and push and written:
        raise UsageError(
            "--bundle and --push contradict each other", hint=f"leave --push out; then: lazyoci publish {bundle}"
        )
    if bundle is not None and dry_run:
        raise UsageError("--bundle and --dry-run contradict each other", hint="leave one of them out")
    if bundle is not None and layout is not None and bundle.absolute() == layout.absolute():
        raise UsageError(
            "--bundle and --layout name the same directory", hint="a bundle is a layout; leave --layout out"
        )
    if output not in OUTPUTS and not lists:
        raise UsageError(f"-o {output} is for --list alone; add --list")
    if lists:
        _refuse(dry_run=dry_run, bundle=bundle, layout=layout, metadata_file=metadata_file, no_push=not push)
    push = push and bundle is None
    if require_published and bundle is not None:
        raise UsageError("--require-published and --bundle contradict each other", hint="leave one of them out")
    if require_published and not push:
        raise UsageError("--require-published and --no-push contradict each other", hint="leave one of them out")
    _warn_of_unlikely(platforms)
    git = RealGit()
    said = stated(occasion, tag)
    world = World(git=git, tag=tag, face=Face.BUILD, stated=said, variables=variables, outside=outside)
    named = paths or ((file,) if file is not None else ())
    if lists:
        return _list(named, world, git, artifacts, platforms, output)
    check_metadata_file(metadata_file, layout, bundle)
    files = check_all(named, world, git, artifacts, allow_unresolved, push)
    from lazyoci.publish import Options, publish, source_date_epoch

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
        bundle=bundle,
        jobs=jobs,
        builder=builder,
        engine=engine,
        epoch=source_date_epoch(os.environ),
    )
    cancelled = threading.Event()

    def run(events: Silent) -> list[ArtifactResult]:
        return publish(files, options, lambda: _connect(insecure, ca, cancelled, jobs), events, cancelled)

    results, crash = carry_out(run, cancelled, silent=output != "text" or (dry_run and not ask))
    code = tell(results, crash, cancelled, output, dry_run=dry_run, asked=ask, metadata_file=metadata_file)
    if code is not None:
        return code
    why = "" if not push or any(result.failed for result in results) else nothing(results, require_published)
    if why:
        meant = "--tag" if tag else "--artifact" if artifacts else "--require-published" if require_published else ""
        say_nothing(why, meant, "" if is_of_a_line(tag, files) else tag)
        return 1 if meant else 0
    if any(result.failed for result in results):
        return 1
    if bundle is not None and not console().quiet:
        given = (("--file", named or (".lazy",)), ("--tag", (tag,) if tag else ()), ("--artifact", artifacts))
        pairs = [f"{name}={value}" for name, value in variables.items()]
        also = (("--var", pairs), ("--occasion", occasion), ("--allow-outside", outside))
        say(f"Wrote {bundle}. Publish it: {_publishing(bundle, (*given, *also))}")
    return 0


def _publishing(bundle: Path, options: Sequence[tuple[str, Sequence[str]]]) -> str:
    """The command that publishes a bundle under the tags that it was built for: with what decided them here."""
    words = ["lazyoci", "publish", str(bundle)]
    for option, values in options:
        words += [word for value in values for word in (option, value)]
    return shlex.join(words)


def _refuse(**others: object) -> None:
    """Raise UsageError for options that contradict --list."""
    for option, given in others.items():
        if given:
            name = f"--{option.replace('_', '-')}"
            raise UsageError(f"--list and {name} contradict each other", hint=f"leave {name} out")


def _list(
    named: tuple[str, ...],
    world: World,
    git: RealGit,
    artifacts: tuple[str, ...],
    platforms: tuple[str, ...],
    output: str,
) -> int:
    from lazyoci.cli.listing import show
    from lazyoci.publish import Options
    from lazyoci.publish.proposed import without_content

    files = check_all(named, world, git, artifacts, False, True, only=without_content)
    return show(files, Options(artifacts=artifacts, platforms=platforms), output)


def _connect(insecure: bool, ca: Path | None, cancelled: threading.Event, jobs: int) -> Client:
    from lazyoci.cli.connect import connect

    return connect(insecure=insecure, ca=ca, cancelled=cancelled, jobs=jobs)


def _is_same(one: str, other: str) -> bool:
    """Whether two arguments mean one file: a directory means the file in it."""
    if Path(one).exists() and Path(other).exists():
        return find(one).absolute() == find(other).absolute()
    return Path(one).absolute() == Path(other).absolute()
