"""`pull --files`: writes the files of a generic artifact under their titles, or a chart as NAME-VERSION.tgz."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lazyoci import scratch
from lazyoci.errors import Interrupted, LayoutError
from lazyoci.layout.store import Store
from lazyoci.oci.annotations import TITLE, UNPACK
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.digest import CHUNK, short
from lazyoci.oci.mediatype import HELM_CHART, HELM_PROVENANCE, OCI_EMPTY
from lazyoci.transfer.find import Found, PullError
from lazyoci.unpack.directory import ArchiveTree, survey, unpack_directory
from lazyoci.unpack.limits import Budget, check_room
from lazyoci.unpack.safe_paths import make_parents, put, safe_parts


@dataclass(frozen=True, slots=True)
class TitledLayer:
    """A layer and its path below the destination; `packed`: it is a packed directory."""

    layer: Descriptor
    parts: tuple[str, ...]
    packed: bool = False


def unpackable(found: Found) -> Manifest:
    """The manifest whose layers are files; PullError for an image, and for an artifact with several manifests."""
    manifest = found.single
    if found.kind.name == "image":
        raise PullError(
            f"{found.reference} is an image, which has no files by name", hint="leave out --files to get an OCI layout"
        )
    if manifest is None:
        raise PullError(f"{found.reference} has several manifests", hint="choose one with --platform, or by its digest")
    return manifest


def unpack(
    found: Found,
    store: Store,
    directory: Path,
    *,
    large: bool = False,
    cancelled: threading.Event | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write every file below `directory`, at the path in its title; returns these paths in the manifest's order.

    Each file appears in one step, and replaces a file that was there. Nothing is written before all of it was read and
    checked. Without `large` there is a limit to what packed directories may expand to. Raises PullError for
    names that lead out, for links in the way and for hostile archives, LayoutError for broken content or a disk that
    refuses, and Interrupted.
    """
    manifest = unpackable(found)
    wanted = list(_chart(manifest, store) if found.kind.name == "helm" else _titled(manifest, warn))
    if not wanted:
        raise PullError(f"{found.reference} has no layer with a title ({TITLE})", hint="leave out --files")
    taken: dict[tuple[str, ...], str] = {}
    for one in wanted:
        if one.parts in taken:
            raise PullError(f"{found.reference} has two layers titled {'/'.join(one.parts)!r}")
        taken[one.parts] = one.layer.digest
    cancelled = cancelled or threading.Event()
    try:
        budget = Budget(large)
        trees = {one.parts: survey(store, one.layer, one.parts, budget, cancelled) for one in wanted if one.packed}
        directory.mkdir(parents=True, exist_ok=True)
        size = sum(one.layer.size for one in wanted if not one.packed)
        size += sum(sum(tree.files.values()) for tree in trees.values())
        check_room(directory, size, len(wanted) + budget.entries)
        links: list[Path] = []
        with scratch.directory(directory, scratch.PARTIAL) as room:
            for one in wanted:
                links += _put(one, trees.get(one.parts), store, directory, room, cancelled)
        _check_links(directory, links)
    except OSError as error:
        raise LayoutError(f"cannot unpack: {error.filename or directory}: {error.strerror or error}") from error
    return [directory.joinpath(*one.parts) for one in wanted]


def _check_links(directory: Path, links: Sequence[Path]) -> None:
    """Remove links that lead out because of a link that was in the directory before, and raise PullError."""
    inside = os.path.realpath(directory)
    bad = [link for link in links if not _loops(link) and not Path(os.path.realpath(link)).is_relative_to(inside)]
    if not bad:
        return
    target = bad[0].readlink()
    for link in bad:
        link.unlink()
    raise PullError(
        f"{bad[0]} would lead out of {directory}, to {target}, by way of a link that was there before; it was removed",
        hint="remove the other link, or choose another DIR",
    )


def _loops(link: Path) -> bool:
    """Whether a link leads back to itself. `realpath` returns the root directory for some of these."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _chart(manifest: Manifest, store: Store) -> Iterator[TitledLayer]:
    if manifest.config is None:
        raise PullError("the chart has no config")
    try:
        about = json.loads(store.read(manifest.config))
        name, version = about["name"], about["version"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise PullError("the chart's config names no chart and version") from None
    for layer in manifest.layers:
        ending = {HELM_CHART: ".tgz", HELM_PROVENANCE: ".tgz.prov"}.get(layer.media_type)
        if ending is not None:
            parts = safe_parts(f"{name}-{version}{ending}", "the chart")
            if len(parts) != 1:
                raise PullError(f"the chart is called {name!r} in version {version!r}, which is no file name")
            yield TitledLayer(layer, parts)


def _titled(manifest: Manifest, warn: Callable[[str], None]) -> Iterator[TitledLayer]:
    for layer in manifest.layers:
        title = layer.annotations.get(TITLE, "")
        if title:
            packed = layer.annotations.get(UNPACK) == "true"
            yield TitledLayer(layer, safe_parts(title.removesuffix("/"), f"layer {short(layer.digest)}"), packed)
        elif layer.media_type != OCI_EMPTY:
            warn(f"layer {short(layer.digest)} ({layer.media_type}) has no title; it is left out")


def _put(
    one: TitledLayer, tree: ArchiveTree | None, store: Store, directory: Path, room: Path, cancelled: threading.Event
) -> list[Path]:
    """Move a file or unpack a directory to its place; returns the links that this made."""
    if tree is not None:
        return unpack_directory(store, one.layer, one.parts, tree, directory, room, cancelled)
    goal = make_parents(directory, one.parts)
    temporary = room / "file"
    with store.open(one.layer) as source, temporary.open("wb") as out:
        while piece := source.read(CHUNK):
            if cancelled.is_set():
                raise Interrupted("stopped while unpacking")
            out.write(piece)
    put(temporary, goal)
    return []
