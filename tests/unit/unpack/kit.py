"""Artifacts in memory, as `find` would have found them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

from lazyoci.layout.store import Staged
from lazyoci.oci import mediatype
from lazyoci.oci.annotations import TITLE
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump, parse_manifest
from lazyoci.oci.reference import parse
from lazyoci.transfer.find import Found

UNPACK = "io.deis.oras.content.unpack"
CONTENT = "io.deis.oras.content.digest"


def found(store: Staged, layers: list[Descriptor], config: Descriptor = EMPTY, kind: str = "a/b", **more: Any) -> Found:
    """What a registry would hold: one manifest over these layers."""
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        **({"artifactType": kind} if kind else {}),
        "config": config.to_json(),
        "layers": [layer.to_json() for layer in layers],
        **more,
    }
    manifest = parse_manifest(dump(document), mediatype.OCI_MANIFEST)
    blobs = {one.digest: one for one in manifest.children}
    return Found(
        parse("r.example/a/b:v1"), manifest, manifest.descriptor, {manifest.descriptor.digest: manifest}, blobs
    )


def titled(store: Staged, title: str, data: bytes, **annotations: str) -> Descriptor:
    """A layer with a title."""
    one = store.add_bytes(mediatype.OCTET_STREAM, data)
    return Descriptor(one.media_type, one.digest, one.size, {TITLE: title, **annotations})


def member(name: str, data: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    """An entry of a tar."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def tar(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    """A tar of such entries."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # a mode as text
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tree(directory: Path) -> dict[str, str]:
    """The files and links below a directory, with their content or target."""
    return {
        path.relative_to(directory).as_posix(): f"→ {path.readlink()}" if path.is_symlink() else path.read_text("utf-8")
        for path in sorted(directory.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
