"""Pulling to a layout: what goes wrong on the way down, what is kept, and that nothing is seen before it is whole."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from lazyoci.errors import Interrupted, LayoutError
from lazyoci.layout.read import open_layout
from lazyoci.layout.store import Built, Staged, digest_of, walk
from lazyoci.locks import try_lock
from lazyoci.oci import mediatype, platform
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump, parse_manifest
from lazyoci.oci.digest import of
from lazyoci.oci.reference import Reference, parse
from lazyoci.registry.errors import DigestMismatch, NotFound, ProtocolError
from lazyoci.transfer import pull as transfer
from lazyoci.transfer.choose import PlatformChoice
from lazyoci.transfer.find import PullError, find
from lazyoci.transfer.pull import Pulled
from tests.registry.fake import FakeRegistry, Reply, faults
from tests.registry.kit import Kit, artifact, index, kit, noise

BIG, SMALL = noise(300_000, 1), noise(1000, 2)
AMD64, ARM64 = platform.parse("linux/amd64"), platform.parse("linux/arm64")


def seed(fake: FakeRegistry, built: Built, *tags: str, without: tuple[str, ...] = ()) -> None:
    """Put an artifact into the fake's repository a/b."""
    for descriptor, manifest in walk(built.store, built.root):
        if manifest is not None:
            named = tags if descriptor.digest == built.root.digest else ()
            fake.seed_manifest("a/b", manifest.raw, descriptor.media_type, *named)
        elif descriptor.digest not in without:
            with built.store.open(descriptor) as stream:
                fake.seed_blob("a/b", stream.read())


def reference(fake: FakeRegistry, rest: str = ":v1") -> Reference:
    return parse(f"{fake.host}/a/b{rest}")


def pull(
    fake: FakeRegistry, directory: Path, rest: str = ":v1", choice: PlatformChoice | None = None, **options: Any
) -> Pulled:
    given: Kit = options.pop("kit", None) or kit()
    name = reference(fake, rest)
    found = find(given.client.repository(name.repository), name, choice or PlatformChoice())
    return transfer.pull(found, given.client, directory, cancelled=given.cancelled, **options)


def names(directory: Path) -> set[str]:
    """All files below a directory."""
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def whole(directory: Path, built: Built) -> None:
    """The layout holds this artifact, every byte of it, and no leavings."""
    layout = open_layout(directory)
    found = [descriptor.digest for descriptor, _ in walk(layout, layout.choose())]
    assert found == [descriptor.digest for descriptor, _ in walk(built.store, built.root)]
    for digest in found:
        assert of((directory / "blobs" / digest.replace(":", "/")).read_bytes()) == digest
    assert names(directory) == {"oci-layout", "index.json", *(f"blobs/{digest.replace(':', '/')}" for digest in found)}


def image(store: Staged, name: str) -> Descriptor:
    """An image for a platform, as an index lists it."""
    os_, architecture = name.split("/")
    config = store.add_json(mediatype.OCI_CONFIG, {"os": os_, "architecture": architecture, "rootfs": {"diff_ids": []}})
    layer = store.add_bytes(mediatype.OCI_LAYER_GZIP, gzip.compress(name.encode(), mtime=0))
    root = store.add_json(
        mediatype.OCI_MANIFEST, {"schemaVersion": 2, "config": config.to_json(), "layers": [layer.to_json()]}
    )
    return Descriptor(root.media_type, root.digest, root.size, platform=platform.parse(name))


def attestation(store: Staged, subject: Descriptor) -> Descriptor:
    """What buildx says of an image."""
    layer = store.add_bytes("application/vnd.in-toto+json", b"{}" + subject.digest.encode())
    root = store.add_json(
        mediatype.OCI_MANIFEST, {"schemaVersion": 2, "config": EMPTY.to_json(), "layers": [layer.to_json()]}
    )
    marks = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": subject.digest}
    return Descriptor(root.media_type, root.digest, root.size, marks, platform.parse("unknown/unknown"))


def test_a_layout_of_just_these_bytes(fake: FakeRegistry, tmp_path: Path) -> None:
    built = artifact(BIG, SMALL)
    seed(fake, built, "v1")
    pulled = pull(fake, tmp_path / "out")
    whole(tmp_path / "out", built)
    assert pulled.found.size == sum(descriptor.size for descriptor, _ in walk(built.store, built.root))
    assert json.loads((tmp_path / "out/index.json").read_text())["manifests"][0]["annotations"] == {
        "org.opencontainers.image.ref.name": str(reference(fake))
    }


