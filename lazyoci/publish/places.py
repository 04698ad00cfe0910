"""Looks at the layouts that a copy is to be written to, before anything is sent anywhere."""

from __future__ import annotations

import os
from pathlib import Path

from lazyoci.errors import LayoutError, LazyociError
from lazyoci.layout.read import INDEX, LAYOUT_FILE, PLAN, REF_NAME, open_layout, open_tar_layout
from lazyoci.layout.tar_index import TarIndex
from lazyoci.layout.write import refuse_bundle
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.transfer.outcome import Outcome

_ELSEWHERE = "choose another place, or remove it"


def look_at(place: Path, name: str, digest: str, *, no_clobber: bool) -> Outcome:
    """What writing `digest` under `name` to a layout would do: `new`, `unchanged` or `moved`.

    It is `refused` where `no_clobber` forbids it, and `failed` with an error where it cannot be written there.
    """
    try:
        is_tar = place.suffix == ".tar"
        before = _in_tar(place, name, digest) if is_tar else _in_directory(place, name)
        exists = os.path.lexists(place)
        _check_writable(place.parent if is_tar or not exists else place)
    except LazyociError as error:
        return Outcome("failed", digest, error=error)
    except OSError as error:
        return Outcome("failed", digest, error=LayoutError(f"{place}: {error.strerror or error}"))
    hint = "Choose another place, or leave --no-clobber out."
    if no_clobber and is_tar and exists:
        problem = LayoutError(f"{place} exists, and --no-clobber forbids to replace it", hint=hint)
        return Outcome("refused", digest, before, error=problem)
    if not before:
        return Outcome("new", digest)
    if before == digest:
        return Outcome("unchanged", digest, before)
    if no_clobber:
        problem = LayoutError(f"{place} has {name} as {short(before)}, and --no-clobber forbids to move it", hint=hint)
        return Outcome("refused", digest, before, error=problem)
    return Outcome("moved", digest, before)


def _in_directory(place: Path, name: str) -> str:
    """What the name points to in the layout of a directory; empty where there is none."""
    if not os.path.lexists(place):
        return ""
    if not place.is_dir():
        raise LayoutError(f"{place} is no directory", hint=_ELSEWHERE)
    refuse_bundle(place)
    others = [path for path in place.iterdir() if not path.name.startswith(".partial")]
    if others and not (place / LAYOUT_FILE).exists():
        message = f"{place} is neither empty nor an OCI layout: it has no {LAYOUT_FILE} file"
        raise LayoutError(message, hint="choose a new directory")
    for inner in (place / "blobs", place / "blobs" / "sha256"):
        if os.path.lexists(inner) and not inner.is_dir():
            raise LayoutError(f"{inner} is no directory, so {place} is no OCI layout", hint="choose a new directory")
    if not os.path.lexists(place / INDEX):
        return ""
    try:
        entries = open_layout(place).entries
    except LayoutError as error:
        raise LayoutError(error.message, hint=error.hint or "choose a new directory") from None
    return next((one.digest for one in entries if _name(one) == name), "")


def _in_tar(place: Path, name: str, digest: str) -> str:
    """What a tar, which is replaced as a whole, holds: of several entries the one of the name, or what is written."""
    if not os.path.lexists(place):
        return ""
    if not place.is_file():
        raise LayoutError(f"{place} is no file", hint=_ELSEWHERE)
    try:
        tar = TarIndex(place)
        entries = open_tar_layout(tar).entries
    except LayoutError as error:
        message = f"{place} is no OCI layout, so it is not replaced: {error.message}"
        raise LayoutError(message, hint=_ELSEWHERE) from None
    if PLAN in tar:
        raise LayoutError(f"{place} is a bundle, so it is not replaced: it has a {PLAN}", hint=_ELSEWHERE)
    same = [one.digest for one in entries if _name(one) == name] or [one.digest for one in entries if _name(one)]
    found = same or [one.digest for one in entries]
    return digest if digest in found else next(iter(found), "")


def _name(entry: Descriptor) -> str:
    return entry.annotations.get(REF_NAME, "")


def _check_writable(place: Path) -> None:
    """Raise LayoutError where nothing can be made in a directory, or the directory itself cannot be made."""
    there = next(one for one in (place.absolute(), *place.absolute().parents) if os.path.lexists(one))
    if not there.is_dir():
        raise LayoutError(f"{there} is no directory, so {place} cannot be made", hint="choose another place")
    if not os.access(there, os.W_OK | os.X_OK):
        raise LayoutError(f"{there} cannot be written", hint="choose another place, or allow it")
