"""Reads a bundle and verifies all of it before anything is sent: every digest, and that plan and layout agree.

Whoever wrote it is not trusted, so whatever the plan does not name is refused too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from lazyoci.bundle.plan import MOST, BundledArtifact, BundlePlan, parse
from lazyoci.errors import BundleError, LayoutError
from lazyoci.frozen import frozen
from lazyoci.layout.image import complete, platform_in_config
from lazyoci.layout.read import LAYOUT_FILE, PLAN, REF_NAME, Layout, open_layout, open_tar_layout
from lazyoci.layout.store import Built, hasher_for, walk
from lazyoci.layout.tar_index import TarIndex
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, ManifestError
from lazyoci.oci.platform import Platform

_CHUNK = 1 << 20
_AGAIN = "build the bundle again: lazyoci build --bundle"
_MOST_MANIFESTS = 2000  # of one artifact; real ones have dozens
_MANIFEST_BYTES = 16 << 20  # of all manifests of one artifact together, which are kept in memory
_MOST_BLOBS = 20_000  # of one artifact
_COMPRESSED = (
    (b"\x1f\x8b", "gunzip"),
    (b"\x28\xb5\x2f\xfd", "unzstd"),
    (b"\xfd7zXZ", "unxz"),
    (b"BZh", "bunzip2"),
    (b"PK\x03\x04", "unzip"),  # as CI services hand out what a job has kept
)


@frozen
class Bundle:
    """A bundle that was opened: its plan, and the layout that has the content. `place` is its directory or tar."""

    place: Path
    plan: BundlePlan
    layout: Layout
    blobs: tuple[str, ...]  # the digests of all blobs that are here, whoever names them

    def content(self, artifact: BundledArtifact) -> Built:
        """What was built of one artifact."""
        return Built(artifact.root, self.layout, artifact.size, artifact.platforms)


@contextmanager
def _of(place: Path, hint: str = _AGAIN) -> Iterator[None]:
    """Name the place and a remedy in errors of the layout that have none."""
    try:
        yield
    except BundleError as error:
        if error.hint:
            raise
        raise BundleError(error.message, hint=hint) from error
    except (LayoutError, ManifestError) as error:
        message = error.message if str(place) in error.message else f"{place}: {error.message}"
        raise BundleError(message, hint=error.hint or hint) from error


def open_bundle(place: Path) -> Bundle:
    """Open the bundle in a directory or tar. Raises BundleError for what is none, or is broken.

    Only the plan and the layout's index are read; `verify` reads the rest.
    """
    with _of(place):
        return _open(place)


def _open(place: Path) -> Bundle:
    if place.is_dir():
        data = _read(place / PLAN, place, is_layout=(place / LAYOUT_FILE).is_file())
        return _opened(place, parse(data, str(place / PLAN)), open_layout(place), tuple(_in_directory(place)))
    if not place.exists():
        raise BundleError(f"{place} does not exist", hint="name the directory or tar that lazyoci build --bundle wrote")
    if place.suffix == ".lazy" or place.name == ".lazy":
        hint = f"to build and push what it declares: lazyoci build {place}; of a bundle too: --file {place}"
        raise BundleError(f"{place} is no bundle", hint=hint)
    _refuse_compressed(place)
    tar = TarIndex(place)
    if PLAN not in tar:
        raise _none(place, is_layout=LAYOUT_FILE in tar)
    plan = parse(tar.read(PLAN, MANIFEST_READ_LIMIT), f"{PLAN} in {place}")
    return _opened(place, plan, open_tar_layout(tar), tuple(_in_tar(tar)))


def _read(path: Path, place: Path, *, is_layout: bool) -> bytes:
    try:
        if not os.path.lexists(path):
            raise _none(place, is_layout=is_layout)
        if path.is_symlink() or not path.is_file():
            raise BundleError(f"{path} is no regular file", hint=_AGAIN)
        with path.open("rb") as stream:
            return stream.read(MANIFEST_READ_LIMIT + 1)
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error


def _none(place: Path, *, is_layout: bool) -> BundleError:
    if is_layout:
        return BundleError(
            f"{place} is an OCI layout without {PLAN}, so it is no bundle",
            hint=f"say where it goes: lazyoci publish {place} --to HOST/REPOSITORY:TAG",
        )
    hint = "name what lazyoci build --bundle wrote"
    if (place / ".lazy").exists():
        hint = f"to build and push what it declares: lazyoci build {place}"
    return BundleError(f"{place} is no bundle: it has no {PLAN}", hint=hint)


def _refuse_compressed(place: Path) -> None:
    if not place.is_file():  # a pipe that nobody writes to would be waited for without end
        raise BundleError(f"{place} is no regular file or directory", hint="write it to a file first, and name that")
    try:
        with place.open("rb") as stream:
            head = stream.read(6)
    except OSError as error:
        raise BundleError(f"{place}: {error.strerror or error}") from error
    for magic, command in _COMPRESSED:
        if head.startswith(magic):
            raise BundleError(f"{place} is compressed", hint=f"uncompress it first: {command} {place}")


def _in_directory(place: Path) -> Iterator[str]:
    try:
        for algorithm in sorted((place / "blobs").iterdir()):
            if algorithm.is_dir():
                yield from (
                    f"{algorithm.name}:{path.name}" for path in algorithm.iterdir() if not path.name.startswith(".")
                )
    except OSError as error:
        raise BundleError(f"{place / 'blobs'}: {error.strerror or error}") from error


def _in_tar(tar: TarIndex) -> Iterator[str]:
    for name in tar.names:
        head, _, rest = name.partition("/")
        if head == "blobs":
            yield rest.replace("/", ":", 1)
        elif name not in (PLAN, LAYOUT_FILE, "index.json"):
            raise BundleError(f"{tar.path} holds {name!r}, which no bundle has", hint=_AGAIN)


def _opened(place: Path, plan: BundlePlan, layout: Layout, blobs: tuple[str, ...]) -> Bundle:
    """The bundle, if the entries of its layout are just those that the plan names."""
    if len(layout.entries) > MOST * MOST:
        raise BundleError(f"{place} has {len(layout.entries)} entries", hint=_AGAIN)
    names: dict[str, set[str]] = {}
    for artifact in plan.artifacts:  # several may have the same content
        own = {str(ref.reference) for ref in artifact.references} | {artifact.name}
        names.setdefault(artifact.root.digest, set()).update(own)
    roots = {one.root.digest: one.root for one in plan.artifacts}
    for one in layout.entries:
        root = roots.get(one.digest)
        named = one.annotations.get(REF_NAME, "")
        if root is None:
            raise BundleError(f"{place}: its index lists {one.digest}, which its plan does not name", hint=_AGAIN)
        if (one.media_type, one.size) != (root.media_type, root.size):
            raise BundleError(f"{place}: index and plan do not agree about {one.digest}", hint=_AGAIN)
        if named not in names[one.digest]:
            raise BundleError(f"{place}: its index has the name {named!r}, which its plan has not", hint=_AGAIN)
    there = {one.digest for one in layout.entries}
    if len({(one.digest, one.annotations.get(REF_NAME, "")) for one in layout.entries}) < len(layout.entries):
        raise BundleError(f"{place}: its index lists an entry twice", hint=_AGAIN)
    for artifact in plan.artifacts:
        if artifact.root.digest not in there:
            raise BundleError(
                f"{place}: its plan names {artifact.name} as {artifact.root.digest}, which its index does not list",
                hint=_AGAIN,
            )
    return Bundle(place, plan, layout, blobs)


def verify(bundle: Bundle, progress: Callable[[int], None] | None = None) -> None:
    """Read every byte; raises BundleError if any is not what its digest, or the plan, promises.

    `progress` gets the number of bytes just read, and may raise to interrupt.
    """
    seen: set[str] = set()
    with _of(bundle.place):
        for artifact in bundle.plan.artifacts:
            _verify(bundle, artifact, seen, progress)
    extra = sorted(set(bundle.blobs) - seen)
    if extra:
        count = f"{len(extra)} blob{'s' * (len(extra) != 1)}"
        raise BundleError(f"{bundle.place} holds {count} that no artifact names, such as {extra[0]}", hint=_AGAIN)


def open_plain(place: Path) -> Layout:
    """The layout in a directory or tar that is no bundle. Raises BundleError."""
    with _of(place, "write the layout again"):
        return _open_plain(place)


def _open_plain(place: Path) -> Layout:
    if place.is_dir():
        if os.path.lexists(place / PLAN):
            raise _planned(place)
        return open_layout(place)
    if not place.exists():
        raise BundleError(f"{place} does not exist", hint="name the directory or tar of an OCI layout")
    _refuse_compressed(place)
    tar = TarIndex(place)
    if PLAN in tar:
        raise _planned(place)
    return open_tar_layout(tar)


def _planned(place: Path) -> BundleError:
    return BundleError(
        f"{place} is a bundle, which says itself where its artifacts go",
        hint=f"publish it: lazyoci publish {place} --file .lazy; elsewhere: --map FROM=TO too",
    )


def verify_layout(
    layout: Layout,
    root: Descriptor,
    progress: Callable[[int], None] | None = None,
    known: Collection[str] = (),
) -> set[str]:
    """Read all that is below `root`, and return its digests; blobs that are `known` are not read again.

    Raises BundleError, LayoutError or ManifestError for what is not as its digest promises.
    """
    manifests = size = 0
    seen: set[str] = set()
    for descriptor, manifest in walk(layout, root):
        seen.add(descriptor.digest)
        if manifest is None:
            if descriptor.digest not in known:
                _hash(layout, descriptor, progress)
        else:
            manifests += 1
            size += len(manifest.raw)
        if manifests > _MOST_MANIFESTS or size > _MANIFEST_BYTES or len(seen) > _MOST_BLOBS:
            message = f"{layout.place}: {root.digest} has more manifests or blobs than are read"
            raise BundleError(message, hint="publish it in several artifacts")
    return seen


def _verify(bundle: Bundle, artifact: BundledArtifact, seen: set[str], progress: Callable[[int], None] | None) -> None:
    seen |= verify_layout(bundle.layout, artifact.root, progress, seen)
    whole = complete(bundle.layout, artifact.root)
    for what, told, found in (
        ("size", str(artifact.size), str(whole.size)),
        ("platforms", _listed(artifact), ", ".join(map(str, whole.platforms)) or "none"),
    ):
        if told != found:
            raise BundleError(
                f"{bundle.place}: its plan gives {artifact.name} the {what} {told}, and its content has {found}",
                hint=_AGAIN,
            )

    for digest, listed, named in _misnamed(bundle.layout, artifact.root):
        raise BundleError(
            f"{bundle.place}: an index of {artifact.name} lists {digest} for {listed}, and its config names {named}",
            hint=_AGAIN,
        )


def _misnamed(layout: Layout, root: Descriptor) -> Iterator[tuple[str, Platform, Platform]]:
    """The images that an index lists for another platform than theirs: by the index, whoever pulls chooses."""
    named: dict[str, Platform] = {}
    for descriptor, manifest in walk(layout, root):  # what an index lists comes before it
        if manifest is None:
            continue
        own = None if manifest.is_index else platform_in_config(layout, manifest)
        if own is not None:
            named[descriptor.digest] = own
        for child in manifest.manifests:
            of_config = named.get(child.digest)
            if child.platform is not None and of_config is not None and child.platform != of_config:
                yield child.digest, child.platform, of_config


def _listed(artifact: BundledArtifact) -> str:
    return ", ".join(map(str, artifact.platforms)) or "none"


def _hash(layout: Layout, descriptor: Descriptor, progress: Callable[[int], None] | None) -> None:
    hasher = hasher_for(descriptor.digest)
    with layout.open(descriptor) as stream:
        while piece := stream.read(_CHUNK):
            hasher.update(piece)
            if progress is not None:
                progress(len(piece))
    if f"{hasher.name}:{hasher.hexdigest()}" != descriptor.digest:
        raise BundleError(
            f"{layout.place}: blob {descriptor.digest} does not have the content its digest promises", hint=_AGAIN
        )
