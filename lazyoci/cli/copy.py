"""`lazyoci copy`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lazyoci.cli.common import global_options, output_option, warn
from lazyoci.cli.complete import registries
from lazyoci.cli.implied_host import check_source, target
from lazyoci.cli.published import carry_out, check_metadata_file, tell
from lazyoci.cli.values import FilePath, connection_options
from lazyoci.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from lazyoci.oci.platform import Platform
    from lazyoci.progress import Silent
    from lazyoci.publish import ArtifactResult
    from lazyoci.publish.copying import Goals
    from lazyoci.publish.origin import Origin
    from lazyoci.registry.client import Client


@click.command()
@click.argument("source", shell_complete=registries)
@click.argument("targets", nargs=-1, metavar="TARGET...", shell_complete=registries)
@click.option("--platform", "platforms", multiple=True, help="Only these platforms, which changes the digest; a,b.")
@click.option("--referrers/--no-referrers", default=True, help="Take signatures and attestations along (default).")
@click.option("--dry-run", is_flag=True, help="Ask the registries what would be copied, and do nothing.")
@click.option("--no-clobber", is_flag=True, help="Refuse to move a tag that exists.")
@click.option("--keep-going", is_flag=True, help="Copy to the other targets when one fails.")
@connection_options
@click.option(
    "--jobs", metavar="N", type=click.IntRange(1, 64), default=4, show_default=True, help="How much runs at a time."
)
@click.option("--metadata-file", type=FilePath(), help="Also write the result as JSON to this file.")
@output_option
@global_options
def command(
    source: str,
    targets: tuple[str, ...],
    platforms: tuple[str, ...],
    referrers: bool,
    dry_run: bool,
    no_clobber: bool,
    keep_going: bool,
    insecure: bool,
    ca: Path | None,
    jobs: int,
    metadata_file: Path | None,
    output: str,
) -> int:
    """Copy one artifact, byte for byte, with the signatures, attestations and SBOMs that are about it.

    SOURCE and TARGET are references, HOST/REPOSITORY:TAG, or OCI layouts: a directory or a .tar, written with a slash,
    as ./layout, and of a SOURCE with several entries ./layout:NAME. What is about the artifact is found by the
    registry's referrers API, by the tag that stands in for it, and by the tags of cosign; what a registry does not take
    is told. Within one host, blobs are mounted, and no byte passes through this machine.

    \b
    Examples:
      lazyoci copy ghcr.io/a/dev:1.4.0 ghcr.io/a/api:1.4.0 ghcr.io/a/api:1
      lazyoci copy ghcr.io/acme/api@sha256:… harbor.lan/acme/api:1.4.0
      lazyoci copy ghcr.io/acme/api:1.4.0 ./api.tar
      lazyoci copy ./api.tar harbor.lan/acme/api:1.4.0
    """
    from lazyoci.publish import Options

    for what, texts in (("SOURCE", (source,)), ("TARGET", targets)):
        if not all(one.strip() for one in texts):
            raise UsageError(f"{what} is empty", hint="write HOST/REPOSITORY:TAG, or the path of a layout")
    goals = _goals(targets)
    check_metadata_file(metadata_file, _place(source)[0], *goals.places)
    wanted = _platforms(platforms)
    options = Options(
        dry_run=dry_run, ask=dry_run, keep_going=keep_going, no_clobber=no_clobber, jobs=jobs, push=not dry_run
    )
    cancelled = threading.Event()

    def run(events: Silent) -> list[ArtifactResult]:
        from lazyoci.cli.connect import connect
        from lazyoci.publish.copying import copy

        with connect(insecure=insecure, ca=ca, cancelled=cancelled, jobs=jobs) as client:
            origin = _origin(source, wanted, client, events, cancelled, referrers=referrers)
            if origin.note:
                warn(origin.note)
            return copy(origin, goals, client, options, events, cancelled)

    results, crash = carry_out(run, cancelled, silent=output != "text")
    code = tell(results, crash, cancelled, output, dry_run=dry_run, asked=dry_run, metadata_file=metadata_file)
    if code is not None:
        return code
    return 1 if any(result.failed for result in results) else 0


def _platforms(texts: Sequence[str]) -> tuple[Platform, ...]:
    from lazyoci.oci.platform import PlatformError, parse

    names = [one.strip() for text in texts for one in text.split(",")]
    if not all(names):
        raise UsageError("--platform is empty", hint="write one, as in linux/amd64")
    if "all" in names:
        raise UsageError("--platform all is no platform", hint="leave it out: without --platform all are copied")
    try:
        return tuple(dict.fromkeys(map(parse, names)))
    except PlatformError as error:
        raise UsageError(error.message, hint=error.hint) from None


def _is_place(text: str) -> bool:
    """Whether an argument is a path: it begins as one, or ends as a tar. No reference does."""
    return text.startswith(("/", "./", "../", "~")) or text in (".", "..") or text.endswith(".tar")


def _goals(targets: Sequence[str]) -> Goals:
    from lazyoci.publish.copying import Goals, check_place

    if not targets:
        raise UsageError("TARGET... is missing", hint="name where it goes: HOST/REPOSITORY:TAG, or ./DIRECTORY")
    places = tuple([Path(one) for one in dict.fromkeys(targets) if _is_place(one)])
    for place in places:
        check_place(place)
    references = []
    for text in dict.fromkeys(one for one in targets if not _is_place(one)):
        if Path(text).exists():
            raise UsageError(f"{text} may be a path or a reference", hint=f"write ./{text} for the path")
        references.append(target(text))
    return Goals(tuple(references), places)


def _origin(
    source: str,
    platforms: tuple[Platform, ...],
    client: Client,
    events: Silent,
    cancelled: threading.Event,
    *,
    referrers: bool,
) -> Origin:
    from lazyoci.oci.reference import parse
    from lazyoci.publish.origin import from_layout, from_registry

    def count(size: int) -> None:
        if cancelled.is_set():
            raise Interrupted("stopped before anything was sent")
        events.sent(source, size)

    place, name = _place(source)
    reference = parse(source) if place is None else None  # before it is shown, as it may have a password
    if reference is not None:
        check_source(source, reference)
    events.started(source, "reading")
    try:
        if reference is not None:
            return from_registry(reference, client, platforms, referrers=referrers)
        assert place is not None
        return from_layout(place, name, platforms, referrers=referrers, progress=count)
    finally:
        events.finished(source)


def _place(source: str) -> tuple[Path | None, str]:
    """The layout that SOURCE names, and the name of its entry; None for a reference."""
    path, _, name = source.partition(":")
    if Path(source).exists() and (_is_place(source) or ":" not in source):
        return Path(source), ""
    if _is_place(path):
        return Path(path), name
    return None, ""
