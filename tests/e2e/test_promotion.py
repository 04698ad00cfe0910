"""From staging to production, between real registries without a referrers API: the digest, and all that is about it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, Descriptor, dump
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.referrers import tag_of
from lazyoci.registry.repository import RemoteRepository
from tests.e2e.cli import lazyoci
from tests.registry.kit import kit, stream
from tests.servers import RealRegistry, docker_registry, program


def put(remote: RemoteRepository, document: dict[str, Any], tag: str = "") -> Descriptor:
    raw = dump({"schemaVersion": 2, **document})
    found = Descriptor(document["mediaType"], of(raw), len(raw))
    remote.put_manifest(raw, found.media_type, tag or found.digest, digest=found.digest)
    return found


def blob(remote: RemoteRepository, data: bytes, media_type: str) -> dict[str, Any]:
    found = Descriptor(media_type, of(data), len(data))
    remote.push_blob(found, stream(data))
    return found.to_json()


def manifest(remote: RemoteRepository, config: dict[str, Any], *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mediaType": mediatype.OCI_MANIFEST, **more, "config": config, "layers": list(layers)}


def seeded(registry: RealRegistry) -> tuple[Descriptor, dict[str, str]]:
    """An index of two platforms with an attestation, and what is about it: the root, and digests by what they are."""
    remote = kit().client.repository(parse_repository(f"{registry.host}/staging/app"))
    empty = blob(remote, EMPTY_BYTES, EMPTY.media_type)
    children: list[dict[str, Any]] = []
    for architecture in ("amd64", "arm64"):
        config = {"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}}
        child = put(remote, manifest(remote, blob(remote, dump(config), mediatype.OCI_CONFIG)))
        children.append({**child.to_json(), "platform": {"os": "linux", "architecture": architecture}})
    attestation = put(remote, manifest(remote, empty, blob(remote, b"{}\n", "application/vnd.in-toto+json")))
    marks = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": children[0]["digest"]}
    nowhere = {"os": "unknown", "architecture": "unknown"}
    children.append({**attestation.to_json(), "platform": nowhere, "annotations": marks})
    root = put(remote, {"mediaType": mediatype.OCI_INDEX, "manifests": children}, "v1")

    def about(subject: Descriptor, kind: str) -> Descriptor:
        layer = blob(remote, kind.encode(), mediatype.OCTET_STREAM)
        found = put(remote, manifest(remote, empty, layer, artifactType=kind, subject=subject.to_json()))
        listed = {"mediaType": mediatype.OCI_INDEX, "manifests": [found.to_json()]}
        put(remote, listed, tag_of(subject.digest))
        return found

    sbom = about(root, "application/spdx+json")
    signature = about(sbom, "application/vnd.acme.signature")
    signed = manifest(remote, empty, blob(remote, b"cosign", mediatype.OCTET_STREAM))
    cosign = put(remote, signed, f"{tag_of(root.digest)}.sig")
    return root, {"sbom": sbom.digest, "signature": signature.digest, "cosign": cosign.digest}


def there(registry: RealRegistry, digest: str) -> bool:
    remote = kit().client.repository(parse_repository(f"{registry.host}/app"))
    return remote.head_manifest(digest) is not None


def test_what_a_promotion_takes_along(tmp_path: Path) -> None:
    skopeo = program("skopeo")
    with docker_registry(tmp_path / "a") as staging, docker_registry(tmp_path / "b") as production:
        root, also = seeded(staging)
        source = f"{staging.host}/staging/app:v1"
        ran = lazyoci("copy", source, f"{production.host}/app:v1", cwd=tmp_path)
        assert ran.code == 0, ran
        assert "3 referrers" in ran.out
        assert production.tag("app", "v1") == root.digest
        assert {name: there(production, digest) for name, digest in also.items()} == dict.fromkeys(also, True)
        remote = kit().client.repository(parse_repository(f"{production.host}/app"))
        assert [one.digest for one in remote.referrers(root.digest)] == [also["sbom"]]
        assert [one.digest for one in remote.referrers(also["sbom"])] == [also["signature"]]
        assert production.tag("app", f"{tag_of(root.digest)}.sig") == also["cosign"]
    with docker_registry(tmp_path / "a2") as staging, docker_registry(tmp_path / "c") as other:
        root, also = seeded(staging)
        plain = ("--src-tls-verify=false", "--dest-tls-verify=false")
        copied = f"docker://{staging.host}/staging/app:v1", f"docker://{other.host}/app:v1"
        subprocess.run([skopeo, "copy", "--all", "--quiet", *plain, *copied], check=True)
        assert other.tag("app", "v1") == root.digest
        assert {name: there(other, digest) for name, digest in also.items()} == dict.fromkeys(also, False)
