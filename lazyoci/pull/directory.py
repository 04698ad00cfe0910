"""A directory that oras, or lazyoci, packed into a layer: unpacked again, whatever its maker had in mind."""

from __future__ import annotations

import hashlib
import os
import posixpath
import tarfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from lazyoci.errors import Interrupted
from lazyoci.layout.compression import GZIP, NONE, Readable, gunzip, sniff
from lazyoci.layout.store import Store
from lazyoci.layout.tar_index import Frugal
from lazyoci.layout.verify import expansion_limit
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import CHUNK, short
from lazyoci.pull.find import PullError
from lazyoci.pull.places import make_parents, put, safe_parts

# how oras marks a layer that is a packed directory, and the digest of the tar inside
UNPACK = "io.deis.oras.content.unpack"
CONTENT_DIGEST = "io.deis.oras.content.digest"
_MAX_ENTRIES = 1_000_000


def unpack_directory(
    store: Store,
    layer: Descriptor,
    title: Sequence[str],
    directory: Path,
    room: Path,
    tar_digest: str,
    cancelled: threading.Event,
) -> None:
    """Unpack a layer to `directory/title`, over what is there; every name in it must begin with its title.

    `room` is an empty directory on the same disk. Nothing is put in place before the whole archive was read and
    found harmless. Raises PullError for one that is not, or whose tar is not `tar_digest` where that is given.
    """
    what = f"layer {short(layer.digest)}"
    tar = room / "directory.tar"
    with store.open(layer) as stream, tar.open("w+b") as out:
        found = _expand(stream, layer, what, out, cancelled)
        if tar_digest.startswith("sha256:") and found != tar_digest:
            raise PullError(f"{what} expands to {short(found)}, not to {short(tar_digest)} as it says")
        out.seek(0)
        tree = _read(out, tar, title, what)
        (directory / Path(*title)).mkdir(parents=True, exist_ok=True)
        for parts in tree.directories:
            make_parents(directory, (*parts, "_"))
        for parts, entry in tree.files.items():
            if cancelled.is_set():
                raise Interrupted("stopped while unpacking")
            piece = room / "file"
            with piece.open("wb") as file:
                out.seek(entry.offset_data)
                _copy(out, file, entry.size)
            piece.chmod(0o755 if entry.mode & 0o100 else 0o644)
            put(piece, make_parents(directory, parts))
        for parts, target in tree.links.items():  # last: nothing is written through them
            link = room / "link"
            os.symlink(target, link)  # noqa: PTH211  # the text as it is, not a path made of it
            put(link, make_parents(directory, parts))
    tar.unlink()


def _expand(stream: BinaryIO, layer: Descriptor, what: str, out: BinaryIO, cancelled: threading.Event) -> str:
    """Write the tar inside a layer to `out`; its digest."""
    kind = sniff(stream.read(4))
    stream.seek(0)
    if kind not in (GZIP, NONE):
        raise PullError(f"{what} is packed with {kind}, which cannot be unpacked here", hint="leave out --files")
    source: Readable = gunzip(stream, what, expansion_limit(layer.size)) if kind == GZIP else stream
    hasher = hashlib.sha256()
    while piece := source.read(CHUNK):
        if cancelled.is_set():
            raise Interrupted("stopped while unpacking")
        hasher.update(piece)
        out.write(piece)
    return f"sha256:{hasher.hexdigest()}"


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size and (piece := source.read(min(CHUNK, size))):
        out.write(piece)
        size -= len(piece)


@dataclass(frozen=True, slots=True)
class _Tree:
    """What an archive holds, by the parts of its path."""

    directories: list[tuple[str, ...]] = field(default_factory=list)
    files: dict[tuple[str, ...], tarfile.TarInfo] = field(default_factory=dict)
    links: dict[tuple[str, ...], str] = field(default_factory=dict)


def _read(stream: BinaryIO, path: Path, title: Sequence[str], what: str) -> _Tree:
    """Read all headers; PullError for a name that leads out, a link that does, a device, a name that is there twice."""
    tree = _Tree()
    size = os.fstat(stream.fileno()).st_size
    try:
        with tarfile.open(fileobj=cast(IO[bytes], Frugal(stream, path)), mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= _MAX_ENTRIES:
                    raise PullError(f"{what} has more than {_MAX_ENTRIES} entries")
                _add(tree, entry, title, what, size)
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        raise PullError(f"{what} is not a tar archive: {error}") from None
    _check_shape(tree, what)
    return tree


def _check_shape(tree: _Tree, what: str) -> None:
    """Refuse what lies below a file or a link, and links that lead through other links, as these may lead out."""
    leaves = tree.files.keys() | tree.links.keys()
    for parts in (*tree.files, *tree.links, *((*parts, "") for parts in tree.directories)):
        above = next((parts[:length] for length in range(1, len(parts)) if parts[:length] in leaves), None)
        if above is not None:
            raise PullError(f"{what} holds {'/'.join(parts)!r} below {'/'.join(above)!r}, which is no directory")
    for parts, target in tree.links.items():
        here = list(parts[:-1])
        for step in target.split("/"):
            if tuple(here) in tree.links:
                raise PullError(f"{what} holds {'/'.join(parts)!r}, a link that leads through another link")
            if step == "..":
                here.pop()
            elif step not in ("", "."):
                here.append(step)


def _add(tree: _Tree, entry: tarfile.TarInfo, title: Sequence[str], what: str, size: int) -> None:
    parts = safe_parts(entry.name.removesuffix("/"), f"an entry of {what}")
    if parts[: len(title)] != tuple(title):
        raise PullError(f"{what} holds {entry.name!r}, which is not below its title {'/'.join(title)!r}")
    if entry.isdir():
        tree.directories.append(parts)
        return
    if parts in tree.files or parts in tree.links:
        raise PullError(f"{what} holds {entry.name!r} twice")
    if entry.issym():
        target = entry.linkname
        inside = posixpath.normpath(posixpath.join("/".join(parts[len(title) : -1]), target))
        if target.startswith("/") or "\\" in target or target[1:2] == ":" or inside.split("/")[0] == "..":
            raise PullError(f"{what} holds {entry.name!r}, a link that leads out of it to {target!r}")
        tree.links[parts] = target
    elif entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and entry.sparse is None:
        if entry.size < 0 or entry.offset_data + entry.size > size:
            raise PullError(f"{what} ends within {entry.name!r}, which claims {entry.size} bytes")
        tree.files[parts] = entry
    else:
        raise PullError(f"{what} holds {entry.name!r}, which is neither a file, a directory nor a link")
