"""What refers to a manifest: by the API where there is one, else by the tag that stands in for it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, Descriptor, dump, parse_manifest
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry import referrers
from lazyoci.registry.errors import ProtocolError
from lazyoci.registry.repository import RemoteRepository
from tests.registry.fake import Exchange, FakeRegistry, Reply, Traits, faults
from tests.registry.kit import kit, run, states, wanted

IMAGE = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_MANIFEST, "config": EMPTY.to_json(), "layers": []})
SUBJECT = of(IMAGE)
Fakes = Callable[..., FakeRegistry]


def signature(kind: str = "application/vnd.acme.signature", **annotations: str) -> bytes:
    return dump(
        {
            "schemaVersion": 2,
            "mediaType": mediatype.OCI_MANIFEST,
            "artifactType": kind,
            "config": EMPTY.to_json(),
            "layers": [EMPTY.to_json()],
            "subject": {"mediaType": mediatype.OCI_MANIFEST, "digest": SUBJECT, "size": len(IMAGE)},
            "annotations": annotations,
        }
    )


def built(raw: bytes) -> Built:
    store = Staged()
    store.add_bytes(EMPTY.media_type, EMPTY_BYTES)
    return Built(store.add_bytes(mediatype.OCI_MANIFEST, raw), store)


def repository(fake: FakeRegistry) -> RemoteRepository:
    fake.seed_blob("a/b", EMPTY_BYTES)
    fake.seed_manifest("a/b", IMAGE, mediatype.OCI_MANIFEST, "v1")
    return kit().client.repository(parse_repository(f"{fake.host}/a/b"))


def push(fake: FakeRegistry, raw: bytes, tag: str = "sig") -> None:
    pushed = run(kit(), wanted(f"{fake.host}/a/b:{tag}"), built(raw))
    assert states(pushed) == {f"{fake.host}/a/b:{tag}": "new"}


def listed(found: list[Descriptor]) -> dict[str, str]:
    return {one.digest: one.artifact_type for one in found}


def test_the_api_lists_what_refers(fakes: Fakes) -> None:
    fake = fakes(traits=Traits(referrers=True))
    remote, raw = repository(fake), signature()
    push(fake, raw)
    assert listed(remote.referrers(SUBJECT)) == {of(raw): "application/vnd.acme.signature"}
    assert referrers.tag_of(SUBJECT) not in fake.distribution.repositories["a/b"].tags


def test_without_the_api_a_tag_keeps_the_index(fake: FakeRegistry) -> None:
    remote, first, second = repository(fake), signature(), signature("application/vnd.acme.sbom", a="b")
    assert remote.referrers(SUBJECT) == []
    push(fake, first, "one")
    push(fake, second, "two")
    assert listed(remote.referrers(SUBJECT)) == {
        of(first): "application/vnd.acme.signature",
        of(second): "application/vnd.acme.sbom",
    }
    (entry,) = [one for one in remote.referrers(SUBJECT) if one.digest == of(second)]
    assert entry.annotations == {"a": "b"}
    assert fake.distribution.repositories["a/b"].tags["v1"] == SUBJECT


def test_what_others_listed_stays_and_the_same_is_listed_once(fake: FakeRegistry) -> None:
    remote, raw = repository(fake), signature()
    theirs: dict[str, Any] = {**EMPTY.to_json(), "org.acme": {"kept": True}}
    fake.seed_manifest(
        "a/b",
        dump(
            {
                "schemaVersion": 2,
                "mediaType": mediatype.OCI_INDEX,
                "manifests": [theirs],
                "annotations": {"org.acme.owner": "security"},
            }
        ),
        mediatype.OCI_INDEX,
        referrers.tag_of(SUBJECT),
    )
    push(fake, raw, "one")
    push(fake, raw, "two")
    found = remote.referrers(SUBJECT)
    assert [one.digest for one in found] == [theirs["digest"], of(raw)]
    assert found[0].to_json()["org.acme"] == {"kept": True}
    kept = fake.manifests("a/b")[fake.tag("a/b", referrers.tag_of(SUBJECT))]
    assert json.loads(kept)["annotations"] == {"org.acme.owner": "security"}


def test_a_tag_that_answers_with_the_subject_is_left_alone(fake: FakeRegistry) -> None:
    remote = repository(fake)
    tag = referrers.tag_of(SUBJECT)

    def gitlab(exchange: Exchange) -> None:
        exchange.read_all()
        exchange.send(Reply(200, [("Content-Type", mediatype.OCI_MANIFEST), ("Docker-Content-Digest", SUBJECT)], IMAGE))

    fake.script.on("GET", f"/manifests/{tag}", gitlab, nth=None)
    with pytest.raises(ProtocolError, match="is the manifest itself"):
        remote.referrers(SUBJECT)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:sig"), built(signature()))
    assert pushed.outcomes[0].state == "failed"
    assert tag not in fake.distribution.repositories["a/b"].tags


def test_a_tag_that_holds_something_else_is_left_alone(fake: FakeRegistry) -> None:
    remote, tag = repository(fake), referrers.tag_of(SUBJECT)
    fake.seed_manifest("a/b", signature(x="y"), mediatype.OCI_MANIFEST, tag)
    with pytest.raises(ProtocolError, match="is no index"):
        remote.referrers(SUBJECT)
    run(kit(), wanted(f"{fake.host}/a/b:sig"), built(signature()))
    assert fake.distribution.repositories["a/b"].tags[tag] == of(signature(x="y"))


def test_an_entry_that_another_client_wrote_over_is_written_again(fake: FakeRegistry) -> None:
    remote, raw, tag = repository(fake), signature(), referrers.tag_of(SUBJECT)
    other = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [EMPTY.to_json()]})

    def raced(exchange: Exchange) -> None:
        reply = exchange.serve()
        fake.seed_manifest("a/b", other, mediatype.OCI_INDEX, tag)
        exchange.send(reply)

    fake.script.on("PUT", f"/manifests/{tag}", raced)
    push(fake, raw)
    assert {one.digest for one in remote.referrers(SUBJECT)} == {EMPTY.digest, of(raw)}


def test_a_list_in_pages_is_read_whole(fakes: Fakes) -> None:
    fake = fakes(traits=Traits(referrers=True))
    remote = repository(fake)
    for number in range(3):
        push(fake, signature(n=str(number)), f"s{number}")
    every = fake.distribution._referrers

    def paged(exchange: Exchange) -> None:
        request = exchange.request
        whole = every(request, "a/b", SUBJECT)
        entries = parse_manifest(whole.body, mediatype.OCI_INDEX).document["manifests"]
        at = int(request.one("at") or 0)
        page = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": entries[at : at + 1]})
        headers = [("Content-Type", mediatype.OCI_INDEX)]
        if at + 1 < len(entries):
            headers.append(("Link", f'<{request.path}?at={at + 1}>; rel="next"'))
        exchange.read_all()
        exchange.send(Reply(200, headers, page))

    fake.script.on("GET", "/referrers/", paged, nth=None)
    assert len(remote.referrers(SUBJECT)) == 3


@pytest.mark.parametrize("body", [b'{"manifests": {}}', b'{"manifests": ""}', b'{"manifests": 0}', b"[]", b"0"])
def test_what_is_no_list_is_not_taken_for_an_empty_one(fake: FakeRegistry, body: bytes) -> None:
    remote = repository(fake)
    fake.script.on("GET", "/referrers/", faults.answer(200, body=body), nth=None)
    with pytest.raises(ProtocolError, match="is not an index"):
        remote.referrers(SUBJECT)


def test_a_list_that_is_none_is_an_error(fake: FakeRegistry) -> None:
    remote = repository(fake)
    fake.script.on("GET", "/referrers/", faults.answer(200, body=b'{"manifests": [1]}'), nth=None)
    with pytest.raises(ProtocolError, match="is not an object"):
        remote.referrers(SUBJECT)


def test_the_tag_fits_whatever_the_algorithm() -> None:
    assert referrers.tag_of("sha256:" + "a" * 64) == "sha256-" + "a" * 64
    assert len(referrers.tag_of("sha512:" + "a" * 128)) <= 128
