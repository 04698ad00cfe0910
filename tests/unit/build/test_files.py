"""Generic artifacts: the manifest of image-spec 1.1, titles, globs, directories, and what is refused."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from lazyoci.build import build, look
from lazyoci.errors import BuildError, Interrupted, LayoutError
from lazyoci.oci.descriptor import descriptor_from_json
from tests.unit.build.make import context, files, manifest_of

EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "config.json").write_bytes(b'{"a": 1}\n')
    (directory / "docs").mkdir()
    (directory / "docs" / "b.md").write_bytes(b"# b\n")
    (directory / "docs" / "a.md").write_bytes(b"# a\n")
    return directory


def titles(manifest: dict[str, Any]) -> list[str]:
    return [layer["annotations"]["org.opencontainers.image.title"] for layer in manifest["layers"]]


def test_manifest_is_that_of_image_spec(place: Path) -> None:
    built = build(files(("config.json", "application/json"), media_type="application/vnd.x.v1"), context(place))
    data = (place / "config.json").read_bytes()
    assert manifest_of(built) == {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactType": "application/vnd.x.v1",
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": EMPTY, "size": 2, "data": "e30="},
        "layers": [
            {
                "mediaType": "application/json",
                "digest": "sha256:" + hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "annotations": {"org.opencontainers.image.title": "config.json"},
            }
        ],
    }
    assert built.size == built.root.size + 2 + len(data)


def test_golden_digest(place: Path) -> None:
    """Nothing but the content, the title and the types decide: this digest may never change."""
    built = build(files(("config.json", "application/json")), context(place))
    assert built.root.digest == "sha256:31a88a5cbc4ef1be908132d8165df9e89256750b770ecfef0b1d87ffbf9c4c54"


def test_the_empty_config_can_be_opened(place: Path) -> None:
    built = build(files(("config.json", "application/json")), context(place))
    config = descriptor_from_json(manifest_of(built)["config"])
    with built.store.open(config) as stream:
        assert stream.read() == b"{}"


def test_files_stay_where_they_lie(place: Path) -> None:
    here = context(place)
    build(files(("config.json", "application/json")), here)
    assert list(here.scratch.iterdir()) == []


def test_default_artifact_type(place: Path) -> None:
    manifest = manifest_of(build(files(("config.json", "a/b")), context(place)))
    assert manifest["artifactType"] == "application/vnd.unknown.artifact.v1"


def test_annotations_and_created(place: Path) -> None:
    artifact = files(("config.json", "a/b"))
    assert "annotations" not in manifest_of(build(artifact, context(place)))
    manifest = manifest_of(build(artifact, context(place, epoch=1700000000, annotations={"b": "2", "a": "1"})))
    created = "org.opencontainers.image.created"
    assert list(manifest["annotations"].items()) == [("a", "1"), ("b", "2"), (created, "2023-11-14T22:13:20Z")]
    manifest = manifest_of(build(artifact, context(place, epoch=0, annotations={created: "mine"})))
    assert manifest["annotations"] == {created: "mine"}


def test_a_glob_gives_a_layer_for_each_match_sorted(place: Path) -> None:
    (place / "docs" / ".hidden.md").write_text("h")
    manifest = manifest_of(build(files(("docs/*.md", "text/markdown"), ("config.json", "a/b")), context(place)))
    assert titles(manifest) == ["docs/a.md", "docs/b.md", "config.json"]
    assert {layer["mediaType"] for layer in manifest["layers"][:2]} == {"text/markdown"}


def test_a_recursive_glob_takes_files_alone(place: Path) -> None:
    (place / "docs" / "deep").mkdir()
    (place / "docs" / "deep" / "c.md").write_text("c")
    manifest = manifest_of(build(files(("docs/**", "text/markdown")), context(place)))
    assert titles(manifest) == ["docs/a.md", "docs/b.md", "docs/deep/c.md"]


def test_a_literal_name_wins_over_its_reading_as_a_glob(place: Path) -> None:
    (place / "data[1].txt").write_text("literal")
    (place / "data1.txt").write_text("match")
    assert titles(manifest_of(build(files(("data[1].txt", "a/b")), context(place)))) == ["data[1].txt"]


def test_a_directory_becomes_one_layer_as_oras_packs_it(place: Path) -> None:
    built = build(files(("docs/", "application/vnd.oci.image.layer.v1.tar+gzip")), context(place))
    (layer,) = manifest_of(built)["layers"]
    assert layer["annotations"]["org.opencontainers.image.title"] == "docs"
    assert layer["annotations"]["io.deis.oras.content.unpack"] == "true"
    with built.store.open(descriptor_from_json(layer)) as stream:
        tar = gzip.decompress(stream.read())
    assert layer["annotations"]["io.deis.oras.content.digest"] == "sha256:" + hashlib.sha256(tar).hexdigest()
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == ["docs", "docs/a.md", "docs/b.md"]


@pytest.mark.parametrize(
    ("written", "title"),
    [("./config.json", "config.json"), ("docs/../config.json", "config.json"), ("docs//a.md", "docs/a.md")],
)
def test_titles_are_plain_relative_paths(place: Path, written: str, title: str) -> None:
    assert titles(manifest_of(build(files((written, "a/b")), context(place)))) == [title]


def test_a_path_that_leads_out_is_titled_by_its_name(place: Path) -> None:
    (place.parent / "shared.txt").write_text("s")
    absolute = str(place.parent / "shared.txt")
    for written in ("../shared.txt", absolute):
        assert titles(manifest_of(build(files((written, "a/b")), context(place)))) == ["shared.txt"]


def test_equal_files_are_two_layers_of_one_blob(place: Path) -> None:
    (place / "copy.json").write_bytes((place / "config.json").read_bytes())
    built = build(files(("config.json", "a/b"), ("copy.json", "a/b")), context(place))
    first, second = manifest_of(built)["layers"]
    assert first["digest"] == second["digest"]
    assert built.size == built.root.size + 2 + first["size"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (["gone.txt"], "gone.txt does not exist"),
        (["*.gone"], "matches *.gone"),
        (["config.json", "./config.json"], "would both be titled 'config.json'"),
        (["."], "gives no name by which"),
        (["a\x00b"], "does not exist"),
    ],
)
def test_what_is_refused(place: Path, entries: list[str], message: str) -> None:
    with pytest.raises(BuildError) as caught:
        build(files(*((entry, "a/b") for entry in entries)), context(place))
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("path", ["docs", "docs/*", "docs/**"])
def test_what_a_run_writes_is_not_what_it_publishes(place: Path, path: str) -> None:
    (place / "docs" / "out").mkdir()
    (place / "docs" / "out" / "index.json").write_text("{}")
    for step in (look, build):
        with pytest.raises(BuildError, match="is published, and this run writes"):
            step(files((path, "a/b")), context(place, layout=place / "docs" / "out"))
        step(files((path, "a/b")), context(place, layout=place / "out"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
def test_a_pipe_is_refused_and_not_read(place: Path) -> None:
    os.mkfifo(place / "pipe")
    with pytest.raises(BuildError, match="is not a file or a directory"):
        build(files(("pipe", "a/b")), context(place))


def test_a_file_that_changes_after_the_build_is_noticed(place: Path) -> None:
    built = build(files(("config.json", "a/b")), context(place))
    layer = descriptor_from_json(manifest_of(built)["layers"][0])
    built.store.open(layer).close()
    (place / "config.json").write_bytes(b'{"a": 22}\n')
    with pytest.raises(LayoutError, match="changed while"):
        built.store.open(layer)


def test_a_change_of_the_same_length_is_noticed_by_its_time(place: Path) -> None:
    built = build(files(("config.json", "a/b")), context(place))
    layer = descriptor_from_json(manifest_of(built)["layers"][0])
    (place / "config.json").write_bytes(b'{"a": 2}\n')
    os.utime(place / "config.json", ns=(1, 1))
    with pytest.raises(LayoutError, match="changed while"):
        built.store.open(layer)


def test_a_cancelled_build_stops(place: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Interrupted):
        build(files(("config.json", "a/b")), context(place, cancelled=cancelled))


def test_too_large_a_manifest_is_refused(place: Path) -> None:
    annotations = {"k": "v" * (4 << 20)}
    with pytest.raises(BuildError, match="registries accept"):
        build(files(("config.json", "a/b")), context(place, annotations=annotations))


_MEMORY = """
import resource, sys
from pathlib import Path
from lazyoci.build import build
from tests.unit.build.make import context, files
place = Path(sys.argv[1])
build(files(("large.bin", "a/b")), context(place))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with (place / "large.bin").open("r+b") as large:
    large.truncate(200 << 20)
build(files(("large.bin", "a/b")), context(place))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in KiB as Linux does")
def test_a_large_file_takes_little_memory(place: Path) -> None:
    (place / "large.bin").write_bytes(b"x")
    run = subprocess.run([sys.executable, "-c", _MEMORY, str(place)], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 16 << 10


def test_a_disk_without_room_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says of a write names no file."""

    def full(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("lazyoci.layout.archive.pack", full)
    with pytest.raises(BuildError) as caught:
        build(files(("docs", "text/plain")), context(place))
    assert caught.value.message == f"files: no room is left for temporary files in {place.parent}"
    assert "TMPDIR" in caught.value.hint
