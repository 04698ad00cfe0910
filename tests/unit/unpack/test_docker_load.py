"""`pull --docker`: the archive that is written on the way, and Docker and Podman that take it, or say why not."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from lazyoci.layout.docker_archive import read_archive
from lazyoci.layout.store import Staged, walk
from lazyoci.oci import mediatype, platform
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import of
from lazyoci.transfer.find import Found, PullError
from lazyoci.unpack.docker_load import choose, load, loadable, write_archive
from tests.containers import libpod
from tests.servers import program
from tests.unit.build.stand_in import CONTAINERS
from tests.unit.unpack.kit import found, member, tar, titled


def image(store: Staged, media_type: str = mediatype.OCI_LAYER_GZIP) -> Found:
    """An image of two layers, the first of them there twice."""
    tars = [tar(member(name, name.encode()), mode="w") for name in ("one", "two", "one")]
    layers = [store.add_bytes(media_type, gzip.compress(data, mtime=0)) for data in tars]
    host = platform.host()
    document = {"os": host.os, "architecture": host.architecture, "config": {}}
    rootfs = {"type": "layers", "diff_ids": [of(data) for data in tars]}
    config = store.add_json(mediatype.OCI_CONFIG, {**document, "rootfs": rootfs})
    return found(store, layers, config, kind="")


def test_the_archive_is_one_of_docker_save(tmp_path: Path) -> None:
    store = Staged()
    one = image(store)
    with (tmp_path / "image.tar").open("wb") as out:
        write_archive(one, store, out)
    with tarfile.open(tmp_path / "image.tar") as archive:
        names = archive.getnames()
        entry = json.load(archive.extractfile("manifest.json") or io.BytesIO())
    assert len(names) == len(set(names)) == 7  # config, two layers, manifest; oci-layout, index.json, manifest.json
    assert entry[0]["RepoTags"] == ["r.example/a/b:v1"] and len(entry[0]["Layers"]) == 3
    built = read_archive(tmp_path / "image.tar", tmp_path)  # compares every layer with its diff_id
    assert built.root.digest == one.root.digest  # the published bytes, which Docker's containerd store keeps
    (manifest,) = (manifest for _, manifest in walk(built.store, built.root) if manifest is not None)
    assert [layer.digest for layer in manifest.layers] == [layer.digest for layer in one.layers[:2]] + [
        one.layers[0].digest
    ]


def test_the_archive_is_laid_out_as_docker_25_and_later_do(tmp_path: Path) -> None:
    """The names and the annotations of what a dockerd 29 with the containerd store saved."""
    store = Staged()
    one = image(store)
    with (tmp_path / "image.tar").open("wb") as out:
        write_archive(one, store, out)
    recorded = CONTAINERS / "save-docker29-containerd" / "two-layers.tar"
    shapes = []
    for path in (recorded, tmp_path / "image.tar"):
        with tarfile.open(path) as archive:

            def parsed(name: str, archive: tarfile.TarFile = archive) -> Any:
                return json.load(archive.extractfile(name) or io.BytesIO())

            files = {entry.name for entry in archive if entry.isfile()}
            (entry,), (described,) = parsed("manifest.json"), parsed("index.json")["manifests"]
            names = (entry["Config"], *entry["Layers"], "blobs/" + described["digest"].replace(":", "/"))
            assert files >= set(names)
            shapes.append(
                (
                    {re.sub("[0-9a-f]{64}", "…", name) for name in files},
                    set(entry) & {"Config", "RepoTags", "Layers"},
                    parsed("oci-layout"),
                    set(described["annotations"]) - {"containerd.io/distribution.source.127.0.0.1"},
                    described["annotations"]["io.containerd.image.name"] == entry["RepoTags"][0],
                )
            )
    assert shapes[0] == shapes[1]


def test_only_one_image_of_one_platform_is_loaded() -> None:
    store = Staged()
    with pytest.raises(PullError, match="is of type artifact"):
        loadable(found(store, [titled(store, "a", b"x")]))


def tools(directory: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Stand-ins for docker and podman; others are not to be found."""
    for name, script in scripts.items():
        path = directory / name
        path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))


ANSWERS = "if sys.argv[1] == 'version': sys.exit(0)\n"
DOWN = "if sys.argv[1] == 'version': sys.exit('Cannot connect to the Docker daemon')\n"


@pytest.mark.skipif(os.name == "nt", reason="scripts with #!")
class TestPrograms:
    def test_docker_goes_before_podman(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tools(tmp_path, monkeypatch, docker=ANSWERS, podman=ANSWERS)
        assert choose() == "docker"

    def test_podman_serves_where_no_daemon_answers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tools(tmp_path, monkeypatch, docker=DOWN, podman=ANSWERS)
        assert choose() == "podman"

    def test_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tools(tmp_path, monkeypatch, docker=DOWN)
        with pytest.raises(PullError, match=r"docker: Cannot connect to the Docker daemon; podman: not installed"):
            choose()

    def test_what_it_is_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Staged()
        target = tmp_path / "got.tar"
        tools(tmp_path, monkeypatch, docker=f"open({str(target)!r}, 'wb').write(sys.stdin.buffer.read())")
        assert load(image(store), store, "docker") == "Docker"
        with tarfile.open(target) as archive:
            assert "manifest.json" in archive.getnames()

    def test_a_refusal_has_its_words(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Staged()
        tools(tmp_path, monkeypatch, docker="sys.exit('\\x1b[31mno space left on device')")
        with pytest.raises(PullError, match="docker load failed: no space left on device") as raised:
            load(image(store), store, "docker")
        assert "zstd" not in raised.value.hint

    def test_layers_in_zstd_are_named_when_they_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Staged()
        tools(tmp_path, monkeypatch, docker="sys.exit('unexpected EOF')")
        with pytest.raises(PullError) as raised:
            load(image(store, mediatype.OCI_LAYER_ZSTD), store, "docker")
        assert "zstd" in raised.value.hint


def test_podman_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    podman = program("podman")
    for name, value in libpod(tmp_path).items():
        monkeypatch.setenv(name, value)
    store = Staged()
    one = image(store)
    assert load(one, store, "podman") == "Podman"
    command = [podman, "image", "inspect", "--format", "{{.Id}}", "r.example/a/b:v1"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    config: Descriptor | None = one.named.config
    assert config is not None and shown.stdout.strip() == config.digest.removeprefix("sha256:")
