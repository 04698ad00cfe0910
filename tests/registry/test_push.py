"""Pushing one artifact: what is sent, in which order, and what is not."""

from __future__ import annotations

import re
import threading

import pytest

from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump
from lazyoci.oci.digest import short
from lazyoci.transfer.compare import compare
from lazyoci.transfer.content import read
from lazyoci.transfer.outcome import Delivery
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.push import push
from tests.registry.fake import FakeRegistry, Reply, Traits, error_reply, faults
from tests.registry.kit import artifact, index, kit, noise, outcome, run, run_all, states, wanted


def sent(fake: FakeRegistry, since: int = 0) -> list[str]:
    """What was asked, in short: `PUT manifests/v1`."""
    found = []
    for entry in fake.log[since:]:
        kind = re.search(r"/(manifests/|blobs/uploads/|blobs/|tags/)([^/?]*)", entry.target)
        if kind:
            found.append(f"{entry.method} {kind[1]}{kind[2] if 'uploads' not in kind[1] else ''}")
    return found


def test_blobs_then_the_manifest_under_its_first_tag_then_other_tags_latest_last(fake: FakeRegistry) -> None:
    built, host = artifact(b"one", b"two"), fake.host
    tags = ("v1", "v1.2", "v1.2.3", "latest")
    pushed = run(kit(), wanted(*(f"{host}/a/b:{tag}" for tag in tags)), built)
    assert states(pushed) == {f"{host}/a/b:{tag}": "new" for tag in tags}
    assert all(one.pushed and one.digest == built.root.digest and one.error is None for one in pushed.outcomes)
    puts = [entry for entry in sent(fake) if entry.startswith("PUT")]
    assert puts[:3] == ["PUT blobs/uploads/"] * 3
    assert puts[3] == "PUT manifests/v1"
    assert sorted(puts[4:6]) == ["PUT manifests/v1.2", "PUT manifests/v1.2.3"]
    assert puts[6:] == ["PUT manifests/latest"]
    # asked once more, each of them, after all were written
    assert sorted(sent(fake)[-4:]) == sorted(f"HEAD manifests/{tag}" for tag in tags)
    assert fake.manifests("a/b")[built.root.digest] == built.store.read(built.root)
    assert (pushed.all_blobs, pushed.new_blobs, pushed.bytes_sent) == (3, 3, len(b"onetwo{}"))


def test_three_requests_a_blob(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(*(noise(100, i) for i in range(20))))
    assert len(fake.requests("*", "/blobs/")) == 3 * 21


def test_nothing_is_sent_for_what_is_unchanged(fake: FakeRegistry) -> None:
    built, references = artifact(b"one"), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:latest")
    run(kit(), references, built)
    before = len(fake.log)
    again = run(kit(), references, built)
    assert set(states(again).values()) == {"unchanged"}
    assert not any(one.pushed for one in again.outcomes)
    assert sorted(sent(fake, before)) == ["HEAD manifests/latest", "HEAD manifests/v1"]
    assert (again.all_blobs, again.new_blobs) == (2, 0)


def test_a_new_tag_of_known_content_needs_no_blob_request(fake: FakeRegistry) -> None:
    built = artifact(b"one", b"two")
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    before = len(fake.log)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2"), built)
    assert list(states(pushed).values()) == ["unchanged", "new"]
    assert sent(fake, before)[2:] == ["PUT manifests/v2", "HEAD manifests/v2"]
    before = len(fake.log)
    run(kit(), wanted(f"{fake.host}/a/b:v3"), built)
    assert sent(fake, before) == [
        "HEAD manifests/v3", f"HEAD manifests/{built.root.digest}", "PUT manifests/v3", "HEAD manifests/v3",
    ]  # fmt: skip


