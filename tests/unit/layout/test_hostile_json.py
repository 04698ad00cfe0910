"""Manifests, configs and indexes with any JSON anywhere, under honest digests: only our own errors come out."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyoci.errors import LazyociError
from lazyoci.layout.docker_archive import read_archive
from lazyoci.oci import platform
from lazyoci.oci.mediatype import OCI_CONFIG, OCI_EMPTY, OCI_INDEX, OCI_LAYER, OCI_MANIFEST

JUNK: list[Any] = [None, True, -1, 1.5, 1 << 70, "", "x", "sha256:" + "0" * 64, [], [None], {}, {"a": 1}, "\ud800"]
PLATFORMS = [(), (platform.parse("linux/amd64"),), (platform.parse("linux/arm64"),)]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


class Writer:
    """Collects the files of an archive; any document may have a junk value put somewhere into it."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.files: dict[str, bytes] = {}

    def spoil(self, document: Any) -> bytes:
        document = copy.deepcopy(document)
        if self.data.draw(st.integers(0, 2)) == 0:
            *front, last = self.data.draw(st.sampled_from(list(places(document))))
            inner = document
            for key in front:
                inner = inner[key]
            inner[last] = copy.deepcopy(self.data.draw(st.sampled_from(JUNK)))
        return json.dumps(document).encode("utf-8")

    def blob(self, data: bytes, media_type: str, **fields: Any) -> dict[str, Any]:
        encoded = hashlib.sha256(data).hexdigest()
        self.files[f"blobs/sha256/{encoded}"] = data
        return {"mediaType": media_type, "digest": f"sha256:{encoded}", "size": len(data), **fields}

    def write(self, path: Path) -> None:
        with tarfile.open(path, "w") as archive:
            for name, data in self.files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["index", "side by side", "legacy"]))
def test_only_our_errors(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    out = Writer(data)
    layer = out.blob(b"x" * 1024, OCI_LAYER)
    rootfs = {"type": "layers", "diff_ids": [layer["digest"]]}
    config = out.blob(out.spoil({"os": "linux", "architecture": "amd64", "rootfs": rootfs}), OCI_CONFIG)
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer]}
    image = out.blob(out.spoil(manifest), OCI_MANIFEST)
    statement = {**manifest, "config": {**config, "mediaType": OCI_EMPTY}}
    attestation = out.blob(out.spoil(statement), OCI_MANIFEST)
    if kind == "index":
        reference = {
            "vnd.docker.reference.digest": image["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        }
        unknown = {"os": "unknown", "architecture": "unknown"}
        children = [
            {**image, "platform": {"os": "linux", "architecture": "amd64"}},
            {**attestation, "platform": unknown, "annotations": reference},
        ]
        entries = [out.blob(out.spoil({"schemaVersion": 2, "manifests": children}), OCI_INDEX)]
    else:
        entries = [image, {**attestation, "annotations": {"io.containerd.manifest.subject": image["digest"]}}]
    if kind != "legacy":
        out.files["oci-layout"] = out.spoil({"imageLayoutVersion": "1.0.0"})
        out.files["index.json"] = out.spoil({"schemaVersion": 2, "manifests": entries})
    names = ["blobs/sha256/" + item["digest"][7:] for item in (config, layer)]
    out.files["manifest.json"] = out.spoil([{"Config": names[0], "RepoTags": ["a:1"], "Layers": [names[1]]}])
    out.write(tmp_path / "x.tar")
    try:
        built = read_archive(
            tmp_path / "x.tar",
            tmp_path,
            name=data.draw(st.sampled_from(["", "1", "a:1"])),
            platforms=data.draw(st.sampled_from(PLATFORMS)),
            compress=data.draw(st.booleans()),
        )
    except LazyociError as error:
        assert error.message
    else:
        assert built.store.read(built.root)