def test_an_image_that_its_index_names_by_another_algorithm(fake: FakeRegistry, tmp_path: Path) -> None:
    store = Staged()
    one = image(store, "linux/amd64")
    seed(fake, Built(one, store))
    raw = store.read(one)
    digest = digest_of(raw, "sha512:")
    fake.distribution.repositories["a/b"].manifests[digest] = (one.media_type, raw)
    listed = Descriptor(one.media_type, digest, one.size, platform=one.platform)
    fake.seed_manifest("a/b", store.read(index(store, [listed]).root), mediatype.OCI_INDEX, "v1")
    pulled = pull(fake, tmp_path, choice=PlatformChoice((AMD64,)))
    assert pulled.found.kind.name == "image"
    layout = open_layout(tmp_path)
    assert layout.choose().digest == digest
    assert layout.read(layout.choose()) == raw


def test_again_nothing_is_fetched(fake: FakeRegistry, tmp_path: Path) -> None:
    built = artifact(BIG, SMALL)
    seed(fake, built, "v1")
    assert pull(fake, tmp_path).fetched == 3
    before = fake.count("GET", "/blobs/")
    assert before == 2  # the empty config's two bytes stand in its descriptor
    assert pull(fake, tmp_path).fetched == 0
    assert fake.count("GET", "/blobs/") == before


def test_a_blob_that_rotted_on_the_disk_is_fetched_anew(fake: FakeRegistry, tmp_path: Path) -> None:
    built = artifact(BIG, SMALL)
    seed(fake, built, "v1")
    pull(fake, tmp_path)
    (tmp_path / "blobs" / of(BIG).replace(":", "/")).write_bytes(b"x" * len(BIG))
    assert pull(fake, tmp_path).fetched == 1
    whole(tmp_path, built)


def test_two_tags_share_a_layout(fake: FakeRegistry, tmp_path: Path) -> None:
    one, two = artifact(BIG), artifact(BIG, SMALL)
    seed(fake, one, "v1")
    seed(fake, two, "v2")
    pull(fake, tmp_path)
    assert pull(fake, tmp_path, ":v2").fetched == 1
    layout = open_layout(tmp_path)
    assert layout.choose(str(reference(fake))).digest == one.root.digest
    assert layout.choose(str(reference(fake, ":v2"))).digest == two.root.digest


def test_the_digest_decides_whatever_the_tag_points_to(fake: FakeRegistry, tmp_path: Path) -> None:
    old, new = artifact(SMALL), artifact(BIG)
    seed(fake, old, "v0")
    seed(fake, new, "v1")
    assert pull(fake, tmp_path / "a", f":v1@{old.root.digest}").found.root.digest == old.root.digest
    assert pull(fake, tmp_path / "b", f"@{old.root.digest}").found.root.digest == old.root.digest
    assert not fake.requests("*", "/manifests/v1")