def test_a_moved_tag_tells_from_where(fake: FakeRegistry) -> None:
    old, new = artifact(b"old"), artifact(b"new")
    run(kit(), wanted(f"{fake.host}/a/b:v1"), old)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), new)
    (one,) = pushed.outcomes
    assert (one.state, one.previous_digest, one.pushed) == ("moved", old.root.digest, True)
    assert fake.tag("a/b", "v1") == new.root.digest
    assert (pushed.new_blobs, pushed.existing) == (1, 1)


def image_index() -> tuple[Built, list[Descriptor]]:
    """An index of two manifests that share a layer, and an attestation of the first."""
    store = Staged()
    first = artifact(b"shared", b"amd64", store=store).root
    second = artifact(b"shared", b"arm64", store=store).root
    attestation = artifact(b"{}attestation", store=store, kind="attestation").root
    described = Descriptor(
        attestation.media_type,
        attestation.digest,
        attestation.size,
        annotations={
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": first.digest,
        },
    )
    return index(store, [first, second, described]), [first, second, attestation]


def test_children_of_an_index_go_first_and_get_no_tag(fake: FakeRegistry) -> None:
    built, children = image_index()
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    puts = [entry for entry in sent(fake) if entry.startswith("PUT manifests/")]
    assert sorted(puts[:-1]) == sorted(f"PUT manifests/{one.digest}" for one in children)
    assert puts[-1] == "PUT manifests/v1"
    last_blob = max(i for i, entry in enumerate(sent(fake)) if "blobs/" in entry)
    assert last_blob < sent(fake).index(puts[0])
    assert fake.distribution.repositories["a/b"].tags == {"v1": built.root.digest}
    assert fake.count("PUT", "/blobs/uploads/") == 5  # the empty config, the shared layer and three others: each once


def test_a_child_that_is_there_is_left_alone_with_all_its_blobs(fake: FakeRegistry) -> None:
    built, children = image_index()
    store = built.store
    assert isinstance(store, Staged)
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    changed = index(store, [children[0], artifact(b"shared", b"arm64 anew", store=store).root])
    before = len(fake.log)
    run(kit(), wanted(f"{fake.host}/a/b:v2"), changed)
    puts = [entry for entry in sent(fake, before) if entry.startswith("PUT")]
    assert puts[0] == "PUT blobs/uploads/"
    assert len(puts) == 1 + 1 + 1  # a layer, the other manifest, the index under its tag
    assert f"HEAD blobs/{children[0].digest}" not in sent(fake, before)
    assert sent(fake, before).count("HEAD blobs/" + EMPTY.digest) == 1


def test_nested_index(fake: FakeRegistry) -> None:
    store = Staged()
    inner = index(store, [artifact(b"deep", store=store).root])
    outer = index(store, [inner.root])
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), outer)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert set(fake.manifests("a/b")) >= {inner.root.digest, outer.root.digest}


def test_foreign_layers_are_not_pushed(fake: FakeRegistry) -> None:
    store = Staged()
    foreign = Descriptor(
        mediatype.DOCKER_FOREIGN_LAYER_GZIP,
        "sha256:" + "1" * 64,
        5,
        extra={"urls": ["https://elsewhere.example/layer"]},
    )
    config = store.add_bytes(mediatype.OCI_CONFIG, b"{}")
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "config": config.to_json(),
        "layers": [foreign.to_json()],
    }
    root = store.add_bytes(mediatype.OCI_MANIFEST, dump(document))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), Built(root, store))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.blobs("a/b") == {config.digest}


def test_a_manifest_that_is_too_large_is_refused_before_anything_is_sent(fake: FakeRegistry) -> None:
    built = artifact(b"one", description="x" * (4 << 20))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2"), built)
    first, second = pushed.outcomes
    assert (first.state, second.state) == ("failed", "skipped")
    assert "registries take 4194304 at most" in str(first.error)
    assert not fake.requests("POST") and not fake.requests("PUT")


