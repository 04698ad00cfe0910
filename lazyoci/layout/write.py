"""Writes an OCI image layout (image-spec image-layout.md): first the blobs; at the end index.json is replaced."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lazyoci import scratch
from lazyoci.errors import LayoutError
from lazyoci.frozen import replace
from lazyoci.layout.read import INDEX, LAYOUT_BYTES, LAYOUT_FILE, PLAN, REF_NAME, blob_path, is_layout, open_layout
from lazyoci.layout.store import Built, Store, hasher_for, walk
from lazyoci.locks import locked
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

UNFINISHED = ".partial-bundle"  # in a directory that is to become a bundle, until it is one
_CHUNK = 1 << 20


def write(
    built: Built, directory: Path, names: Sequence[str], *, progress: Callable[[int], None] | None = None
) -> None:
    """Add what was built to the layout at `directory`, under each of `names`. The layout is created if needed.

    A name is a full reference, written to `org.opencontainers.image.ref.name`. A name that the layout has already is
    moved; other names stay. If writing is interrupted, the layout is as before, except for blobs that nothing points
    to. Raises LayoutError when the directory is not empty and not a layout, or cannot be written. Several processes may
    write at the same time.
    """
    try:
        prepare(directory)
        for descriptor, _ in walk(built.store, built.root):
            copy_blob(built.store, descriptor, directory, progress)
        point(directory, built.root, names)
    except OSError as error:
        place = error.filename or directory
        raise LayoutError(f"cannot write the layout: {place}: {error.strerror or error}") from error


def _merged(old: Sequence[Mapping[str, Any]], root: Descriptor, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The new entries of the index. Names keep their places, so writing the same again changes nothing."""
    new = {name: replace(root, annotations={**root.annotations, REF_NAME: name}).to_json() for name in names}
    out: list[Mapping[str, Any]] = []
    for entry in old:
        name = (entry.get("annotations") or {}).get(REF_NAME)
        if name not in names:
            out.append(entry)
        elif name in new:
            out.append(new.pop(name))
    return [*out, *new.values()]


def point(directory: Path, root: Descriptor, names: Sequence[str]) -> None:
    """Make each of `names` point to `root`, whose blobs are all there: the last step of writing. Raises as `write`."""
    with _held(directory):
        old = open_layout(directory).raw_entries if (directory / INDEX).exists() else ()
        index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": _merged(old, root, names)}
        _replace(directory / INDEX, dump(index))


def add_unnamed(directory: Path, roots: Sequence[Descriptor]) -> None:
    """List manifests whose blobs are all there without a name, as oras lists referrers. Raises as `point`."""
    with _held(directory):
        old = list(open_layout(directory).raw_entries) if (directory / INDEX).exists() else []
        known = {entry.get("digest") for entry in old}
        new = [root.to_json() for root in roots if root.digest not in known]
        if new:
            index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [*old, *new]}
            _replace(directory / INDEX, dump(index))


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Lock the index while it is changed, so that entries which other processes write at the same time are not lost."""
    while True:
        try:
            with locked(directory / LAYOUT_FILE):
                yield
                return
        except FileNotFoundError:
            if (directory / LAYOUT_FILE).exists():
                raise
            _mark(directory)  # another run that failed has removed it


def prepare(directory: Path, *, shared: bool = False, for_bundle: bool = False) -> None:
    """Make a directory, and mark it as a layout, so that interrupted work can be continued in it.

    Raises LayoutError when it is a bundle, unless it is made `for_bundle`, when it holds other files, unless it is
    `shared`, and OSError when it cannot be made.
    """
    if not for_bundle:
        refuse_bundle(directory)
    directory.mkdir(parents=True, exist_ok=True)
    others = [path for path in directory.iterdir() if not path.name.startswith(".partial")]
    # checked after the listing, because another run that starts here at the same time makes this file first
    if others and not shared and not (directory / LAYOUT_FILE).exists():
        raise LayoutError(
            f"{directory} is neither empty nor an OCI layout: it has no {LAYOUT_FILE} file",
            hint="choose a new directory",
        )
    _mark(directory)
    (directory / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    for place in (directory, directory / "blobs" / "sha256", directory / "blobs" / "sha512"):
        scratch.sweep(place, scratch.PARTIAL)


def refuse_bundle(directory: Path) -> None:
    """Raise LayoutError for a bundle: its plan would no longer be what it holds, and nobody would publish it."""
    if os.path.lexists(directory / PLAN):
        raise LayoutError(
            f"{directory} is a bundle: it has a {PLAN}, which says what it holds", hint="choose a new directory"
        )
    if os.path.lexists(directory / UNFINISHED):
        raise LayoutError(
            f"{directory} is a bundle that was not finished",
            hint="choose a new directory, or finish it: lazyoci build --bundle",
        )


def _mark(directory: Path) -> None:
    """Write the file `oci-layout`, unless it is there. Writers also lock this file."""
    path = directory / LAYOUT_FILE
    if is_layout(directory):
        return
    if path.exists():
        _replace(path, LAYOUT_BYTES)
        return
    # a file that another run has just made is never replaced: a lock on the replaced file would protect nothing
    with scratch.file(directory) as (out, temporary):
        out.write(LAYOUT_BYTES)
        out.flush()
        os.fsync(out.fileno())
        scratch.publish_new(out, temporary, path)


def copy_blob(
    store: Store, descriptor: Descriptor, directory: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Copy one blob to the layout unless it is there; LayoutError when its content does not match its digest."""
    goal = blob_path(directory, descriptor.digest)
    if goal.is_file() and goal.stat().st_size == descriptor.size and _holds(goal, descriptor.digest):
        return
    goal.parent.mkdir(parents=True, exist_ok=True)
    hasher = hasher_for(descriptor.digest)
    size = 0
    with scratch.file(goal.parent) as (out, temporary), store.open(descriptor) as source:
        while piece := source.read(_CHUNK):
            hasher.update(piece)
            size += len(piece)
            if size > descriptor.size:
                break
            out.write(piece)
            if progress is not None:
                progress(len(piece))
        if size != descriptor.size or f"{hasher.name}:{hasher.hexdigest()}" != descriptor.digest:
            raise LayoutError(f"blob {descriptor.digest} does not have the content its digest promises")
        scratch.publish(out, temporary, goal)  # readable for everyone who may read the layout's directory


def _holds(path: Path, digest: str) -> bool:
    hasher = hasher_for(digest)
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            hasher.update(piece)
    return f"{hasher.name}:{hasher.hexdigest()}" == digest


def _replace(path: Path, data: bytes) -> None:
    """Replace a file in one step, unless it already holds `data`."""
    if path.is_file() and path.read_bytes() == data:
        return
    with scratch.file(path.parent) as (out, temporary):
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
        scratch.publish(out, temporary, path)
