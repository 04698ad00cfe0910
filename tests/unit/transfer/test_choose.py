"""Which manifest of an index a machine gets."""

from __future__ import annotations

from typing import Any

import pytest

from lazyoci.oci import mediatype, platform
from lazyoci.oci.descriptor import descriptor_from_json
from lazyoci.transfer.choose import Listed, PlatformChoice, pick, platforms_of, suitable, with_attestations

REFERENCE = {"vnd.docker.reference.type": "attestation-manifest"}


def listed(*names: str) -> list[Listed]:
    """Manifests by platform; `att:N` is an attestation of the N-th."""
    out: list[Listed] = []
    for number, name in enumerate(names):
        raw: dict[str, Any] = {"mediaType": mediatype.OCI_MANIFEST, "digest": f"sha256:{number:064x}", "size": 2}
        if name.startswith("att:"):
            raw["platform"] = {"os": "unknown", "architecture": "unknown"}
            raw["annotations"] = {**REFERENCE, "vnd.docker.reference.digest": f"sha256:{int(name[4:]):064x}"}
        elif name:
            os_, architecture, *variant = name.split("/")
            raw["platform"] = {"os": os_, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
        out.append(Listed(descriptor_from_json(raw), raw))
    return out


@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        (["linux/amd64", "linux/arm64"], "linux/arm64", 1),
        (["linux/arm64/v8"], "linux/arm64", 0),  # how most registries write it
        (["linux/amd64/v2", "linux/amd64"], "linux/amd64", 1),
        (["linux/amd64/v2"], "linux/amd64", None),  # might not run here
        (["linux/amd64"], "linux/amd64/v3", 0),
        (["linux/arm/v5", "linux/arm/v6"], "linux/arm/v7", 1),
        (["linux/arm/v7"], "linux/arm/v6", None),
        (["windows/amd64", "windows/amd64"], "windows/amd64", 0),
        (["linux/amd64", "att:0"], "unknown/unknown", None),
        (["att:1", "linux/amd64"], "linux/amd64", 1),
        (["linux/amd64"], "linux/s390x", None),
        ([""], "linux/amd64", None),
    ],
)
def test_pick(there: list[str], wanted: str, expected: int | None) -> None:
    found = listed(*there)
    got = pick(found, platform.parse(wanted))
    assert got is (None if expected is None else found[expected])


def test_attestations_follow_their_image() -> None:
    found = listed("linux/amd64", "linux/arm64", "att:0", "att:1", "linux/s390x")
    kept = with_attestations(found, [found[1], found[4]])
    assert kept == [found[1], found[3], found[4]]


def test_platforms_are_those_of_images() -> None:
    found = listed("linux/amd64", "linux/arm64/v8", "att:0", "", "linux/amd64")
    assert [str(one) for one in platforms_of(found)] == ["linux/amd64", "linux/arm64"]


def test_the_host_is_meant_unless_a_platform_is_named() -> None:
    assert PlatformChoice().wanted == (platform.host(),)
    assert PlatformChoice((platform.parse("linux/s390x"),)).wanted == (platform.parse("linux/s390x"),)
    assert [str(one) for one in suitable(platform.parse("linux/arm/v6"))] == ["linux/arm/v6", "linux/arm/v5"]
