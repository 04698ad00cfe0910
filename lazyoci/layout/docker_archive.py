"""Reads the image in an archive that `docker save` or `podman save` wrote, without unpacking it.

Docker before 25 and `podman save` write the legacy format: `manifest.json`, a config, and uncompressed `layer.tar`
files; a repeated layer is a link. Docker since 25 also writes an OCI layout, whose layers are uncompressed (graph
drivers) or compressed (containerd store). Where there is a layout, it is used: only it has the digest that was or will
be pushed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lazyoci.errors import LayoutError
from lazyoci.layout.archive import GzipWriter
from lazyoci.layout.compression import GZIP, ZSTD, gunzip, sniff
from lazyoci.layout.image import complete, image_of
from lazyoci.layout.read import LAYOUT_FILE, open_tar_layout
from lazyoci.layout.region import Region
from lazyoci.layout.store import Built, Staged
from lazyoci.layout.tar_index import TarIndex
from lazyoci.layout.verify import expansion_limit, verify_layers
from lazyoci.oci import digest
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, parse_manifest
from lazyoci.oci.mediatype import OCI_CONFIG, OCI_LAYER, OCI_LAYER_GZIP, OCI_LAYER_ZSTD, OCI_MANIFEST
from lazyoci.oci.platform import Platform

_CHUNK = 1 << 20
_NAMED_BY_DIGEST = re.compile(r"(?:.*/)?([0-9a-f]{64})(?:\.json)?")

Progress = Callable[[int], None]


def read_archive(
    path: Path,
    scratch: Path,
    *,
    name: str = "",
    platforms: tuple[Platform, ...] = (),
    compress: bool = False,
    progress: Progress | None = None,
    partial: Callable[[str], None] | None = None,
) -> Built:
    """The image in a `docker save`, `podman save` or OCI archive; `name` says which one if there are several.

    With `partial`, an image that is here for only some of its platforms is narrowed to these, see `image_of`.

    Compressed layers stay as they are. Uncompressed ones of the legacy format are compressed into `scratch`; those of
    an OCI layout only with `compress`, because that changes the digest. Every layer is compared with its diff_id.
    Raises LayoutError for an archive that is hostile, broken or incomplete.
    """
    tar = TarIndex(path)
    if LAYOUT_FILE in tar:
        built = image_of(open_tar_layout(tar), name=name, platforms=platforms, partial=partial)
        if not (compress and "manifest.json" in tar and _is_plain(built)):
            verify_layers(built, progress)
            return built
    return _convert(tar, scratch, name, platforms, progress)


def _is_plain(built: Built) -> bool:
    """Whether this is one image whose layers are not compressed, as Docker's graph drivers keep them."""
    manifest = parse_manifest(built.store.read(built.root), built.root.media_type)
    return bool(manifest.layers) and all(layer.media_type == OCI_LAYER for layer in manifest.layers)


def _convert(
    tar: TarIndex, scratch: Path, name: str, platforms: tuple[Platform, ...], progress: Progress | None
) -> Built:
    entry = _choose(tar, name)
    config_name, layer_names = entry.get("Config"), entry.get("Layers")
    if not isinstance(config_name, str) or not isinstance(layer_names, list):
        raise LayoutError(f"manifest.json in {tar.path} names no Config or no Layers")
    config = tar.read(config_name, MANIFEST_READ_LIMIT)
    named = _NAMED_BY_DIGEST.fullmatch(config_name)
    if named and hashlib.sha256(config).hexdigest() != named[1]:
        raise LayoutError(f"{tar.path}: {config_name} does not have the content its name promises")
    diff_ids = _diff_ids(config, f"{config_name} in {tar.path}")
    if len(diff_ids) != len(layer_names):
        raise LayoutError(f"{tar.path} has {len(layer_names)} layers, but {len(diff_ids)} diff_ids in its config")
    staged = Staged()
    known: dict[str, Descriptor] = {}
    for layer, diff_id in zip(layer_names, diff_ids, strict=True):
        if diff_id not in known:  # a repeated layer is stored as one blob
            known[diff_id] = _layer(tar, str(layer), diff_id, staged, scratch, progress)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": staged.add_bytes(OCI_CONFIG, config).to_json(),
        "layers": [known[diff_id].to_json() for diff_id in diff_ids],
    }
    return complete(staged, staged.add_json(OCI_MANIFEST, manifest), platforms)


def _choose(tar: TarIndex, name: str) -> dict[str, Any]:
    try:
        entries = json.loads(tar.read("manifest.json", MANIFEST_READ_LIMIT))
    except (ValueError, RecursionError):
        raise LayoutError(f"manifest.json in {tar.path} is not JSON") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise LayoutError(f"manifest.json in {tar.path} is not a list of images")
    named = [entry for entry in entries if name and name in _tags(entry)]
    found = named or entries
    if len(found) != 1:
        names = [tag for entry in found for tag in _tags(entry) or ["(unnamed)"]]
        raise LayoutError(f"{tar.path} holds {len(found)} images, not one: {', '.join(names) or 'it is empty'}")
    return dict(found[0])


def _tags(entry: dict[str, Any]) -> list[str]:
    tags = entry.get("RepoTags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _diff_ids(config: bytes, what: str) -> list[str]:
    try:
        rootfs = json.loads(config)["rootfs"]
        diff_ids = rootfs.get("diff_ids") or []  # null for an image without layers
        return [digest.check(item) for item in diff_ids]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, digest.DigestError):
        raise LayoutError(f"{what} is not an image config with rootfs.diff_ids") from None


def _layer(
    tar: TarIndex, name: str, diff_id: str, staged: Staged, scratch: Path, progress: Progress | None
) -> Descriptor:
    region = tar.find(name)
    if region is None:
        raise LayoutError(f"{tar.path} lacks the layer {name}")
    with region.open() as stream:
        kind = sniff(stream.read(4))
    if kind == ZSTD:  # Python before 3.14 cannot decompress it, so only its digest is checked
        return _as_it_is(region, OCI_LAYER_ZSTD, staged, progress)
    if kind == GZIP:
        with region.open() as stream:
            _expect(diff_id, _hash(gunzip(stream, f"layer {name}", expansion_limit(region.size)), progress), name)
        return _as_it_is(region, OCI_LAYER_GZIP, staged, progress)
    goal = scratch / f"{diff_id.replace(':', '-')}.tar.gz"
    with region.open() as stream, goal.open("wb") as out:
        writer = GzipWriter(out)
        while piece := stream.read(_CHUNK):
            writer.write(piece)
            if progress is not None:
                progress(len(piece))
        packed = writer.finish()
    _expect(diff_id, packed.tar_digest, name)
    return staged.adopt(Descriptor(OCI_LAYER_GZIP, packed.digest, packed.size), Region.whole(goal))


def _as_it_is(region: Region, media_type: str, staged: Staged, progress: Progress | None) -> Descriptor:
    with region.open() as stream:
        found, size = digest.of_stream(stream, progress)
    return staged.adopt(Descriptor(media_type, found, size), region)


def _hash(stream: Any, progress: Progress | None) -> str:
    return digest.of_stream(stream, progress)[0]


def _expect(diff_id: str, found: str, name: str) -> None:
    if diff_id != found:
        raise LayoutError(f"layer {name} expands to {found}, not to its diff_id {diff_id}")
