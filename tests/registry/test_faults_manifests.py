"""Manifests and tags that are refused, lists that lie."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lazyoci.layout.store import Staged
from lazyoci.oci import mediatype
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import BlobUnknown, ProtocolError, TagImmutable, TooLarge, Unreachable
from tests.hosts import Named
from tests.registry.fake import Exchange, FakeRegistry, Reply, Traits, error_reply, faults, json_reply
from tests.registry.kit import artifact, index, kit, run, states, wanted

Fakes = Callable[..., FakeRegistry]


# ---------------------------------------------------------------------- MANIFEST_BLOB_UNKNOWN
def forget(fake: FakeRegistry, digest: str) -> Callable[[], None]:
    """A registry that has a blob, and then has not."""
    return lambda: fake.distribution.repository("a/b").blobs.discard(digest)


@pytest.mark.parametrize("status", [400, 404])
def test_a_blob_that_is_missing_after_all_is_pushed_once_more(fake: FakeRegistry, status: int) -> None:
    layer = fake.seed_blob("a/b", b"layer")  # HEAD finds it
    other = fake.seed_blob("a/b", b"other")

    def act(exchange: Exchange) -> None:
        forget(fake, layer)()
        reply = exchange.serve()
        assert reply.status == 400
        exchange.send(Reply(status, reply.headers, reply.body))

    fake.script.on("PUT", r"/manifests/", act)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"layer", b"other"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("HEAD", f"/blobs/{layer}") == 1
    assert fake.count("PUT", f"digest={layer}") == 1
    assert fake.count("PUT", f"digest={other}") == 0  # only what was named


def test_a_registry_that_names_nothing_gets_everything_again(fake: FakeRegistry) -> None:
    fake.script.on("PUT", r"/manifests/", faults.answer(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one", b"two"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("PUT", "/blobs/uploads/") == 6


def test_only_once_then_it_fails(fake: FakeRegistry) -> None:
    missing = of(b"layer")
    fake.script.on(
        "PUT", r"/manifests/", faults.answer(400, "MANIFEST_BLOB_UNKNOWN", f"blob unknown: {missing}"), nth=None
    )
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"layer"))
    (one,) = pushed.outcomes
    assert isinstance(one.error, BlobUnknown)
    assert one.error.digests == (missing,)
    assert missing in f"{one.error.message} {one.error.hint}"
    assert fake.count("PUT", "/manifests/") == 2
    assert fake.tag("a/b", "v1") == ""


def test_a_tag_whose_manifest_lost_its_blobs(fake: FakeRegistry) -> None:
    """The root is there by digest, so its blobs were not looked at; the registry's own check tells."""
    built = artifact(b"layer")
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    forget(fake, of(b"layer"))()
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v2"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v2": "new"}
    assert of(b"layer") in fake.blobs("a/b")


def test_a_child_that_is_missing_after_all(fake: FakeRegistry) -> None:
    store = Staged()
    child = artifact(b"child", store=store).root
    root = index(store, [child])
    run(kit(), wanted(f"{fake.host}/a/b:child"), artifact(b"child"))
    stored = fake.distribution.repository("a/b")
    fake.script.on("PUT", "/manifests/v1", faults.first(lambda: stored.manifests.pop(child.digest)))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), root)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert child.digest in fake.manifests("a/b")


# ---------------------------------------------------------------------- immutable tags
def test_the_same_digest_is_skipped(fakes: Fakes) -> None:
    refuse = error_reply(400, "TAG_INVALID", "the tag is immutable")
    fake = fakes(traits=Traits(refuse_tag=lambda repository, tag, old, new: refuse if old else None))
    built, references = artifact(b"one"), wanted(f"{fake.host}/a/b:v1")
    run(kit(), references, built)
    again = run(kit(), references, built)
    assert states(again) == {f"{fake.host}/a/b:v1": "unchanged"}
    assert fake.count("PUT", "/manifests/v1") == 1


def test_another_digest_with_no_clobber_is_refused_before_any_upload(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"old"))
    before = len(fake.log)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"new"), no_clobber=True)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "refused"}
    assert all(entry.method in ("GET", "HEAD") for entry in fake.log[before:])


REFUSALS = {
    "ECR": (400, "TAG_INVALID", "The image tag 'v1' already exists in the 'a/b' repository and cannot be overwritten "
            "because the repository is immutable."),
    "Harbor": (412, "PRECONDITION", "Failed to process request due to 'b:v1' configured as immutable."),
    "Quay": (409, "TAG_ALREADY_EXISTS", "tag 'v1' already exists and is immutable"),
    "ACR": (405, "REGISTRY_DISALLOWED_OPERATION", "The operation is disallowed on this registry, repository or image."),
    "Artifact Registry": (400, "MANIFEST_INVALID", "cannot update tag v1. The repository has enabled tag immutability"),
    "GitLab": (403, "DENIED", "protected tag: requested access to the resource is denied"),
}  # fmt: skip


