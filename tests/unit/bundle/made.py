"""Bundles for tests, made without any builder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lazyoci.bundle.plan import BundledArtifact, BundledReference, BundlePlan
from lazyoci.bundle.write import Part, write
from lazyoci.frozen import replace
from lazyoci.layout.image import complete
from lazyoci.layout.read import PLAN
from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import dump
from lazyoci.oci.platform import parse as platform
from lazyoci.oci.reference import parse as reference

CLOCK = datetime(2026, 11, 27, 12, tzinfo=UTC)
AMD64, ARM64 = platform("linux/amd64"), platform("linux/arm64")
COMMIT = "c0ffee" * 6 + "c0ff"


def image(architecture: str, *layers: bytes, base: Staged | None = None) -> Built:
    """An image of one platform."""
    store = base or Staged()
    described = [store.add_bytes(mediatype.OCI_LAYER_GZIP, layer).to_json() for layer in layers]
    config = {"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}, "config": {}}
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "config": store.add_json(mediatype.OCI_CONFIG, config).to_json(),
        "layers": described,
    }
    return complete(store, store.add_json(mediatype.OCI_MANIFEST, document))


def part(built: Built, *references: str, name: str = "api", **fields: Any) -> Part:
    """The part of a plan for what was built; `fields` are those of `BundledArtifact`."""
    built = complete(built.store, built.root)
    artifact = BundledArtifact(
        name,
        fields.pop("type", "image"),
        built.root,
        built.size,
        built.platforms,
        fields.pop("declared", ()),
        file=fields.pop("file", ".lazy"),
        references=tuple([BundledReference(reference(one)) for one in references]),
    )
    return Part(replace(artifact, **fields), built.store)


def bundle(place: Path, *parts: Part, clock: datetime = CLOCK) -> Path:
    """A bundle of such parts at `place`."""
    write(place, parts, BundlePlan("lazyoci test", clock, tuple([one.artifact for one in parts])))
    return place


def shards(directory: Path, *references: str, **fields: Any) -> tuple[Path, Path]:
    """Two bundles of one image: for amd64 and for arm64, of which the file declares arm64 first."""
    made = []
    for platform_, architecture in ((AMD64, "amd64"), (ARM64, "arm64")):
        built = image(architecture, architecture.encode() * 100)
        one = part(built, *references, declared=(ARM64, AMD64), **fields)
        made.append(bundle(directory / str(platform_).replace("/", "-"), one))
    return made[0], made[1]


def edit(place: Path, change: dict[str, Any] | None = None, **first: Any) -> None:
    """Edit the plan of a bundle by hand: fields of the whole, and of its first artifact."""
    file = place / PLAN
    plan = json.loads(file.read_text("utf-8"))
    plan |= change or {}
    if first:
        plan["artifacts"][0] |= first
    file.write_text(json.dumps(plan), "utf-8")


def edit_index(place: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Add entries to the index of a bundle's layout."""
    file = place / "index.json"
    index = json.loads(file.read_text("utf-8"))
    index["manifests"] += entries
    file.write_bytes(dump(index))
