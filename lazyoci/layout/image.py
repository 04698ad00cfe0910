"""Finds the one image that a builder wrote to a layout, checks that it is complete, and narrows it to some platforms.

Builders leave several entries for one image (one per tag), entries for its attestations, and indexes that list
manifests they did not export. An image is published unchanged whenever that is possible, because every change of its
index changes the digest that signatures and attestations name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lazyoci.errors import LayoutError
from lazyoci.frozen import frozen
from lazyoci.layout.read import REF_NAME, Layout
from lazyoci.layout.store import Built, Staged, Store, walk
from lazyoci.oci import mediatype, platform
from lazyoci.oci.descriptor import Descriptor, Manifest, parse_manifest
from lazyoci.oci.platform import Platform, PlatformError

CONTAINERD_NAME = "io.containerd.image.name"  # the full reference; ref.name then has only the tag
SUBJECT = "io.containerd.manifest.subject"  # annotation of an attestation's entry: the image that it belongs to
_REFERENCE_TYPE, _REFERENCE_DIGEST = "vnd.docker.reference.type", "vnd.docker.reference.digest"
_NO_PLATFORM = {"architecture": "unknown", "os": "unknown"}


def image_of(
    layout: Layout,
    *,
    name: str = "",
    platforms: Sequence[Platform] = (),
    partial: Callable[[str], None] | None = None,
) -> Built:
    """The image in `layout`: the one called `name` if there are several, with exactly `platforms` if any are given.

    If the image's index lists manifests that are not here, `partial` is called with a message and the image is narrowed
    to those that are; without `partial` that is an error. A single platform is taken as its manifest, without an index,
    as `docker push` does.

    Every manifest is read and verified, and every blob must exist with the right length. Raises
    LayoutError for an image that is incomplete, cannot be told from others, or lacks a platform.
    """
    entry, attestation = _choose(layout, name)
    root = Descriptor(entry.media_type, entry.digest, entry.size)
    store = Staged(layout)
    if root.media_type in mediatype.INDEXES:
        root = _of_index(layout, store, root, platforms, partial)
    elif attestation is not None:
        root = _joined(layout, store, entry, attestation)
    return complete(store, root, platforms)


def _choose(layout: Layout, name: str) -> tuple[Descriptor, Descriptor | None]:
    """The entry of the image, and the entry of its attestation if the layout has one."""
    images: dict[str, Descriptor] = {}
    attestations: dict[str, Descriptor] = {}
    for entry in layout.entries:
        subject = entry.annotations.get(SUBJECT) or entry.annotations.get(_REFERENCE_DIGEST)
        if subject:
            attestations[subject] = entry
        else:
            images.setdefault(entry.digest, entry)
    if len(images) > 1 and name:
        named = {e.digest for e in layout.entries if name in (e.annotations.get(CONTAINERD_NAME), _ref_name(e))}
        images = {digest: entry for digest, entry in images.items() if digest in named} or images
    if len(images) != 1:
        names = sorted({e.annotations.get(CONTAINERD_NAME) or _ref_name(e) or "(unnamed)" for e in images.values()})
        raise LayoutError(f"{layout.place} holds {len(images)} images, not one: {', '.join(names) or 'it is empty'}")
    entry = next(iter(images.values()))
    return entry, attestations.get(entry.digest)


def _ref_name(entry: Descriptor) -> str:
    return entry.annotations.get(REF_NAME, "")


@frozen
class _Child:
    """A manifest that an index lists: its descriptor, the JSON of that entry, and whether the manifest is there."""

    descriptor: Descriptor
    raw: Mapping[str, Any]
    present: bool

    @property
    def platform(self) -> str:
        return str(_normal(self.descriptor.platform)) if self.descriptor.platform else "an unnamed platform"


def _of_index(
    layout: Layout,
    store: Staged,
    root: Descriptor,
    platforms: Sequence[Platform],
    partial: Callable[[str], None] | None,
) -> Descriptor:
    index = parse_manifest(layout.read(root), root.media_type)
    children = [
        _Child(descriptor, raw, descriptor in layout and (partial is None or _is_whole(layout, descriptor)))
        for descriptor, raw in zip(index.manifests, index.document.get("manifests") or (), strict=True)
    ]
    images = [child for child in children if not child.descriptor.is_attestation]
    wanted = {str(platform) for platform in platforms}
    if not wanted:
        absent = [child.platform for child in images if not child.present]
        there = [child for child in images if child.present]
        if all(child.present for child in children):
            return root
        if partial is None or not there:
            have = ", ".join(sorted({child.platform for child in images if child.present}))
            lacks = ", ".join(sorted(set(absent))) or "its attestations"
            raise LayoutError(
                f"{layout.place}: the index lists manifests that are not there: {lacks}",
                hint="fetch them all" + (f", or publish what is there with --platform {have}" if have else ""),
            )
        all_, some = (", ".join(dict.fromkeys(child.platform for child in found)) for found in (images, there))
        what = f"the image is for {all_}, of which this machine has" if absent else "of the image, this machine has"
        partial(f"note: {what} only {some}{'' if absent else ', without all attestations'}: that is published")
        if len(there) == 1:
            return _plain(there[0].descriptor)
        return _narrowed(store, root, index, children, there)
    kept = [child for child in images if child.platform in wanted]
    for text in sorted(wanted - {child.platform for child in kept if child.present}):
        listed = any(child.platform == text for child in images)
        have = ", ".join(sorted({child.platform for child in images if child.present})) or "none"
        what = "lists it, but does not hold it" if listed else "has no such platform"
        raise LayoutError(f"{layout.place}: {text} was asked for; the index {what}", hint=f"it holds: {have}")
    return _narrowed(store, root, index, children, kept)


def _is_whole(layout: Layout, descriptor: Descriptor) -> bool:
    """Whether all blobs of a manifest are here too: engines may delete layers and keep the manifest."""
    return all(child in layout for child in parse_manifest(layout.read(descriptor), descriptor.media_type).children)


def _plain(descriptor: Descriptor) -> Descriptor:
    return Descriptor(descriptor.media_type, descriptor.digest, descriptor.size)


def _narrowed(
    store: Staged, root: Descriptor, index: Manifest, children: Sequence[_Child], images: Sequence[_Child]
) -> Descriptor:
    """An index of some of the images, with the attestations that are here; a single manifest itself."""
    digests = {child.descriptor.digest for child in images}
    kept = [
        child
        for child in children
        if child in images or (child.descriptor.annotations.get(_REFERENCE_DIGEST) in digests and child.present)
    ]
    if len(kept) == len(children):
        return root
    if len(kept) == 1:
        return _plain(kept[0].descriptor)
    return store.add_json(root.media_type, {**index.document, "manifests": [child.raw for child in kept]})


def _joined(layout: Layout, store: Staged, image: Descriptor, attestation: Descriptor) -> Descriptor:
    """A new index of an image and its attestation, for a builder that wrote them as separate entries."""
    platform_of = image.platform or platform_in_config(store, parse_manifest(layout.read(image), image.media_type))
    first: dict[str, Any] = {"mediaType": image.media_type, "digest": image.digest, "size": image.size}
    if platform_of is not None:
        first = Descriptor(image.media_type, image.digest, image.size, platform=platform_of).to_json()
    second = {
        "mediaType": attestation.media_type,
        "digest": attestation.digest,
        "size": attestation.size,
        "annotations": {_REFERENCE_DIGEST: image.digest, _REFERENCE_TYPE: "attestation-manifest"},
        "platform": _NO_PLATFORM,
    }
    index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [first, second]}
    return store.add_json(mediatype.OCI_INDEX, index)


def complete(store: Store, root: Descriptor, platforms: Sequence[Platform] = ()) -> Built:
    """Check everything below `root`; LayoutError if something is missing, not as described, or not of `platforms`."""
    size = 0
    found: list[Platform] = []
    for descriptor, manifest in walk(store, root):
        size += descriptor.size
        if manifest is None:
            store.open(descriptor).close()
        elif not manifest.is_index and not _is_attestation(manifest):
            of_config = platform_in_config(store, manifest)
            if of_config is not None and of_config not in found:
                found.append(of_config)
    wanted = set(platforms)
    if wanted and wanted != set(found):
        raise LayoutError(
            f"asked for {', '.join(map(str, platforms))}; the image is for {', '.join(map(str, found)) or 'none'}"
        )
    return Built(root, store, size, tuple(found))


def _is_attestation(manifest: Manifest) -> bool:
    return all("in-toto" in layer.media_type for layer in manifest.layers) and bool(manifest.layers)


def config_of(store: Store, manifest: Manifest) -> Mapping[str, Any] | None:
    """The image configuration of a manifest; None if its config is of another type. LayoutError if it is broken."""
    if manifest.config is None or manifest.config.media_type not in (mediatype.OCI_CONFIG, mediatype.DOCKER_CONFIG):
        return None
    try:
        config = json.loads(store.read(manifest.config))
    except (ValueError, RecursionError):
        raise LayoutError(f"image config {manifest.config.digest} is not JSON") from None
    if not isinstance(config, dict):
        raise LayoutError(f"image config {manifest.config.digest} is not a JSON object")
    return config


def platform_in_config(store: Store, manifest: Manifest) -> Platform | None:
    """The platform of an image manifest, as its configuration names it; None when it names none."""
    config = config_of(store, manifest)
    return None if config is None else platform_of(config)


def platform_of(config: Mapping[str, Any]) -> Platform | None:
    """The platform an image configuration names, in normal form; None when it names none."""
    os_, architecture, variant = (config.get(key) or "" for key in ("os", "architecture", "variant"))
    if not (isinstance(os_, str) and isinstance(architecture, str) and isinstance(variant, str)) or not os_:
        return None
    return _normal(Platform(os_, architecture, variant))


def _normal(value: Platform) -> Platform:
    try:
        return platform.parse(str(value))
    except PlatformError:
        return value