@pytest.mark.parametrize("registry", REFUSALS)
def test_every_registrys_refusal_is_one_error(fake: FakeRegistry, registry: str) -> None:
    status, code, message = REFUSALS[registry]
    run(kit(), wanted(f"{fake.host}/a/b:v1"), old := artifact(b"old"))
    fake.script.on("PUT", r"/manifests/v1$", faults.answer(status, code, message), nth=None)
    tools, before = kit(), fake.count("PUT", r"/manifests/v1$")
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:latest"), artifact(b"new"))
    first, second = pushed.outcomes
    assert isinstance(first.error, TagImmutable), first.error
    assert (first.state, first.previous_digest, first.pushed, second.state) == (
        "refused", old.root.digest, False, "skipped",
    )  # fmt: skip
    assert 'the tag "v1" exists and may not be moved' in first.error.message
    assert message in first.error.hint
    assert fake.count("PUT", r"/manifests/v1$") == before + 1
    assert tools.clock.slept == []


def test_ecr_hangs_up_where_the_repository_is_missing(fake: FakeRegistry, named: Named) -> None:
    fake.script.on("POST", "/blobs/uploads/", faults.reset(), nth=None)
    host = "123.dkr.ecr.eu-central-1.amazonaws.com"
    pushed = run(kit(hosts=named({host: fake.url}), attempts=2), wanted(f"{host}/a/b:v1"), artifact(b"new"))
    (outcome,) = pushed.outcomes
    assert isinstance(outcome.error, Unreachable)
    assert "aws ecr create-repository --repository-name a/b" in outcome.error.hint


# ---------------------------------------------------------------------- lists
def tags(fake: FakeRegistry) -> tuple[list[str], list[str]]:
    """The tags of a/b, and the warnings."""
    tools = kit()
    return tools.client.repository(parse_repository(f"{fake.host}/a/b")).tags(), tools.warnings


def listed(names: list[str] | None, link: str = "") -> faults.Action:
    """One page."""
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    return faults.rewrite(lambda _: json_reply(200, {"name": "a/b", "tags": names}, headers))


def test_null_is_an_empty_list(fake: FakeRegistry) -> None:
    fake.script.on("GET", "/tags/list", listed(None))
    assert tags(fake) == ([], [])


def test_a_last_page_of_null(fake: FakeRegistry) -> None:
    fake.script.on("GET", "/tags/list", listed(["a", "b"], "/v2/a/b/tags/list?last=b&n=2"), nth=1)
    fake.script.on("GET", "/tags/list", listed(None), nth=2)
    assert tags(fake) == (["a", "b"], [])


def test_a_circle_of_links_ends_with_a_warning(fake: FakeRegistry) -> None:
    fake.script.on("GET", "/tags/list", listed(["a"], "/v2/a/b/tags/list?last=a"), nth=None)
    found, warnings = tags(fake)
    assert found == ["a"]
    assert len(warnings) == 1 and "circle" in warnings[0]
    assert fake.count("GET", "/tags/list") == 2


def test_a_link_to_another_host_is_refused(fakes: Fakes) -> None:
    fake, other = fakes(), fakes()
    fake.script.on("GET", "/tags/list", listed(["a"], f"{other.url}/v2/a/b/tags/list?last=a"))
    with pytest.raises(ProtocolError, match="links to another host"):
        tags(fake)
    assert not other.log


# ---------------------------------------------------------------------- manifests that are none
def test_a_manifest_of_9_mib_is_not_read(fake: FakeRegistry) -> None:
    raw = json.dumps({"schemaVersion": 2, "layers": [], "config": None, "annotations": {"x": "y" * (9 << 20)}}).encode()
    fake.seed_manifest("a/b", raw, mediatype.OCI_MANIFEST, "v1")
    with pytest.raises(TooLarge, match="larger than 8 MiB"):
        kit().client.repository(parse_repository(f"{fake.host}/a/b")).get_manifest("v1")


@pytest.mark.parametrize("raw", [b"not json", b"[]", b'{"schemaVersion": 2, "layers": 5}', b"[" * 100_000])
def test_bad_json_is_a_clean_error(fake: FakeRegistry, raw: bytes) -> None:
    fake.seed_manifest("a/b", raw, mediatype.OCI_MANIFEST, "v1")
    with pytest.raises(ProtocolError) as raised:
        kit().client.repository(parse_repository(f"{fake.host}/a/b")).get_manifest("v1")
    assert f"{fake.host}/a/b failed: v1: " in raised.value.message
