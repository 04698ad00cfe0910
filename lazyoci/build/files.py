"""Builds a generic artifact: one layer a file, titled by its path (image-spec manifest.md, artifacts usage)."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.build.context import Context, finish
from lazyoci.config.model import DEFAULT_MEDIA_TYPE, File, FilesArtifact
from lazyoci.errors import BuildError
from lazyoci.frozen import frozen, replace
from lazyoci.layout.region import Region
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.annotations import CONTENT_DIGEST, TITLE, UNPACK
from lazyoci.oci.descriptor import EMPTY, Descriptor
from lazyoci.oci.mediatype import OCI_MANIFEST
from lazyoci.world import Disk, glob, title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lazyoci.layout.archive import Member

_MOST_DIRECTORIES = 200_000  # listed for one glob
_DISK = Disk()


@frozen
class PlannedLayer:
    """A planned layer: the path on disk, and its title, a safe relative path with forward slashes."""

    path: Path
    title: str
    media_type: str


def build_files(artifact: FilesArtifact, context: Context) -> Built:
    """Build a generic artifact. Files are hashed in place and not copied. Raises as `lazyoci.build.build`."""
    staged = Staged()
    leaves: dict[str, str] = {}
    sources = find(artifact, context)
    layers = [_layer(found, staged, context, leaves) for found in sources]
    _check_shape(artifact, sources, leaves)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": (artifact.media_type.value if artifact.media_type else "") or DEFAULT_MEDIA_TYPE,
        "config": EMPTY.to_json(),
        "layers": [layer.to_json() for layer in layers],
    }
    annotations = {**context.created(), **context.annotations}
    if annotations:
        manifest["annotations"] = dict(sorted(annotations.items()))
    return finish(staged, manifest, artifact.label)


def look_at_files(artifact: FilesArtifact, context: Context) -> None:
    """Raise BuildError or LayoutError for what `build_files` would refuse, without reading any file."""
    leaves: dict[str, str] = {}
    sources = find(artifact, context)
    for found in sources:
        if found.path.is_dir():
            deque(_members(found, leaves), maxlen=0)
        else:
            _take_file(found, leaves)
    _check_shape(artifact, sources, leaves)


def find(artifact: FilesArtifact, context: Context) -> list[PlannedLayer]:
    """What each `files[].path` means, in order.

    Raises BuildError for what is absent, for titles that repeat, and for the layout that the same run writes.
    """
    taken: dict[str, str] = {}
    out: list[PlannedLayer] = []
    for item in artifact.files:
        for found in _expand(artifact, item, context.directory):
            if found.title in taken:
                raise BuildError(
                    f"{artifact.label}: {item.path} and {taken[found.title]} would both be titled {found.title!r}",
                    hint="titles are unique within an artifact; rename one or leave it out",
                )
            context.refuse_own_output(artifact.label, found.path)
            taken[found.title] = str(item.path)
            out.append(found)
    return out


def _expand(artifact: FilesArtifact, item: File, directory: Path) -> Iterator[PlannedLayer]:
    text = item.path.value
    try:
        matches = glob.expand(text, directory, _DISK, most=_MOST_DIRECTORIES)
    except glob.TooManyError:
        raise BuildError(
            f"{artifact.label}: {text} looks into more than {_MOST_DIRECTORIES} directories",
            hint="name the directory that is meant; a link may lead in a circle",
        ) from None
    if not matches:
        raise _absent(artifact, text, directory)
    for match in matches:
        yield PlannedLayer(directory / match, _title(artifact, match), item.media_type.value)


def _absent(artifact: FilesArtifact, text: str, directory: Path) -> BuildError:
    path = directory / text
    if os.path.lexists(path):
        return BuildError(f"{path} is not a file or a directory", hint="name a regular file")
    if glob.is_magic(text):
        return BuildError(f"{artifact.label}: nothing in {directory} matches {text}", hint="correct files[].path")
    return BuildError(
        f"{artifact.label}: {text} does not exist (looked for {path})",
        hint="create it, or correct files[].path, which is relative to the .lazy file",
    )


def _title(artifact: FilesArtifact, text: str) -> str:
    found = title.title(text)
    why = title.problem(found)
    if why:
        raise BuildError(
            f"{artifact.label}: {text!r} gives no name by which it could be pulled: {why}",
            hint="rename it, or name a file or a directory below that of the .lazy file",
        )
    return found


def _check_shape(artifact: FilesArtifact, sources: list[PlannedLayer], leaves: Mapping[str, str]) -> None:
    """Raise BuildError if a title is below a file or link of another layer, where nothing could be unpacked."""
    for found in sources:
        parts = found.title.split("/")
        for length in range(1, len(parts) + (leaves.get(found.title) == "link")):
            above = "/".join(parts[:length])
            if above in leaves:
                raise BuildError(
                    f"{artifact.label}: {found.title} could not be unpacked, as another layer has a {leaves[above]} "
                    f"named {above}",
                    hint=f"leave out {found.title}, or what has {above} in it",
                )


def _layer(found: PlannedLayer, staged: Staged, context: Context, leaves: dict[str, str]) -> Descriptor:
    """One layer. Adds its files and links, below which there can be no other title, to `leaves`."""
    context.check_cancelled()
    if found.path.is_dir():
        return _packed(found, staged, context, leaves)
    _take_file(found, leaves)
    descriptor = staged.add_file(found.media_type, found.path, context.progress)
    return replace(descriptor, annotations={TITLE: found.title})


def _take_file(found: PlannedLayer, leaves: dict[str, str]) -> None:
    if not found.path.is_file():
        raise BuildError(f"{found.path} is not a file or a directory", hint="name a regular file")
    leaves[found.title] = "file"


def _members(found: PlannedLayer, leaves: dict[str, str]) -> Iterator[Member]:
    """The entries of a directory. Adds its links to `leaves`."""
    from lazyoci.layout.archive import members_of  # here and below, as a dry run packs nothing

    for member in members_of(found.path, found.title):
        if member.link:
            leaves[member.name] = "link"
        yield member


def _packed(found: PlannedLayer, staged: Staged, context: Context, leaves: dict[str, str]) -> Descriptor:
    from lazyoci.layout.archive import pack

    archive = context.scratch_file(".tar.gz")
    with archive.open("xb") as out:
        packed = pack(_members(found, leaves), out, epoch=context.epoch or 0, progress=context.progress)
    descriptor = staged.adopt(Descriptor(found.media_type, packed.digest, packed.size), Region.whole(archive))
    annotations = {CONTENT_DIGEST: packed.tar_digest, UNPACK: "true", TITLE: found.title}
    return replace(descriptor, annotations=annotations)
