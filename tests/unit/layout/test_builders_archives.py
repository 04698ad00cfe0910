"""Every archive and layout that real builders wrote: complete, with the digest they gave, layers as promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lazyoci.errors import LayoutError
from lazyoci.layout.docker_archive import read_archive
from lazyoci.layout.image import image_of
from lazyoci.layout.read import open_layout
from lazyoci.layout.store import Built, walk
from lazyoci.layout.verify import verify_layers
from lazyoci.layout.write import write
from lazyoci.oci import platform
from lazyoci.oci.descriptor import parse_manifest
from lazyoci.oci.mediatype import OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST

CONTAINERS = Path(__file__).parents[2] / "vectors" / "containers"
CASES = [json.loads(line) for line in (CONTAINERS / "archives.jsonl").read_text(encoding="utf-8").splitlines()]
INCOMPLETE = {
    "podman/manifest-push-noall-oci": "linux/amd64, linux/arm64",
    "save-docker29-containerd/cli29-multi-one-missing.tar": "linux/arm64",
    "save-docker29-containerd/pulled-by-digest.tar": "linux/arm64",
    "save-docker29-containerd/pulled-multi.tar": "linux/arm64",
}
SEVERAL = {"podman/save-docker-archive-two-images.tar", "save-docker29-containerd/two-images.tar"}
# an image and its attestation side by side become an index, whose digest nobody recorded
JOINED = {"save-docker29-containerd/pulled-multi-amd64.tar"}
AMD64, ARM64 = platform.parse("linux/amd64"), platform.parse("linux/arm64")


def read(archive: str, scratch: Path, **wishes: Any) -> Built:
    path = CONTAINERS / archive
    if path.is_file():
        return read_archive(path, scratch, **wishes)
    built = image_of(open_layout(path), **wishes)
    verify_layers(built)
    return built


def usable() -> list[dict[str, Any]]:
    return [case for case in CASES if case["path"] not in {*INCOMPLETE, *SEVERAL}]


@pytest.mark.parametrize("case", usable(), ids=lambda case: case["path"])
def test_becomes_a_layout(case: dict[str, Any], tmp_path: Path) -> None:
    built = read(case["path"], tmp_path)
    write(built, tmp_path / "out", ["localhost:5050/x:1"])
    layout = open_layout(tmp_path / "out")
    verify_layers(Built(layout.choose(), layout))
    assert sum(descriptor.size for descriptor, _ in walk(layout, layout.choose())) == built.size
    assert built.platforms
    if "entries" in case and case["path"] not in JOINED:
        assert {built.root.digest} == set(case["entries"])
    elif "images" in case:
        manifest = parse_manifest(built.store.read(built.root), built.root.media_type)
        assert manifest.config is not None
        assert manifest.config.digest == case["images"][0]["config"]
        assert {layer.media_type for layer in manifest.layers} == {OCI_LAYER_GZIP}
        assert len(manifest.layers) == len(case["images"][0]["diff_ids"])


def test_all_of_the_recorded_archives_are_tried() -> None:
    assert len(CASES) == 83
    assert len(usable()) == len(CASES) - len(INCOMPLETE) - len(SEVERAL)


@pytest.mark.parametrize("name", INCOMPLETE)
def test_an_index_that_lists_what_is_absent_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LayoutError) as caught:
        read(name, tmp_path)
    assert f"manifests that are not there: {INCOMPLETE[name]}" in caught.value.message
    assert ("--platform" in caught.value.hint) == (name != "podman/manifest-push-noall-oci")  # which holds none


@pytest.mark.parametrize("name", [name for name in INCOMPLETE if name.endswith(".tar")])
def test_and_is_narrowed_to_a_platform_that_is_there(name: str, tmp_path: Path) -> None:
    built = read(name, tmp_path, platforms=(AMD64,))
    assert built.platforms == (AMD64,)
    with pytest.raises(LayoutError, match="linux/arm64 was asked for; the index lists it, but does not hold it"):
        read(name, tmp_path, platforms=(ARM64,))
    with pytest.raises(LayoutError, match="linux/s390x was asked for; the index has no such platform"):
        read(name, tmp_path, platforms=(platform.parse("linux/s390x"),))


def test_narrowing_drops_attestations_with_their_parent_and_carries_the_others(tmp_path: Path) -> None:
    built = read("buildx/multi.tar", tmp_path, platforms=(ARM64,))
    index = parse_manifest(built.store.read(built.root), built.root.media_type)
    image, attestation = index.manifests
    assert index.media_type == OCI_INDEX
    assert image.platform == ARM64
    assert attestation.annotations["vnd.docker.reference.digest"] == image.digest


def test_narrowing_to_all_there_is_changes_nothing(tmp_path: Path) -> None:
    whole = read("buildx/multi.tar", tmp_path)
    assert read("buildx/multi.tar", tmp_path, platforms=(ARM64, AMD64)).root == whole.root


def test_narrowing_to_one_without_attestations_is_that_manifest(tmp_path: Path) -> None:
    built = read("podman/manifest-push-all-oci", tmp_path, platforms=(ARM64,))
    assert built.root.media_type == OCI_MANIFEST
    assert built.root.digest.startswith("sha256:b06d05d9")


def test_an_image_of_another_platform_than_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="asked for linux/arm64; the image is for linux/amd64"):
        read("buildx/single-tag.tar", tmp_path, platforms=(ARM64,))


def test_an_image_and_its_attestation_side_by_side_stay_together(tmp_path: Path) -> None:
    built = read("save-docker29-containerd/pulled-multi-amd64.tar", tmp_path)
    index = parse_manifest(built.store.read(built.root), built.root.media_type)
    assert [child.digest[7:15] for child in index.manifests] == ["bb09c5c5", "d0e0e54c"]
    assert index.manifests[1].is_attestation


@pytest.mark.parametrize("name", sorted(SEVERAL))
def test_one_of_several_images_is_told_by_its_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="holds 2 images, not one: fx"):
        read(name, tmp_path)
    built = read(name, tmp_path, name="fx.example/two:1")
    assert built.root != read(name, tmp_path, name="fx.example/other:1").root


def test_repeated_layers_are_one_blob(tmp_path: Path) -> None:
    for name in ("save-docker20/dup-layers.tar", "save-docker20/two-layers.tar"):
        built = read(name, tmp_path)
        manifest = parse_manifest(built.store.read(built.root), built.root.media_type)
        assert len(manifest.layers) == 2


def test_compressed_layers_are_never_compressed_again(tmp_path: Path) -> None:
    built = read("save-docker29-containerd/two-layers.tar", tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert built.root.digest.startswith("sha256:20370c17")  # what docker push of the same image gave
