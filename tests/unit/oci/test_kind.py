"""What an artifact is, by its media types: as the tools that make them write them."""

from __future__ import annotations

from typing import Any

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import dump, parse_manifest
from lazyoci.oci.kind import Kind, detect

DIGEST = "sha256:" + "0" * 64


def one(media_type: str, **more: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": DIGEST, "size": 2, **more}


def manifest(config: str, *layers: str, **more: Any) -> Kind:
    document = {"schemaVersion": 2, "config": one(config), "layers": [one(layer) for layer in layers], **more}
    return detect(parse_manifest(dump(document), mediatype.OCI_MANIFEST))


def index(*children: dict[str, Any], **more: Any) -> Kind:
    document = {"schemaVersion": 2, "manifests": list(children), **more}
    return detect(parse_manifest(dump(document), mediatype.OCI_INDEX))


CASES: list[tuple[str, Kind, str]] = [
    ("OCI image", manifest(mediatype.OCI_CONFIG, mediatype.OCI_LAYER_GZIP), "image"),
    ("Docker image", manifest(mediatype.DOCKER_CONFIG, mediatype.DOCKER_LAYER_GZIP), "image"),
    ("image without layers", manifest(mediatype.OCI_CONFIG), "image"),
    ("chart", manifest(mediatype.HELM_CONFIG, mediatype.HELM_CHART), "helm"),
    ("signed chart", manifest(mediatype.HELM_CONFIG, mediatype.HELM_CHART, mediatype.HELM_PROVENANCE), "helm"),
    ("cosign", manifest(mediatype.OCI_CONFIG, "application/vnd.dev.cosign.simplesigning.v1+json"), "signature cosign"),
    (
        "notation",
        manifest("application/vnd.cncf.notary.signature", "application/jose+json"),
        "signature notary",
    ),
    ("cosign sbom", manifest(mediatype.OCI_CONFIG, "text/spdx+json"), "sbom spdx"),
    ("oras spdx", manifest(mediatype.OCI_EMPTY, "text/plain", artifactType="application/spdx+json"), "sbom spdx"),
    ("cyclonedx", manifest(mediatype.OCI_EMPTY, "application/vnd.cyclonedx+json"), "sbom cyclonedx"),
    ("buildx attestation", manifest(mediatype.OCI_CONFIG, "application/vnd.in-toto+json"), "attestation in-toto"),
    (
        "buildx attestation as an artifact",
        manifest(
            mediatype.OCI_EMPTY,
            "application/vnd.in-toto+json",
            artifactType="application/vnd.docker.attestation.manifest.v1+json",
        ),
        "attestation in-toto",
    ),
    ("cosign attestation", manifest(mediatype.OCI_CONFIG, "application/vnd.dsse.envelope.v1+json"), "attestation dsse"),
    ("wasm", manifest("application/vnd.wasm.config.v0+json", "application/wasm"), "wasm"),
    ("wasm by its layer", manifest(mediatype.OCI_CONFIG, "application/vnd.wasm.content.layer.v1+wasm"), "wasm"),
    ("generic", manifest(mediatype.OCI_EMPTY, "text/plain", artifactType="a/b"), "artifact a/b"),
    (
        "its own type decides over its files",
        manifest(mediatype.OCI_EMPTY, "text/spdx", artifactType="a/b"),
        "artifact a/b",
    ),
    (
        "by its config",
        manifest("application/vnd.example.config", "text/plain"),
        "artifact application/vnd.example.config",
    ),
    ("nameless", manifest(mediatype.OCI_EMPTY, "text/plain"), "artifact"),
    (
        "of the unknown type",
        manifest(mediatype.OCI_EMPTY, "text/plain", artifactType=mediatype.UNKNOWN_ARTIFACT),
        f"artifact {mediatype.UNKNOWN_ARTIFACT}",
    ),
    ("files of several kinds", manifest(mediatype.OCI_EMPTY, "text/spdx", "application/wasm"), "artifact"),
    ("platforms", index(one(mediatype.OCI_MANIFEST, platform={"os": "linux", "architecture": "s390x"})), "image"),
    ("empty index", index(), "image"),
    ("index of charts", index(one(mediatype.OCI_MANIFEST, artifactType=mediatype.HELM_CONFIG)), "helm"),
    ("index of things", index(one(mediatype.OCI_MANIFEST, artifactType="a/b")), "artifact a/b"),
    ("index with a type", index(one(mediatype.OCI_MANIFEST), artifactType="a/c"), "artifact a/c"),
]


@pytest.mark.parametrize(("found", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_kind(found: Kind, expected: str) -> None:
    assert f"{found.name} {found.detail}".strip() == expected


def test_a_sigstore_bundle_is_an_attestation_if_it_has_a_predicate() -> None:
    bundle = "application/vnd.dev.sigstore.bundle.v0.3+json"
    annotations = {"dev.sigstore.bundle.predicateType": "https://slsa.dev/provenance/v1"}
    assert manifest(mediatype.OCI_EMPTY, bundle, artifactType=bundle).name == "signature"
    assert manifest(mediatype.OCI_EMPTY, bundle, artifactType=bundle, annotations=annotations).name == "attestation"
