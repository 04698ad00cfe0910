"""Descriptors and manifests: what is kept, what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.oci import digest, mediatype
from lazyoci.oci.descriptor import (
    EMPTY,
    EMPTY_BYTES,
    MANIFEST_READ_LIMIT,
    ManifestError,
    descriptor_from_json,
    dump,
    parse_manifest,
)

SHA = "sha256:" + "0" * 64


def test_the_empty_descriptor_is_that_of_the_specification() -> None:
    assert EMPTY.digest == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest.of(EMPTY_BYTES) == EMPTY.digest


def test_unknown_fields_survive() -> None:
    value = {"mediaType": "a/b", "digest": SHA, "size": 1, "urls": ["https://x"], "x": {"y": 1}}
    assert descriptor_from_json(value).to_json() == value


def test_an_index_keeps_platforms_and_knows_attestations() -> None:
    child = {"mediaType": mediatype.OCI_MANIFEST, "digest": SHA, "size": 2}
    document = {
        "schemaVersion": 2,
        "manifests": [
            child | {"platform": {"architecture": "arm", "os": "linux", "variant": "v7"}},
            child | {"annotations": {"vnd.docker.reference.type": "attestation-manifest"}},
        ],
    }
    manifest = parse_manifest(dump(document))
    assert manifest.is_index
    assert str(manifest.manifests[0].platform) == "linux/arm/v7"
    assert [one.is_attestation for one in manifest.manifests] == [False, True]


def test_null_layers_are_none() -> None:
    raw = dump({"schemaVersion": 2, "config": EMPTY.to_json(), "layers": None})
    assert parse_manifest(raw).layers == ()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"mediaType":"text/plain"}', "not a manifest"),
        (b'{"layers":{}}', "not a list"),
        (b'{"layers":[{"digest":"sha256:x","mediaType":"a/b","size":1}]}', r"layers\[0\]"),
        (b'{"config":{"digest":"' + SHA.encode() + b'","mediaType":"a/b","size":-1}}', "no valid size"),
        (b" " * (MANIFEST_READ_LIMIT + 1), "at most"),
    ],
)
def test_refuses(raw: bytes, says: str) -> None:
    with pytest.raises(ManifestError, match=says):
        parse_manifest(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["config", "layers", "manifests", "digest", "size", "mediaType", "platform", "annotations"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_only_our_error_comes_out(value: object) -> None:
    try:
        parse_manifest(json.dumps(value).encode())
    except ManifestError as error:
        assert error.message
