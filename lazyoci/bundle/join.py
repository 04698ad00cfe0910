"""Joins bundles: artifacts by name, and those that were built for some platforms each become one index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from lazyoci.bundle.plan import BundledArtifact, BundledReference
from lazyoci.bundle.read import Bundle
from lazyoci.errors import BundleError
from lazyoci.frozen import frozen
from lazyoci.layout.image import complete
from lazyoci.layout.read import Layout
from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, parse_manifest
from lazyoci.oci.digest import short
from lazyoci.oci.platform import Platform

_DIFFERENCES = ("type", "file", "commit", "declared", "annotations", "version", "event")
_OF_PLAN = ("references",)  # what counts only where the plans decide where it goes


@frozen
class Joined:
    """An artifact as it is published: what it is, from the first bundle that has it, and its content."""

    artifact: BundledArtifact
    built: Built


@frozen
class Piece:
    """An artifact in one bundle."""

    bundle: Bundle
    artifact: BundledArtifact


def by_name(bundles: Sequence[Bundle]) -> dict[str, list[Piece]]:
    """Where each artifact is, by its name, in the order in which the bundles have them."""
    found: dict[str, list[Piece]] = {}
    for bundle in bundles:
        for artifact in bundle.plan.artifacts:
            found.setdefault(artifact.name, []).append(Piece(bundle, artifact))
    return found


def join(
    pieces: Sequence[Piece],
    declared: tuple[Platform, ...],
    *,
    partial: bool = False,
    annotations: Mapping[str, str] | None = None,
    by_plan: bool = False,
) -> Joined:
    """The whole artifact, from all the bundles that have it or a part of it.

    `declared` are its platforms, in the order of the index. With `partial`, some may be missing. `annotations` are
    those of an index that is made; None takes the bundle's. With `by_plan`, the plans decide where it goes, so they
    must agree on that too. Raises BundleError for what does not fit together.
    """
    first = pieces[0]
    for other in pieces[1:]:
        _compare(first, other, (*_DIFFERENCES, *_OF_PLAN) if by_plan else _DIFFERENCES)
    for one in pieces if declared else ():
        _check_platforms(one, declared)
    if not by_plan and not declared and first.artifact.type == "image" and len(first.artifact.platforms) > 1:
        raise BundleError(
            f"{first.artifact.name} in {first.bundle.place} is for {', '.join(map(str, first.artifact.platforms))}, "
            "and the file declares no platforms",
            hint="write those that are meant under platforms: in the .lazy file",
        )
    if len({one.artifact.root.digest for one in pieces}) == 1 and not _is_part(first.artifact, declared):
        return Joined(first.artifact, first.bundle.content(first.artifact))
    for one in pieces:
        _check_platforms(one, declared)
    given = first.artifact.annotations if annotations is None else annotations
    return _index(pieces, declared, given, partial=partial)


def _is_part(artifact: BundledArtifact, declared: tuple[Platform, ...]) -> bool:
    return bool(set(declared) - set(artifact.platforms))


def _compare(one: Piece, other: Piece, differences: Sequence[str]) -> None:
    """Raise BundleError where two bundles do not tell the same about an artifact."""
    for what in differences:
        ours, theirs = (_shown(getattr(piece.artifact, what)) for piece in (one, other))
        if ours != theirs:
            named = {"declared": "declared platforms"}.get(what, what)
            verb = "are" if named.endswith("s") else "is"
            raise BundleError(
                f"{one.artifact.name} is of two builds: its {named} {verb} {ours} in {one.bundle.place}, "
                f"and {theirs} in {other.bundle.place}",
                hint="build all bundles from one commit, on the same occasion",
            )


def _shown(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], BundledReference):
        value = sorted({f"{one.reference} (moves: {one.moves})" if one.moves else str(one.reference) for one in value})
    if isinstance(value, Mapping):
        value = [f"{key}={text}" for key, text in sorted(value.items())]
    return ", ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else str(value) or "none"


def _check_platforms(one: Piece, declared: tuple[Platform, ...]) -> None:
    if declared and not one.artifact.platforms:
        raise BundleError(
            f"{one.artifact.name} in {one.bundle.place} is for no platform that it names",
            hint=f"build it for one that the file declares: {', '.join(map(str, declared))}",
        )
    if not declared:
        raise BundleError(
            f"{one.artifact.name} is in several bundles with different content, and it declares no platforms",
            hint="write platforms: in the .lazy file, to join bundles of one platform each",
        )
    unknown = [str(platform) for platform in one.artifact.platforms if platform not in declared]
    if unknown:
        raise BundleError(
            f"{one.artifact.name} in {one.bundle.place} is for {', '.join(unknown)}, which the file does not declare",
            hint=f"it declares {', '.join(map(str, declared))}",
        )


def _index(
    pieces: Sequence[Piece], declared: tuple[Platform, ...], annotations: Mapping[str, str], *, partial: bool
) -> Joined:
    """The index of all parts: images in the order in which the file declares them, then their attestations."""
    first = pieces[0].artifact
    images: dict[Platform, tuple[dict[str, Any], Piece]] = {}
    attestations: dict[str, dict[str, Any]] = {}
    for piece in pieces:
        for platform, entry in _entries(piece):
            if platform is None:
                attestations[entry["digest"]] = entry
                continue
            before = images.get(platform)
            if before is not None and before[0]["digest"] != entry["digest"]:
                raise BundleError(
                    f"{first.name} for {platform} is {short(before[0]['digest'])} in {before[1].bundle.place}, "
                    f"and {short(entry['digest'])} in {piece.bundle.place}",
                    hint="build each platform once",
                )
            images.setdefault(platform, (entry, piece))
    missing = [str(platform) for platform in declared if platform not in images]
    if missing and not partial:
        raise BundleError(
            f"{first.name} lacks {', '.join(missing)}: no bundle has it",
            hint="give the bundles of all platforms, or --partial to publish without",
        )
    store = Staged(_Several([piece.bundle for piece in pieces]))
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_INDEX,
        "manifests": [images[one][0] for one in declared if one in images] + list(attestations.values()),
    }
    if annotations:
        document["annotations"] = dict(sorted(annotations.items()))
    return Joined(first, complete(store, store.add_json(mediatype.OCI_INDEX, document)))


def _entries(piece: Piece) -> Iterable[tuple[Platform | None, dict[str, Any]]]:
    """The entries that a part has in the index: with the platform of an image, or None for an attestation."""
    artifact, layout = piece.artifact, piece.bundle.layout
    root = artifact.root
    manifest = parse_manifest(layout.read(root), root.media_type)
    if not manifest.is_index:
        platform = artifact.platforms[0]
        yield platform, Descriptor(root.media_type, root.digest, root.size, platform=platform).to_json()
        return
    for child, raw in zip(manifest.manifests, manifest.document.get("manifests") or (), strict=True):
        if child.is_attestation:
            yield None, dict(raw)
            continue
        found = complete(layout, child).platforms
        if len(found) != 1:
            raise BundleError(f"{piece.bundle.place}: {artifact.name} lists an image of no certain platform")
        yield found[0], dict(raw)


class _Several:
    """The layouts of several bundles as one store."""

    def __init__(self, bundles: Sequence[Bundle]) -> None:
        self._layouts = [bundle.layout for bundle in bundles]

    def _holder(self, descriptor: Descriptor) -> Layout:
        return next((one for one in self._layouts if descriptor in one), self._layouts[0])

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        return self._holder(descriptor).open(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        return self._holder(descriptor).read(descriptor)