def test_what_the_store_lacks_fails_that_target_alone(fake: FakeRegistry) -> None:
    store = Staged()
    absent = Descriptor(mediatype.OCTET_STREAM, "sha256:" + "2" * 64, 5)
    document = {"schemaVersion": 2, "mediaType": mediatype.OCI_MANIFEST, "artifactType": "application/x",
                "config": EMPTY.to_json(), "layers": [absent.to_json()]}  # fmt: skip
    broken = Built(store.add_bytes(mediatype.OCI_MANIFEST, dump(document)), store)
    bad, good = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/bad:v1", name="bad"), broken),
            (wanted(f"{fake.host}/good:v1", name="good"), artifact(b"x")),
        ],
    )
    assert list(states(bad).values()) == ["failed"]
    assert absent.digest in str(bad.outcomes[0].error)
    assert list(states(good).values()) == ["new"]
    assert fake.tag("bad", "v1") == ""


# ---------------------------------------------------------------------- comparing
def test_compare_without_and_with_a_digest(fake: FakeRegistry) -> None:
    old, new = artifact(b"old"), artifact(b"new")
    run(kit(), wanted(f"{fake.host}/a/b:v1"), old)
    asked = wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2")
    found = preflight([asked], kit().client)
    unknown = compare(asked, None, found)
    assert [(one.state, one.previous_digest) for one in unknown] == [("planned", old.root.digest), ("new", "")]
    assert [one.state for one in compare(asked, old, found)] == ["unchanged", "new"]
    assert [one.state for one in compare(asked, new, found)] == ["moved", "new"]
    refused, _ = compare(asked, new, found, no_clobber=True)
    assert refused.state == "refused"
    assert "--no-clobber" in str(refused.error)
    assert compare(asked, old, found, no_clobber=True)[0].state == "unchanged"


def test_no_clobber_pushes_nothing_anywhere(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"old"))
    before = len(fake.log)
    first, second = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2"), artifact(b"new")),
            (wanted(f"{fake.host}/c/d:v1"), artifact(b"other")),
        ],
        no_clobber=True,
    )
    assert list(states(first).values()) == ["refused", "skipped"]
    assert list(states(second).values()) == ["skipped"]
    assert {entry.method for entry in fake.log[before:]} <= {"GET", "HEAD"}


def test_no_clobber_with_keep_going_publishes_the_rest(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"old"))
    first, second = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2", f"{fake.host}/e/f:v1"), artifact(b"new")),
            (wanted(f"{fake.host}/c/d:v1"), artifact(b"other")),
        ],
        no_clobber=True,
        keep_going=True,
    )
    assert list(states(first).values()) == ["refused", "skipped", "new"]
    assert list(states(second).values()) == ["new"]
    assert fake.tag("a/b", "v2") == ""


# ---------------------------------------------------------------------- verifying
def test_a_registry_that_lags_is_asked_again(fake: FakeRegistry) -> None:
    built, tools = artifact(b"one"), kit()
    # the first HEAD is the preflight's; the two after the PUT still see nothing
    fake.script.on("HEAD", r"/manifests/v1$", faults.answer(404, body=b""), nth=(2, 3))
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert tools.clock.slept == [0.2, 0.4]


def test_a_tag_that_another_push_moved_is_told(fake: FakeRegistry) -> None:
    ours, theirs = artifact(b"ours"), artifact(b"theirs")
    other = fake.seed_manifest("a/b", theirs.store.read(theirs.root), theirs.root.media_type)

    def steal() -> None:
        fake.distribution.repository("a/b").tags["v1"] = other

    fake.script.on("HEAD", r"/manifests/v1$", faults.first(steal), nth=2)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:latest"), ours)
    first, second = pushed.outcomes
    assert (first.state, first.pushed, second.state, second.pushed) == ("failed", True, "new", True)
    assert f"points to {other[:19]}" in str(first.error)
    assert ours.root.digest in fake.manifests("a/b")


