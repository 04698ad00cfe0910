"""A reference that does not exist: which tag was likely meant, by few and small requests."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.reference import parse
from lazyoci.registry.errors import NotFound
from lazyoci.transfer.find import named_by
from tests.registry.fake import FakeRegistry, faults
from tests.registry.kit import kit

Fakes = Callable[..., FakeRegistry]
MANIFEST = json.dumps(
    {"schemaVersion": 2, "config": {"mediaType": "a/b", "digest": "sha256:" + "0" * 64, "size": 2}, "layers": []}
).encode()


def hint(fake: FakeRegistry, name: str) -> str:
    reference = parse(f"{fake.host}/{name}")
    with kit().client as client, pytest.raises(NotFound, match=r" does not exist$") as caught:
        named_by(client.repository(reference.repository), reference)
    said, _, remedy = caught.value.hint.partition("\n")
    assert said == f"{fake.host} said: MANIFEST_UNKNOWN: manifest unknown"
    return remedy


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("v1.0.0", "1.0.0"),
        ("1.1.0", "v1.1.0"),
        ("1.00", "1.0.0"),
        ("nigthly", "nightly"),
        ("latest", "v1.1.0"),  # the newest
        ("zebra", ""),
        ("v", ""),
    ],
)
def test_a_tag_that_is_near(fakes: Fakes, asked: str, meant: str) -> None:
    fake = fakes()
    fake.seed_manifest("a/b", MANIFEST, mediatype.OCI_MANIFEST, "1.0.0", "v1.1.0", "nightly")
    see = f"See what there is: lazyoci browse tags {fake.host}/a/b"
    assert hint(fake, f"a/b:{asked}") == (f"Did you mean {fake.host}/a/b:{meant}?\n{see}" if meant else see)
    assert fake.count("GET", "/tags/list") == 1


def test_among_more_tags_than_one_page_the_same_version_is_asked_for_itself(fakes: Fakes) -> None:
    fake = fakes()
    many = [f"build-{number:04}" for number in range(300)]
    fake.seed_manifest("a/b", MANIFEST, mediatype.OCI_MANIFEST, *many, "1.0.0")
    fake.script.on("GET", r"/tags/list", faults.answer(200, body=json.dumps({"tags": many[:100]}).encode()))
    assert hint(fake, "a/b:v1.0.0").startswith(f"Did you mean {fake.host}/a/b:1.0.0?")
    assert (fake.count("GET", "/tags/list"), fake.count("HEAD", "/manifests/1.0.0")) == (1, 1)


def test_a_repository_that_is_not_there(fakes: Fakes) -> None:
    """docker-registry says of its manifests that these are unknown, and only of its tags that it is."""
    fake = fakes()
    fake.script.on("GET", r"/manifests/", faults.answer(404, "MANIFEST_UNKNOWN", "manifest unknown"), nth=None)
    assert hint(fake, "a/b:v1") == (
        f"There is no repository a/b. Check its name. What is there: lazyoci browse repos {fake.host}"
    )


def test_a_registry_that_lists_no_tags(fakes: Fakes) -> None:
    fake = fakes()
    fake.seed_manifest("a/b", MANIFEST, mediatype.OCI_MANIFEST, "1.0.0")
    fake.script.on("GET", r"/tags/list", faults.answer(405, "UNSUPPORTED"))
    assert hint(fake, "a/b:v1.0.0") == f"See what there is: lazyoci browse tags {fake.host}/a/b"


def test_of_a_digest_no_tag_is_asked(fakes: Fakes) -> None:
    fake = fakes()
    fake.seed_manifest("a/b", MANIFEST, mediatype.OCI_MANIFEST, "1.0.0")
    assert hint(fake, f"a/b@sha256:{'1' * 64}").startswith("See what there is")
    assert fake.count("GET", "/tags/list") == 0
