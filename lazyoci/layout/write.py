"""Writes an OCI image layout (image-spec image-layout.md): blobs first, index.json replaced last, in one step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lazyoci.errors import LayoutError
from lazyoci.frozen import replace
from lazyoci.layout.read import INDEX, LAYOUT_FILE, REF_NAME, blob_path, open_layout
from lazyoci.layout.store import Built, Store, hasher_for, walk
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, dump

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LAYOUT_BYTES = b'{"imageLayoutVersion":"1.0.0"}'
_CHUNK = 1 << 20


def write(
    built: Built, directory: Path, names: Sequence[str], *, progress: Callable[[int], None] | None = None
) -> None:
    """Add what was built to the layout at `directory`, making it if needed, under each of `names`.

    A name is a full reference and stands in `org.opencontainers.image.ref.name`; a name that was there moves, the
    others stay. Whatever is interrupted leaves the layout as it was, apart from blobs nothing points to. Raises
    LayoutError when the directory is no layout and not empty, or cannot be written. Not for two writers at once.
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
    """The entries of the index: each name once, where it was, so that writing again changes nothing."""
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
    """Have each of `names` mean `root`, whose blobs are all there: the last step of writing. Raises as `write`."""
    old = open_layout(directory).raw_entries if (directory / INDEX).exists() else ()
    index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": _merged(old, root, names)}
    _replace(directory / LAYOUT_FILE, _LAYOUT_BYTES)
    _replace(directory / INDEX, dump(index))


def prepare(directory: Path, *, shared: bool = False) -> None:
    """Make the directory of a layout, and mark it as one, so that work which is interrupted can be taken up.

    Raises LayoutError when it holds something else, unless it is `shared`, and OSError when it cannot be made.
    """
    directory.mkdir(parents=True, exist_ok=True)
    others = [path for path in directory.iterdir() if not path.name.startswith(".partial")]
    # looked for after the listing: another run that begins here at the same time makes it before anything else
    if others and not shared and not (directory / LAYOUT_FILE).exists():
        raise LayoutError(
            f"{directory} is neither empty nor an OCI layout: it has no {LAYOUT_FILE} file",
            hint="choose a new directory",
        )
    _replace(directory / LAYOUT_FILE, _LAYOUT_BYTES)
    (directory / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)


def copy_blob(
    store: Store, descriptor: Descriptor, directory: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Bring one blob into the layout unless it is there; LayoutError when its content is not what its digest says."""
    goal = blob_path(directory, descriptor.digest)
    if goal.is_file() and goal.stat().st_size == descriptor.size and _holds(goal, descriptor.digest):
        return
    goal.parent.mkdir(parents=True, exist_ok=True)
    hasher = hasher_for(descriptor.digest)
    size = 0
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=goal.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out, store.open(descriptor) as source:
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
        _publish(temporary, goal)
    finally:
        temporary.unlink(missing_ok=True)


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
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        _publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _publish(temporary: Path, goal: Path) -> None:
    # mkstemp makes files for their owner alone; a layout is for whoever may read its directory
    temporary.chmod(0o644)
    temporary.replace(goal)