def test_a_tag_that_fails_stops_those_after_it(fake: FakeRegistry) -> None:
    fake.script.on("PUT", r"/manifests/v2$", faults.answer(403, "DENIED", "no"))
    host = fake.host
    pushed = run(kit(), wanted(f"{host}/a/b:v1", f"{host}/a/b:v2", f"{host}/a/b:latest"), artifact(b"one"))
    assert list(states(pushed).values()) == ["new", "failed", "skipped"]
    assert outcome(pushed, f"{host}/a/b:v2").error is not None
    assert fake.tag("a/b", "latest") == ""


def test_an_immutable_tag_that_became_right_meanwhile_is_unchanged() -> None:
    def refuse(repository: str, tag: str, old: str, new: str) -> Reply | None:
        return error_reply(400, "TAG_INVALID", "the tag already exists and is immutable") if tag == "v1" else None

    with FakeRegistry(traits=Traits(refuse_tag=refuse)) as registry:
        built = artifact(b"one")
        raw = built.store.read(built.root)
        registry.script.on(
            "PUT",
            r"/manifests/v1$",
            faults.first(lambda: registry.seed_manifest("a/b", raw, built.root.media_type, "v1")),
        )
        pushed = run(kit(), wanted(f"{registry.host}/a/b:v1", f"{registry.host}/a/b:v2"), built)
        assert list(states(pushed).values()) == ["unchanged", "new"]
        assert [one.pushed for one in pushed.outcomes] == [False, True]


# ---------------------------------------------------------------------- progress
class Watched:
    """Progress, added up."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self.sums: dict[str, int] = {}
        self.ended: list[str] = []
        self.lock = threading.Lock()

    def started(self, name: str, what: str) -> None:
        assert what

    def total(self, name: str, size: int) -> None:
        assert self.totals.get(name, size) == size  # a blob is announced anew when its upload begins again
        self.totals[name] = size
        with self.lock:
            self.sums[name] = 0  # and then counts from the start: the line of the upload that was cut off is gone

    def sent(self, name: str, count: int) -> None:
        with self.lock:
            self.sums[name] = self.sums.get(name, 0) + count

    def finished(self, name: str) -> None:
        self.ended.append(name)


@pytest.mark.parametrize("again", [False, True], ids=["all new", "all there"])
def test_progress_ends_where_the_total_is(fake: FakeRegistry, again: bool) -> None:
    built = artifact(noise(3_000_000), b"small")
    references = wanted(f"{fake.host}/a/b:v1", f"{fake.host}/c/d:v1")
    if again:
        run(kit(), references, built)
        references = wanted(f"{fake.host}/a/b:v2", f"{fake.host}/c/d:v2")
    fake.script.on("PUT", r"/uploads/", faults.reset(after=100), nth=1) if not again else None
    watched = Watched()
    run(kit(), references, built, progress=watched)
    assert watched.totals["app"] == 3_000_007
    assert watched.sums["app"] == 3_000_007
    assert watched.ended[-1] == "app"
    assert watched.ended.count("app") == 1


def test_progress_of_large_blobs_is_told_one_by_one(fake: FakeRegistry) -> None:
    fake.script.on("PUT", r"/blobs/uploads/", faults.reset(after=1_500_000))
    built = artifact(noise(3_000_000), noise(2_000_000, 1), b"small")
    watched = Watched()
    run(kit(), wanted(f"{fake.host}/team/app:v1"), built, progress=watched)
    blobs = {short(one.digest): one.size for one in read(built).blobs.values() if one.size > 1 << 20}
    assert len(blobs) == 2
    for label, size in blobs.items():
        assert watched.totals[label] == size
        assert watched.sums[label] == size
        assert label in watched.ended
    assert watched.ended[-1] == "app"


def test_an_artifact_without_references_is_no_work() -> None:
    (pushed,) = push([Delivery(wanted(), artifact(b"x"))], preflight([wanted()], kit().client), kit().client)
    assert pushed.outcomes == ()


def test_content_orders_children_before_parents() -> None:
    built, children = image_index()
    assert list(read(built).manifests) == [*(one.digest for one in children), built.root.digest]
