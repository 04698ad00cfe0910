"""Fetches one blob into a layout, continues an earlier run's download, and verifies it before moving it into place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lazyoci import scratch
from lazyoci.layout.read import blob_path
from lazyoci.layout.store import hasher_for
from lazyoci.locks import is_at, try_lock
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import CHUNK
from lazyoci.registry.repository import RemoteRepository

_ASIDE = "aside-"
PARTIAL = ".partial"  # directory in the layout for partly received blobs, by digest


def bring(
    repository: RemoteRepository, descriptor: Descriptor, directory: Path, progress: Callable[[int], None]
) -> None:
    """Fetch a blob into the layout at `directory`, even if there is one already.

    `progress` gets the number of bytes as they come, and first the number that an interrupted fetch left. If this fetch
    is interrupted, what it received is kept for the next. Raises what `RemoteRepository.fetch_blob` does, and OSError.
    """
    goal = blob_path(directory, descriptor.digest)
    goal.parent.mkdir(parents=True, exist_ok=True)
    place = directory / PARTIAL
    partial = place / descriptor.digest.replace(":", "-")
    file = _open(partial)
    if file is None:
        _aside(repository, descriptor, goal, place, progress)
        return
    with file:
        repository.fetch_blob(descriptor, file, progress=progress)
    _publish(partial, goal)


def holds(directory: Path, descriptor: Descriptor) -> bool:
    """Whether the layout at `directory` has a blob, whose digest and size are verified by reading it."""
    path = blob_path(directory, descriptor.digest)
    if path.is_symlink() or not path.is_file() or path.stat().st_size != descriptor.size:
        return False
    hasher = hasher_for(descriptor.digest)
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(CHUNK):
            hasher.update(piece)
    return f"{hasher.name}:{hasher.hexdigest()}" == descriptor.digest


def _open(partial: Path) -> BinaryIO | None:
    """The partial file, locked for this run; None while another run writes to it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    while True:
        try:
            file = os.fdopen(os.open(partial, flags, 0o644), "r+b")
        except FileNotFoundError:  # not created yet, or removed by another run because it was empty
            partial.parent.mkdir(parents=True, exist_ok=True)
            continue
        if not try_lock(file):
            file.close()
            return None
        # between opening and locking, another run may have completed the file and moved it into place
        if is_at(file, partial):
            return file
        file.close()


def _aside(
    repository: RemoteRepository, descriptor: Descriptor, goal: Path, place: Path, progress: Callable[[int], None]
) -> None:
    """Fetch into a temporary file that no other run uses, now or later."""
    with scratch.file(place, _ASIDE) as (file, temporary):
        repository.fetch_blob(descriptor, file, progress=progress)
        scratch.publish(file, temporary, goal)


def _publish(partial: Path, goal: Path) -> None:
    # closed first, as Windows cannot move an open file; a run that opened it in between found it complete
    try:
        partial.replace(goal)
    except FileNotFoundError:
        if goal.is_file():
            return
        goal.parent.mkdir(parents=True, exist_ok=True)  # another run removed the empty directory
        partial.replace(goal)
