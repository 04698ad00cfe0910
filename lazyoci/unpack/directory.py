"""Unpacks a directory that oras or lazyoci packed into a layer, which may be hostile.

The layer is read and decompressed twice, so that the tar is never written to the disk: the first time to check all of
it, the second time to write its files.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from lazyoci.errors import Interrupted
from lazyoci.layout.compression import GZIP, NONE, Readable, gunzip, sniff
from lazyoci.layout.store import Store
from lazyoci.layout.tar_index import Frugal
from lazyoci.oci.annotations import CONTENT_DIGEST
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import CHUNK, short
from lazyoci.oci.names import link_flaw
from lazyoci.transfer.find import PullError
from lazyoci.unpack.limits import Budget
from lazyoci.unpack.safe_paths import make_parents, put, safe_parts

_NO_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class ArchiveTree:
    """What an archive holds, by the parts of each path: the sizes of files, and the targets of links."""

    directories: list[tuple[str, ...]] = field(default_factory=list)
    files: dict[tuple[str, ...], int] = field(default_factory=dict)
    links: dict[tuple[str, ...], str] = field(default_factory=dict)


def survey(
    store: Store, layer: Descriptor, title: Sequence[str], budget: Budget, cancelled: threading.Event
) -> ArchiveTree:
    """Read a layer to its end without writing anything. Every name in it must begin with its title.

    Raises PullError for an archive that is hostile, is too large for `budget`, or whose tar does not have the digest in
    the layer's annotation, LayoutError for broken content, and Interrupted.
    """
    what = f"layer {short(layer.digest)}"
    promised = layer.annotations.get(CONTENT_DIGEST, "")
    tree = ArchiveTree()
    with store.open(layer) as stream:
        inner = _Inner(_expanded(stream, what), cancelled, lambda count: budget.expanded(layer, count))
        for entry in _entries(inner, what):
            budget.entry()
            _add(tree, entry, title, what)
            inner.seek(entry.offset_data + entry.size)
            if inner.tell() != entry.offset_data + entry.size:
                raise PullError(f"{what} ends within {entry.name!r}, which claims {entry.size} bytes")
        inner.drain()
    if promised.startswith("sha256:") and inner.digest != promised:
        raise PullError(f"{what} expands to {short(inner.digest)}, not to {short(promised)} as it says")
    _check_shape(tree, title, what)
    return tree


def unpack_directory(
    store: Store,
    layer: Descriptor,
    title: Sequence[str],
    tree: ArchiveTree,
    directory: Path,
    room: Path,
    cancelled: threading.Event,
) -> list[Path]:
    """Unpack a checked layer to `directory/title`, replacing files that are there; returns the links that it made.

    `room` is an empty directory on the same disk, from which each file is moved into place in one step.
    """
    what = f"layer {short(layer.digest)}"
    make_parents(directory, (*title, "_"))
    for parts in tree.directories:
        make_parents(directory, (*parts, "_"))
    with store.open(layer) as stream:
        inner = _Inner(_expanded(stream, what), cancelled, lambda _: None)
        for entry in _entries(inner, what):
            parts = safe_parts(entry.name.removesuffix("/"), f"an entry of {what}")
            if entry.isdir() or entry.issym():
                continue
            if tree.files.get(parts) != entry.size:
                raise PullError(f"{what} changed while it was being unpacked", hint="pull again")
            piece = room / "file"
            with piece.open("wb") as file:
                inner.seek(entry.offset_data)
                _copy(inner, file, entry.size)
            piece.chmod(0o755 if entry.mode & 0o100 else 0o644)
            put(piece, make_parents(directory, parts))
    made = []
    for parts, target in tree.links.items():  # links come last, so that no file is written through one
        link = room / "link"
        os.symlink(target, link)  # noqa: PTH211  # the text as it is, not a path made of it
        made.append(make_parents(directory, parts))
        put(link, made[-1])
    return made


def _expanded(stream: BinaryIO, what: str) -> Readable:
    """A stream of the tar inside a layer."""
    kind = sniff(stream.read(4))
    stream.seek(0)
    if kind not in (GZIP, NONE):
        raise PullError(f"{what} is packed with {kind}, which cannot be unpacked here", hint="leave out --files")
    return gunzip(stream, what, _NO_LIMIT) if kind == GZIP else stream


class _Inner:
    """A tar that is being decompressed: it is read forward only, hashed and counted, and not kept in memory."""

    def __init__(self, source: Readable, cancelled: threading.Event, count: Callable[[int], None]) -> None:
        self._source, self._cancelled, self._count = source, cancelled, count
        self._hasher = hashlib.sha256()
        self._at = 0

    def read(self, size: int) -> bytes:
        """`size` bytes; fewer only at the end."""
        pieces = []
        while size and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        if self._cancelled.is_set():
            raise Interrupted("stopped while unpacking")
        piece = self._source.read(min(size, CHUNK))
        self._hasher.update(piece)
        self._at += len(piece)
        self._count(self._at)
        return piece

    def tell(self) -> int:
        """How many bytes were read."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Skip to `offset`, or to the end if that comes first."""
        if whence or offset < self._at:
            raise ValueError("a tar that leads back")
        while self._at < offset and self._piece(offset - self._at):
            pass
        return self._at

    def drain(self) -> None:
        """Read what comes after the last entry."""
        while self._piece(CHUNK):
            pass

    @property
    def digest(self) -> str:
        """The digest of everything that was read."""
        return f"sha256:{self._hasher.hexdigest()}"


