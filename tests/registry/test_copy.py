"""`lazyoci copy`: the same bytes elsewhere, with the signatures, attestations and SBOMs that are about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lazyoci.layout.read import open_layout
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, Descriptor, dump, parse_manifest
from lazyoci.oci.digest import of
from lazyoci.registry.referrers import tag_of
from tests.registry.fake import Exchange, FakeRegistry, Reply, Traits, faults
from tests.schemas import conforms
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

Fakes = Callable[..., FakeRegistry]
SIGNATURE, SBOM = "application/vnd.acme.signature", "application/spdx+json"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


def manifest(fake: FakeRegistry, repository: str, *layers: bytes, tag: str = "", **fields: Any) -> Descriptor:
    """A manifest of such layers, seeded."""
    fake.seed_blob(repository, EMPTY_BYTES)
    described = [Descriptor(mediatype.OCTET_STREAM, fake.seed_blob(repository, one), len(one)) for one in layers]
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "config": EMPTY.to_json(),
        "layers": [one.to_json() for one in described],
        **fields,
    }
    raw = dump(document)
    fake.seed_manifest(repository, raw, mediatype.OCI_MANIFEST, *([tag] if tag else []))
    return Descriptor(mediatype.OCI_MANIFEST, of(raw), len(raw))


def about(fake: FakeRegistry, repository: str, subject: Descriptor, kind: str, content: bytes) -> Descriptor:
    """A referrer; where the registry has no API for it, it is listed by the tag that stands in."""
    found = manifest(fake, repository, content, artifactType=kind, subject=subject.to_json())
    if not fake.distribution.traits.referrers:
        tag = tag_of(subject.digest)
        old = fake.manifests(repository).get(fake.tag(repository, tag))
        entries = json.loads(old)["manifests"] if old else []
        index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [*entries, found.to_json()]}
        fake.seed_manifest(repository, dump(index), mediatype.OCI_INDEX, tag)
    return found


def listed(fake: FakeRegistry, repository: str, subject: Descriptor) -> set[str]:
    """The digests that the registry lists as referrers: by its API, or by the tag."""
    if fake.distribution.traits.referrers:
        stored = fake.manifests(repository).items()
        return {name for name, raw in stored if (json.loads(raw).get("subject") or {}).get("digest") == subject.digest}
    raw = fake.manifests(repository).get(fake.tag(repository, tag_of(subject.digest)), b'{"manifests":[]}')
    return {one["digest"] for one in json.loads(raw)["manifests"]}


@pytest.mark.parametrize("there", [True, False], ids=["to-api", "to-tag"])
@pytest.mark.parametrize("here", [True, False], ids=["from-api", "from-tag"])
def test_referrers_travel(run: Runner, fakes: Fakes, here: bool, there: bool) -> None:
    one, other = fakes(traits=Traits(referrers=here)), fakes(traits=Traits(referrers=there))
    image = manifest(one, "staging/api", b"layer" * 1000, tag="v1")
    signature = about(one, "staging/api", image, SIGNATURE, b"signed")
    sbom = about(one, "staging/api", image, SBOM, b"bill")
    nested = about(one, "staging/api", sbom, SIGNATURE, b"the bill is signed")
    ran = run("copy", f"{one.host}/staging/api:v1", f"{other.host}/api:v1", f"{other.host}/api:latest", "-o", "json")
    assert ran.code == 0, ran
    (told,) = conforms(ran.json, "build")
    assert [one["state"] for one in told["targets"]] == ["new", "new"]
    assert (told["digest"], told["referrers"]) == (image.digest, 3)
    assert "notCarried" not in told
    assert other.tag("api", "v1") == other.tag("api", "latest") == image.digest
    assert listed(other, "api", image) == {signature.digest, sbom.digest}
    assert listed(other, "api", sbom) == {nested.digest}
    for digest in (image.digest, signature.digest, sbom.digest, nested.digest):
        assert other.manifests("api")[digest] == one.manifests("staging/api")[digest]
    assert (other.tag("api", tag_of(image.digest)) == "") is there
    again = run("copy", f"{one.host}/staging/api:v1", f"{other.host}/api:v1", "-o", "json")
    assert again.json[0]["targets"][0]["state"] == "unchanged"


def test_what_came_before_the_tag(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    about(one, "a", image, SIGNATURE, b"signed")
    assert run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1").code == 0
    puts = [entry.path.rpartition("/")[2] for entry in other.requests("PUT", "/manifests/")]
    assert puts[-1] == "v1"
    assert puts[-2] == tag_of(image.digest)


def test_a_signature_that_came_later_is_brought_too(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    theirs = about(other, "b", image, SBOM, b"of the target's own")
    assert run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1").code == 0
    signature = about(one, "a", image, SIGNATURE, b"signed")
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1")
    assert ran.code == 0 and "unchanged" in ran.out and "1 referrer" in ran.out
    assert listed(other, "b", image) == {theirs.digest, signature.digest}


def test_the_tags_of_cosign(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    names = {end: f"{tag_of(image.digest)}.{end}" for end in ("sig", "att", "sbom")}
    for end, name in names.items():
        manifest(one, "a", end.encode(), tag=name)
    kept = manifest(other, "b", b"signed by others", tag=names["att"])
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0, ran
    assert other.tag("b", names["sig"]) == one.tag("a", names["sig"])
    assert other.tag("b", names["sbom"]) == one.tag("a", names["sbom"])
    assert other.tag("b", names["att"]) == kept.digest
    (told,) = ran.json[0]["notCarried"]
    assert told.startswith(f"{names['att']} could not be carried to {other.host}/b: the tag holds")


def test_without_referrers(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    about(one, "a", image, SIGNATURE, b"signed")
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "--no-referrers")
    assert ran.code == 0 and one.requests("GET", "/referrers/") == []
    assert set(other.manifests("b")) == {image.digest}


@pytest.mark.parametrize("what", ["subject", "fallback"])
def test_a_registry_that_does_not_take_them(run: Runner, fakes: Fakes, what: str) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    signature = about(one, "a", image, SIGNATURE, b"signed")
    refused = signature.digest if what == "subject" else tag_of(image.digest)
    other.script.on("PUT", f"/manifests/{refused}", faults.answer(400, "MANIFEST_INVALID", "unknown field"), nth=None)
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0, ran
    assert other.tag("b", "v1") == image.digest
    (told,) = ran.json[0]["notCarried"]
    assert f"({SIGNATURE}) could not be carried to {other.host}/b: " in told
    text = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1")
    assert text.code == 0 and "could not be carried" in text.out


def test_lies_about_what_refers(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    stranger = manifest(one, "a", b"about something else")

    def lie(exchange: Exchange) -> None:
        exchange.read_all()
        index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [stranger.to_json()]}
        exchange.send(Reply(200, [("Content-Type", mediatype.OCI_INDEX)], dump(index)))

    one.script.on("GET", f"/referrers/{image.digest}", lie, nth=None)
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0 and "it names another subject" in ran.json[0]["notCarried"][0]
    assert set(other.manifests("b")) == {image.digest}


def test_a_flood_of_referrers_is_cut(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes(traits=Traits(referrers=True))
    image = manifest(one, "a", b"x", tag="v1")
    for number in range(520):
        manifest(one, "a", artifactType=SIGNATURE, subject=image.to_json(), annotations={"n": str(number)})
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "--dry-run", "-o", "json")
    assert ran.code == 0, ran
    assert ran.json[0]["referrers"] == 500
    assert "has more than 500 referrers" in ran.json[0]["notCarried"][0]


def test_addresses_in_referrers_are_not_followed(run: Runner, fakes: Fakes) -> None:
    one, other, trap = fakes(), fakes(), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    layer = {**EMPTY.to_json(), "digest": of(b"y"), "size": 1, "urls": [f"{trap.url}/v2/x/blobs/{of(b'y')}"]}
    del layer["data"]
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "artifactType": SIGNATURE,
        "config": EMPTY.to_json(),
        "layers": [layer],
        "subject": image.to_json(),
    }
    raw = dump(document)
    one.seed_manifest("a", raw, mediatype.OCI_MANIFEST)
    index = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_INDEX,
        "manifests": [Descriptor(mediatype.OCI_MANIFEST, of(raw), len(raw)).to_json()],
    }
    one.seed_manifest("a", dump(index), mediatype.OCI_INDEX, tag_of(image.digest))
    assert run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1").code == 0
    assert trap.requests() == []


def test_on_one_host_no_byte_passes(run: Runner, fake: FakeRegistry) -> None:
    image = manifest(fake, "staging/api", b"layer" * 100_000, tag="v1")
    about(fake, "staging/api", image, SIGNATURE, b"signed")
    ran = run("copy", f"{fake.host}/staging/api:v1", f"{fake.host}/api:v1")
    assert ran.code == 0, ran
    assert fake.tag("api", "v1") == image.digest
    assert fake.count("GET", "/blobs/sha256") == fake.count("PUT", "/blobs/") == 0
    assert fake.count("POST", "mount=") == 3  # the layer, the signature, and the empty config once


def test_a_source_that_moves_meanwhile(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    first = manifest(one, "a", b"first", tag="v1")
    second = manifest(one, "a", b"second")

    def move(exchange: Exchange) -> None:
        one.distribution.repositories["a"].tags["v1"] = second.digest
        exchange.send(exchange.serve())

    one.script.on("HEAD", "/manifests/v1", move)
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1")
    assert ran.code == 1
    assert "when it was looked up, and is sha256:" in ran.out
    assert other.requests("PUT") == other.requests("POST") == []
    assert first.digest in ran.out


def test_the_source_is_not_as_asked(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    manifest(one, "a", b"x", tag="v1")
    ran = run("copy", f"{one.host}/a:v2", f"{other.host}/b:v2")
    assert ran.code == 1 and f"{one.host}/a:v2 does not exist" in ran.err
    config = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}
    raw = dump(config)
    blob = Descriptor(mediatype.OCI_CONFIG, one.seed_blob("a", raw), len(raw))
    manifest(one, "a", b"y", tag="image", config=blob.to_json())
    ran = run("copy", f"{one.host}/a:image", f"{other.host}/b:v2", "--platform", "linux/arm64")
    assert ran.code == 1 and "is for linux/amd64 alone, not for linux/arm64" in ran.err
    ran = run("copy", f"{one.host}/a:image", f"{other.host}/b:v2", "--platform", "linux/amd64,linux/arm64")
    assert ran.code == 1 and "is for linux/amd64 alone, and linux/arm64 is wanted" in ran.err
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v2", "--platform", "linux/amd64")
    assert ran.code == 1 and "names no platform that it is for, and linux/amd64 is wanted" in ran.err
    assert other.requests() == []


def test_the_target_is_the_source(run: Runner, fake: FakeRegistry) -> None:
    manifest(fake, "a", b"x", tag="v1")
    ran = run("copy", f"{fake.host}/a:v1", f"{fake.host}/a:v1", f"{fake.host}/a:v2")
    assert ran.code == 0 and "unchanged" in ran.out and fake.tag("a", "v2") == fake.tag("a", "v1")


def test_some_platforms_alone(run: Runner, fakes: Fakes) -> None:
    one, other = fakes(), fakes()
    children = []
    for architecture in ("amd64", "arm64", "riscv64"):
        raw = dump({"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}})
        blob = Descriptor(mediatype.OCI_CONFIG, one.seed_blob("a", raw), len(raw))
        child = manifest(one, "a", architecture.encode(), config=blob.to_json())
        children.append({**child.to_json(), "platform": {"os": "linux", "architecture": architecture}})
    index = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": children})
    one.seed_manifest("a", index, mediatype.OCI_INDEX, "v1")
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "--platform", "linux/amd64,linux/arm64")
    assert ran.code == 0, ran
    assert "for which no signature of the whole counts" in ran.err
    lacks = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "--platform", "linux/s390x")
    assert lacks.code == 1 and "choose one that it has, or take all by naming no platform" in lacks.err
    found = parse_manifest(other.manifests("b")[other.tag("b", "v1")], mediatype.OCI_INDEX)
    assert [one.digest for one in found.manifests] == [one["digest"] for one in children[:2]]
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:whole")
    assert other.tag("b", "whole") == of(index) and "counts" not in ran.err


@pytest.mark.parametrize("name", ["layout", "layout.tar"])
def test_by_way_of_a_layout(run: Runner, fakes: Fakes, tmp_path: Path, name: str) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes()
    image = manifest(one, "a", b"layer" * 1000, tag="v1")
    signature = about(one, "a", image, SIGNATURE, b"signed")
    cosign = f"{tag_of(image.digest)}.sig"
    manifest(one, "a", b"cosigned", tag=cosign)
    place = tmp_path / name
    ran = run("copy", f"{one.host}/a:v1", str(place), "-o", "json")
    assert ran.code == 0, ran
    assert conforms(ran.json, "build")[0]["targets"][0] == {
        "reference": str(place),
        "state": "new",
        "pushed": True,
        "digest": image.digest,
    }
    ran = run("copy", str(place), f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0, ran
    assert ran.json[0]["referrers"] == 2
    assert other.tag("b", "v1") == image.digest
    assert listed(other, "b", image) == {signature.digest}
    assert other.tag("b", cosign) == one.tag("a", cosign)
    if place.is_dir():
        assert {entry.digest for entry in open_layout(place).entries} >= {image.digest, signature.digest}
        blob = max((place / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size)
        blob.write_bytes(b"X" + blob.read_bytes()[1:])
        ran = run("copy", str(place), f"{other.host}/c:v1")
        assert ran.code == 1 and "does not have the content" in ran.err and other.requests(path="/c/") == []


def test_one_target_of_two_fails(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    one, other = fakes(), fakes()
    manifest(one, "a", b"x", tag="v1")
    manifest(other, "b", b"other", tag="v1")
    arguments = ("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", str(tmp_path / "layout"), "--no-clobber")
    ran = run(*arguments, "-o", "json")
    assert ran.code == 1 and not (tmp_path / "layout").exists()
    assert [target["state"] for target in ran.json[0]["targets"]] == ["refused", "skipped"]
    ran = run(*arguments, "--keep-going", "-o", "json")
    assert ran.code == 1 and (tmp_path / "layout" / "index.json").exists()


@pytest.mark.parametrize("length", [3, 4, 6])
def test_a_chain_that_is_too_deep_is_told(run: Runner, fakes: Fakes, length: int) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes(traits=Traits(referrers=True))
    last = manifest(one, "a", b"x", tag="v1")
    chain = [last]
    for number in range(length):
        chain.append(about(one, "a", chain[-1], SIGNATURE, b"%d" % number))
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0 and ran.json[0]["referrers"] == 3
    assert [digest.digest in other.manifests("b") for digest in chain] == [at <= 3 for at in range(length + 1)]
    told = ran.json[0].get("notCarried", [])
    assert len(told) == (length > 3)
    assert all("1 that are about sha256:" in one and "followed 3 deep" in one for one in told)


@pytest.mark.parametrize("here", [True, False], ids=["from-api", "from-tag"])
def test_what_is_about_an_attestation_of_an_index(run: Runner, fakes: Fakes, here: bool) -> None:
    one, other = fakes(traits=Traits(referrers=here)), fakes(traits=Traits(referrers=True))
    image, attestation = manifest(one, "a", b"x"), manifest(one, "a", b"provenance")
    annotations = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest}
    platform = {"os": "unknown", "architecture": "unknown"}
    entries = [image.to_json(), {**attestation.to_json(), "annotations": annotations, "platform": platform}]
    raw = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": entries})
    one.seed_manifest("a", raw, mediatype.OCI_INDEX, "v1")
    signature = about(one, "a", attestation, SIGNATURE, b"signed")
    ran = run("copy", f"{one.host}/a:v1", f"{other.host}/b:v1", "-o", "json")
    assert ran.code == 0 and ran.json[0]["referrers"] == 1, ran
    assert listed(other, "b", attestation) == {signature.digest}
