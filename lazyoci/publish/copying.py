"""`lazyoci copy`: one artifact and all that is about it, from a repository or layout to others."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from lazyoci import errors, scratch
from lazyoci.errors import LayoutError, LazyociError, UsageError
from lazyoci.frozen import frozen, replace
from lazyoci.layout.store import Store, walk
from lazyoci.layout.write import add_unnamed, copy_blob, point, prepare, write
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Reference
from lazyoci.progress import Progress
from lazyoci.publish.job import Job
from lazyoci.publish.options import Options
from lazyoci.publish.origin import Origin, check_unmoved
from lazyoci.publish.places import look_at
from lazyoci.publish.result import ArtifactResult, ReferenceResult
from lazyoci.publish.run import publish_content
from lazyoci.publish.steps import with_content
from lazyoci.registry.client import Client
from lazyoci.transfer.outcome import Outcome, Wanted
from lazyoci.transfer.pull import pull


@frozen
class Goals:
    """Where a copy goes: references, and layouts in directories or tars."""

    references: tuple[Reference, ...] = ()
    places: tuple[Path, ...] = ()


def copy(
    origin: Origin,
    goals: Goals,
    client: Client,
    options: Options,
    events: Progress,
    cancelled: threading.Event,
) -> list[ArtifactResult]:
    """Copy to all `goals`; the result has all of them, in their order: first references, then layouts.

    Nothing goes anywhere if a registry refuses, a layout cannot be written, or if the source has moved meanwhile,
    unless `options.keep_going`.
    """
    moved = check_unmoved(origin, client)
    job = _job(origin, goals.references, options)
    if moved is not None:
        job = job.failing(moved)
    seen = [_look(origin, place, options) for place in goals.places]
    if not options.keep_going and not options.dry_run:
        job = job.failing(*[one.error for one in seen if one.error is not None])
    result = job.result
    if job.references:
        (result,) = publish_content((job,), options, lambda: client, events, cancelled, keep_open=True)
    for place, outcome in zip(goals.places, seen, strict=True):
        result = _with_place(result, origin, place, outcome, client, options, events, cancelled)
    return [result]


def _look(origin: Origin, place: Path, options: Options) -> Outcome:
    return look_at(place, _name(origin), origin.built.root.digest, no_clobber=options.no_clobber)


def _job(origin: Origin, references: Sequence[Reference], options: Options) -> Job:
    nothing = Outcome("planned" if options.dry_run else "skipped")
    type_ = {"image": "image", "helm": "helm"}.get(origin.kind, "artifact")
    shown = tuple([ReferenceResult(str(one), nothing) for one in references])
    also = origin.companions
    result = ArtifactResult(origin.shown, type_, 0, None, shown, referrers=len(also.found), not_carried=also.left_out)
    wanted = Wanted(origin.shown, tuple(references))
    job = Job(None, None, tuple(references), result, goes_to=wanted, lies_in=origin.lies_in, companions=also.found)
    return with_content(job, origin.built)


def _with_place(
    result: ArtifactResult,
    origin: Origin,
    place: Path,
    outcome: Outcome,
    client: Client,
    options: Options,
    events: Progress,
    cancelled: threading.Event,
) -> ArtifactResult:
    problems: tuple[LazyociError, ...] = (outcome.error,) if outcome.error is not None else ()
    try:
        if problems:
            pass
        elif result.failed and not options.keep_going:
            outcome = replace(outcome, state="skipped")
        elif not options.dry_run:
            _to_layout(origin, place, _name(origin), client, events, cancelled)
            outcome = replace(outcome, pushed=outcome.state != "unchanged")
    except Exception as error:  # noqa: BLE001 - what went elsewhere must not be lost
        found = errors.of(error)
        outcome, problems = Outcome("failed", outcome.digest, error=found), (found,)
    references = (*result.references, ReferenceResult(str(place), outcome))
    new = [one for one in problems if one not in result.errors]
    return replace(result, references=references, errors=(*result.errors, *new))


def _name(origin: Origin) -> str:
    return str(origin.reference) if origin.reference is not None else origin.shown.rpartition("/")[2]


def check_place(place: Path) -> None:
    """Raise UsageError for a path that no layout can be written to."""
    if place.name.endswith((".tar.gz", ".tgz", ".tar.zst", ".zip")):
        raise UsageError(f"{place}: a layout is a directory or a .tar", hint="choose a name that ends in .tar")
    if place.exists() and not place.is_dir() and place.suffix != ".tar":
        raise UsageError(f"{place} is a file", hint="choose a directory, or a name that ends in .tar")


def _to_layout(
    origin: Origin, place: Path, name: str, client: Client, events: Progress, cancelled: threading.Event
) -> None:
    if place.suffix != ".tar":
        _to_directory(origin, place, name, client, events, cancelled)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with scratch.directory(place.parent, scratch.PARTIAL) as work:
        _to_directory(origin, work / "layout", name, client, events, cancelled)
        with scratch.file(place.parent) as (out, temporary):
            _pack(work / "layout", out)
            scratch.publish(out, temporary, place)


def _to_directory(
    origin: Origin, place: Path, name: str, client: Client, events: Progress, cancelled: threading.Event
) -> None:
    """Companions come first, so that what has a name is complete."""
    try:
        prepare(place)
        unnamed = []
        for one in origin.companions.found:
            root = one.content.root
            _blobs(origin.built.store, root, place)
            if one.tag:
                point(place, root, [f"{origin.lies_in}:{one.tag}" if origin.lies_in is not None else one.tag])
            else:
                unnamed.append(root)
        add_unnamed(place, unnamed)
    except OSError as error:
        raise LayoutError(f"cannot write the layout: {error.filename or place}: {error.strerror or error}") from error
    if origin.found is not None:
        pull(origin.found, client, place, progress=events, cancelled=cancelled)
    else:
        write(origin.built, place, [name])


def _blobs(store: Store, root: Descriptor, place: Path) -> None:
    for descriptor, _ in walk(store, root):
        copy_blob(store, descriptor, place)


def _pack(directory: Path, out: BinaryIO) -> None:
    """A tar of a layout: the same layout gives the same bytes."""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                entry = tarfile.TarInfo(path.relative_to(directory).as_posix())
                entry.size, entry.mode = path.stat().st_size, 0o644
                with path.open("rb") as stream:
                    tar.addfile(entry, stream)
