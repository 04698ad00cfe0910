"""Content on its way from one registry to another: never on disk, never more than was promised, mounted if possible."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.layout.read import open_layout
from lazyoci.layout.store import Built, Staged
from lazyoci.layout.write import point, write
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, Descriptor, dump
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import DigestMismatch
from lazyoci.transfer.outcome import Delivery, Pushed, Wanted
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.push import push
from lazyoci.transfer.seam import Source
from lazyoci.transfer.sources import Local, Remote
from tests.registry.fake import Exchange, FakeRegistry, Reply, faults
from tests.registry.kit import Kit, artifact, kit, noise, run, states, wanted

Fakes = Callable[..., FakeRegistry]


def seeded(fake: FakeRegistry, tools: Kit, *layers: bytes) -> Built:
    built = artifact(*layers)
    run(tools, wanted(f"{fake.host}/from/here:v1"), built)
    return built


def carry(tools: Kit, fake: FakeRegistry, built: Built, one: Wanted, *, mount: bool = True) -> Pushed:
    name = parse_repository(f"{fake.host}/from/here")
    source = Remote(tools.client.repository(name))
    found = preflight([one], tools.client)
    delivery = Delivery(one, Built(built.root, source), name if mount else None)
    (pushed,) = push([delivery], found, tools.client, cancelled=tools.cancelled, sleep=tools.clock.sleep)
    return pushed


def test_bytes_flow_from_one_host_to_another(fakes: Fakes) -> None:
    one, other, tools = fakes(), fakes(), kit()
    layers = [noise(9_000_000, 1), b"small", noise(1, 2)]
    built = seeded(one, tools, *layers)
    pushed = carry(tools, one, built, wanted(f"{other.host}/to/there:v1"))
    assert states(pushed) == {f"{other.host}/to/there:v1": "new"}
    assert other.tag("to/there", "v1") == built.root.digest
    assert other.manifests("to/there") == one.manifests("from/here")
    assert (pushed.mounted, pushed.new_blobs) == (0, 4)


def test_on_one_host_each_blob_is_mounted_once(fake: FakeRegistry) -> None:
    tools = kit()
    built = seeded(fake, tools, noise(100_000, 1), b"small")
    before = fake.count("PUT", "/blobs/")
    pushed = carry(tools, fake, built, wanted(f"{fake.host}/to/there:v1"))
    assert fake.tag("to/there", "v1") == built.root.digest
    assert (pushed.mounted, pushed.bytes_sent) == (3, 0)
    assert fake.count("POST", r"mount=.*from=from(%2F|/)here") == 3
    assert fake.count("PUT", "/blobs/") == before
    assert fake.count("GET", "/blobs/sha256") == 0


def test_what_cannot_be_mounted_flows(fake: FakeRegistry) -> None:
    tools = kit()
    built = seeded(fake, tools, noise(100_000, 1))
    fake.script.on("POST", r"mount=", faults.answer(403), nth=None)
    pushed = carry(tools, fake, built, wanted(f"{fake.host}/to/there:v1"))
    assert fake.tag("to/there", "v1") == built.root.digest
    assert pushed.mounted == 0


@pytest.mark.parametrize("where", ["first", "last"])
def test_changed_bytes_are_never_stored(fakes: Fakes, where: str) -> None:
    one, other, tools = fakes(), fakes(), kit()
    layer = noise(9_500_000, 3)
    built = seeded(one, tools, layer)
    at = 0 if where == "first" else len(layer) - 1
    wrong = layer[:at] + bytes([layer[at] ^ 1]) + layer[at + 1 :]

    def flipped(exchange: Exchange) -> None:
        exchange.read_all()
        reply = exchange.serve()
        exchange.send(Reply(reply.status, reply.headers, wrong if len(reply.body) == len(layer) else reply.body))

    one.script.on("GET", "/blobs/sha256", flipped, nth=None)
    pushed = carry(tools, one, built, wanted(f"{other.host}/to/there:v1"))
    (outcome,) = pushed.outcomes
    assert outcome.state == "failed"
    assert isinstance(outcome.error, DigestMismatch)
    assert one.host in outcome.error.message
    assert len(other.blobs("to/there")) == 1  # the empty config
    assert other.manifests("to/there") == {}


def test_a_repository_resolves_names_and_lists_referrers(fake: FakeRegistry) -> None:
    tools = kit()
    built = seeded(fake, tools, b"x")
    source: Source = Remote(tools.client.repository(parse_repository(f"{fake.host}/from/here")))
    found = source.resolve("v1")
    assert found is not None and found.digest == built.root.digest
    assert source.read(built.root) == fake.manifests("from/here")[built.root.digest]
    assert list(source.referrers(built.root.digest)) == []
    assert source.resolve("v2") is None


def test_a_layout_resolves_names_and_lists_referrers(tmp_path: Path) -> None:
    store = Staged()
    built = artifact(b"x", store=store)
    about: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "artifactType": "application/vnd.acme.signature",
        "config": EMPTY.to_json(),
        "layers": [EMPTY.to_json()],
        "subject": Descriptor(built.root.media_type, built.root.digest, built.root.size).to_json(),
    }
    store.add_bytes(EMPTY.media_type, EMPTY_BYTES)
    signature = Built(store.add_bytes(mediatype.OCI_MANIFEST, dump(about)), store)
    write(built, tmp_path / "layout", ["app:v1"])
    write(signature, tmp_path / "layout", ["signature"])
    source: Source = Local(open_layout(tmp_path / "layout"), "app")
    for name in ("v1", "app:v1"):
        found = source.resolve(name)
        assert found is not None and found.digest == built.root.digest
    assert [one.digest for one in source.referrers(built.root.digest)] == [signature.root.digest]
    assert list(source.referrers(signature.root.digest)) == []
    point(tmp_path / "layout", Descriptor(mediatype.OCI_MANIFEST, "sha256:" + "0" * 64, 7), ["gone"])
    assert source.resolve("other") is None
    again = Local(open_layout(tmp_path / "layout"))
    assert [one.digest for one in again.referrers(built.root.digest)] == [signature.root.digest]