class TestFaults:
    def test_26_a_truncated_blob_is_resumed(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG)
        seed(fake, built, "v1")
        fake.script.on("GET", f"/blobs/{of(BIG)}", faults.truncate(100_000))
        pull(fake, tmp_path)
        whole(tmp_path, built)

    def test_26_a_later_run_goes_on_where_the_first_stopped(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG)
        seed(fake, built, "v1")
        fake.script.on("GET", f"/blobs/{of(BIG)}", faults.truncate(100_000), nth=1)
        fake.script.on("GET", f"/blobs/{of(BIG)}", faults.answer(404, "BLOB_UNKNOWN"), nth=2)
        with pytest.raises(NotFound):
            pull(fake, tmp_path)
        partial = tmp_path / ".partial" / of(BIG).replace(":", "-")
        assert partial.read_bytes() == BIG[:100_000]
        assert not (tmp_path / "index.json").exists()
        assert not (tmp_path / "blobs" / of(BIG).replace(":", "/")).exists()
        pull(fake, tmp_path)
        whole(tmp_path, built)
        assert [entry.headers.get("range") for entry in fake.requests("GET", f"/blobs/{of(BIG)}")][2:] == [
            "bytes=100000-"
        ]

    def test_27_corrupt_twice_leaves_nothing(self, fake: FakeRegistry, tmp_path: Path) -> None:
        seed(fake, artifact(BIG), "v1")

        def corrupt(reply: Reply) -> Reply:
            return Reply(reply.status, reply.headers, b"x" + reply.body[1:])

        fake.script.on("GET", f"/blobs/{of(BIG)}", faults.rewrite(corrupt), nth=None)
        with pytest.raises(DigestMismatch):
            pull(fake, tmp_path / "out")
        assert not [name for name in names(tmp_path) if of(BIG)[7:] in name and not name.startswith("out/.partial")]
        assert not (tmp_path / "out/index.json").exists()

    def test_28_content_encoding_is_not_obeyed(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(gzip.compress(BIG, mtime=0))
        seed(fake, built, "v1")
        fake.script.on("GET", "/blobs/", faults.header("Content-Encoding", "gzip"), nth=None)
        pull(fake, tmp_path)
        whole(tmp_path, built)

    def test_a_manifest_that_is_another_is_refused(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG)
        seed(fake, built, "v1")
        other = faults.rewrite(lambda reply: Reply(reply.status, reply.headers, reply.body + b" "))
        fake.script.on("GET", "/manifests/", other, nth=None)
        with pytest.raises(DigestMismatch):
            pull(fake, tmp_path / "out", f"@{built.root.digest}")
        assert not (tmp_path / "out").exists()

    def test_a_child_that_is_longer_than_listed_is_refused(self, fake: FakeRegistry, tmp_path: Path) -> None:
        store = Staged()
        child = image(store, "linux/amd64")
        lying = Descriptor(child.media_type, child.digest, child.size - 1, platform=child.platform)
        seed(fake, Built(child, store))
        fake.seed_manifest("a/b", store.read(index(store, [lying]).root), mediatype.OCI_INDEX, "v1")
        with pytest.raises(PullError, match="its index says"):
            pull(fake, tmp_path / "out", choice=PlatformChoice((AMD64,)))

    def test_34_what_is_no_manifest_is_refused(self, fake: FakeRegistry, tmp_path: Path) -> None:
        fake.seed_manifest("a/b", b"nonsense", mediatype.OCI_MANIFEST, "v1")
        with pytest.raises(ProtocolError):
            pull(fake, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_one_missing_blob_stops_the_others_and_is_named(self, fake: FakeRegistry, tmp_path: Path) -> None:
        layers = [noise(50_000, seed) for seed in range(12)]
        seed(fake, artifact(*layers), "v1", without=(of(layers[3]),))
        with pytest.raises(NotFound) as raised:
            pull(fake, tmp_path)
        assert of(layers[3])[:19] in raised.value.message + raised.value.task.path
        assert not (tmp_path / "index.json").exists()

    def test_37_a_cancelled_pull_keeps_what_came(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG)
        seed(fake, built, "v1")
        one = kit()
        fake.script.on("GET", f"/blobs/{of(BIG)}", faults.first(one.cancelled.set))
        with pytest.raises(Interrupted):
            pull(fake, tmp_path, kit=one)
        assert not (tmp_path / "index.json").exists()
        pull(fake, tmp_path)
        whole(tmp_path, built)


class TestPlatforms:
    @pytest.fixture
    def multi(self, fake: FakeRegistry) -> Built:
        """Three platforms; two have attestations, one of which stands before its image."""
        store = Staged()
        images = [image(store, name) for name in ("linux/amd64", "linux/arm64", "linux/s390x")]
        built = index(store, [attestation(store, images[1]), *images, attestation(store, images[0])])
        seed(fake, built, "v1")
        return built

    def test_the_host_gets_its_own(self, fake: FakeRegistry, multi: Built, tmp_path: Path) -> None:
        pulled = pull(fake, tmp_path)
        assert [str(one) for one in pulled.found.platforms] == [str(platform.host())]
        assert pulled.found.named.descriptor.digest == multi.root.digest
        assert pulled.found.kind.name == "image"
        assert len(names(tmp_path)) == 2 + 3

    def test_one_is_its_own_manifest(self, fake: FakeRegistry, multi: Built, tmp_path: Path) -> None:
        pulled = pull(fake, tmp_path, choice=PlatformChoice((ARM64,)))
        whole(tmp_path, Built(pulled.found.root, multi.store))
        entry = json.loads((tmp_path / "index.json").read_text())["manifests"][0]
        assert entry["platform"] == {"architecture": "arm64", "os": "linux"}

    def test_several_are_an_index_with_their_attestations(
        self, fake: FakeRegistry, multi: Built, tmp_path: Path
    ) -> None:
        pulled = pull(fake, tmp_path, choice=PlatformChoice((ARM64, platform.parse("linux/s390x"))))
        layout = open_layout(tmp_path)
        kept = parse_manifest(layout.read(layout.choose()), mediatype.OCI_INDEX).manifests
        assert [str(one.platform) for one in kept] == ["unknown/unknown", "linux/arm64", "linux/s390x"]
        assert pulled.found.root.digest != multi.root.digest

    def test_all_are_the_index_byte_by_byte(self, fake: FakeRegistry, multi: Built, tmp_path: Path) -> None:
        pulled = pull(fake, tmp_path, choice=PlatformChoice(every=True))
        whole(tmp_path, multi)
        assert len(pulled.found.platforms) == 3

    def test_all_of_them_by_name_but_not_their_attestations_alone(
        self, fake: FakeRegistry, multi: Built, tmp_path: Path
    ) -> None:
        wanted = (AMD64, ARM64, platform.parse("linux/s390x"))
        assert pull(fake, tmp_path, choice=PlatformChoice(wanted)).found.root.digest == multi.root.digest

    def test_one_that_is_not_there_is_told_with_those_that_are(
        self, fake: FakeRegistry, multi: Built, tmp_path: Path
    ) -> None:
        with pytest.raises(PullError, match="no image for linux/riscv64; it has linux/amd64, linux/arm64, linux/s390x"):
            pull(fake, tmp_path / "out", choice=PlatformChoice((platform.parse("linux/riscv64"),)))
        assert not (tmp_path / "out").exists()

    def test_an_index_in_an_index(self, fake: FakeRegistry, tmp_path: Path) -> None:
        store = Staged()
        inner = index(store, [image(store, "linux/arm64")]).root
        built = index(store, [image(store, "linux/amd64"), inner])
        seed(fake, built, "v1")
        pulled = pull(fake, tmp_path / "a", choice=PlatformChoice((ARM64,)))
        assert pulled.found.platforms == (ARM64,)
        pull(fake, tmp_path / "b", choice=PlatformChoice(every=True))
        whole(tmp_path / "b", built)

    def test_an_index_without_platforms_is_taken_whole(self, fake: FakeRegistry, tmp_path: Path) -> None:
        store = Staged()
        built = index(store, [artifact(SMALL, store=store).root, artifact(BIG, store=store).root])
        seed(fake, built, "v1")
        pull(fake, tmp_path)
        whole(tmp_path, built)


class TestDirectory:
    def test_a_directory_with_something_else_is_left_alone(self, fake: FakeRegistry, tmp_path: Path) -> None:
        seed(fake, artifact(SMALL), "v1")
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(LayoutError, match="neither empty nor an OCI layout"):
            pull(fake, tmp_path)
        assert names(tmp_path) == {"thesis.txt"}

    def test_layouts_in_our_own_tree_may_lie_in_each_other(self, fake: FakeRegistry, tmp_path: Path) -> None:
        seed(fake, artifact(SMALL), "v1")
        pull(fake, tmp_path / "a/b/v1", shared=True)
        pull(fake, tmp_path / "a/b", shared=True)
        assert open_layout(tmp_path / "a/b").choose() == open_layout(tmp_path / "a/b/v1").choose()

    def test_a_foreign_layer_that_is_not_there_is_told(self, fake: FakeRegistry, tmp_path: Path) -> None:
        store = Staged()
        config = store.add_json(mediatype.OCI_CONFIG, {"os": "windows", "architecture": "amd64"})
        foreign = Descriptor(mediatype.DOCKER_FOREIGN_LAYER_GZIP, of(b"x"), 1, extra={"urls": ["https://m.example/x"]})
        document = {"schemaVersion": 2, "config": config.to_json(), "layers": [foreign.to_json()]}
        fake.seed_manifest("a/b", dump(document), mediatype.OCI_MANIFEST, "v1")
        fake.seed_blob("a/b", store.read(config))
        pulled = pull(fake, tmp_path)
        assert [one.digest for one in pulled.absent] == [foreign.digest]

    def test_another_run_that_fetches_the_same_blob_is_not_disturbed(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG)
        seed(fake, built, "v1")
        partial = tmp_path / ".partial" / of(BIG).replace(":", "-")
        partial.parent.mkdir(parents=True)
        (tmp_path / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        with partial.open("w+b") as file:
            assert try_lock(file)
            file.write(BIG[:1000])
            file.flush()
            pull(fake, tmp_path)
            assert partial.read_bytes() == BIG[:1000]
        assert (tmp_path / "blobs" / of(BIG).replace(":", "/")).read_bytes() == BIG
        assert names(tmp_path / ".partial") == {partial.name}

    def test_two_at_once_into_one_layout(self, fake: FakeRegistry, tmp_path: Path) -> None:
        built = artifact(BIG, SMALL)
        seed(fake, built, "v1")
        failures: list[BaseException] = []

        def work() -> None:
            try:
                pull(fake, tmp_path)
            except BaseException as error:  # noqa: BLE001  # shown by the assertion
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        whole(tmp_path, built)