def _entries(inner: _Inner, what: str) -> Iterator[tarfile.TarInfo]:
    """The headers, one at a time; PullError if one is broken."""
    try:
        stream = cast(IO[bytes], Frugal(cast(BinaryIO, inner), Path(what)))
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            while (entry := archive.next()) is not None:
                cast(Any, archive).members.clear()  # otherwise tarfile would keep all of them in memory
                yield entry
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        raise PullError(f"{what} is not a tar archive: {error}") from None


def _copy(source: _Inner, out: BinaryIO, size: int) -> None:
    while size and (piece := source.read(min(CHUNK, size))):
        out.write(piece)
        size -= len(piece)


def _add(tree: ArchiveTree, entry: tarfile.TarInfo, title: Sequence[str], what: str) -> None:
    parts = safe_parts(entry.name.removesuffix("/"), f"an entry of {what}")
    if parts[: len(title)] != tuple(title):
        raise PullError(f"{what} holds {entry.name!r}, which is not below its title {'/'.join(title)!r}")
    if entry.size < 0:
        raise PullError(f"{what} holds {entry.name!r}, which claims {entry.size} bytes")
    if entry.isdir():
        tree.directories.append(parts)
        return
    if parts in tree.files or parts in tree.links:
        raise PullError(f"{what} holds {entry.name!r} twice")
    if entry.issym():
        tree.links[parts] = entry.linkname
    elif entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and entry.sparse is None:
        tree.files[parts] = entry.size
    else:
        raise PullError(f"{what} holds {entry.name!r}, which is neither a file, a directory nor a link")


def _check_shape(tree: ArchiveTree, title: Sequence[str], what: str) -> None:
    """Refuse entries below a file or a link, and links that may lead out of the directory."""
    leaves = tree.files.keys() | tree.links.keys()
    directories = {tuple(title)}
    for parts in (*tree.files, *tree.links, *((*parts, "") for parts in tree.directories)):
        for length in range(len(parts) - 1, 0, -1):
            if parts[:length] in directories:
                break  # and so are all directories above it
            if parts[:length] in leaves:
                raise PullError(
                    f"{what} holds {'/'.join(parts)!r} below {'/'.join(parts[:length])!r}, which is no directory"
                )
            directories.add(parts[:length])
    for parts, target in tree.links.items():
        problem = link_flaw(parts, target, len(title), directories.__contains__)
        if problem:
            raise PullError(f"{what} holds {'/'.join(parts)!r}, a link that {problem} ({target!r})")
