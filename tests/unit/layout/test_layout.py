"""Writing and reading layouts: several artifacts, names that move, hostile and lying ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lazyoci.errors import LayoutError, LazyociError
from lazyoci.frozen import replace
from lazyoci.layout.read import blob_path, open_layout
from lazyoci.layout.store import Built, Staged, walk
from lazyoci.layout.write import write
from lazyoci.oci import digest
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump
from lazyoci.oci.mediatype import OCI_INDEX, OCI_MANIFEST

ONE, TWO = "localhost:5050/team/app:v1", "localhost:5050/team/app:latest"


def artifact(content: bytes, path: Path | None = None) -> Built:
    staged = Staged()
    if path is None:
        layer = staged.add_bytes("text/plain", content)
    else:
        path.write_bytes(content)
        layer = staged.add_file("text/plain", path)
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "a/b", "config": EMPTY.to_json()}
    return Built(staged.add_bytes(OCI_MANIFEST, dump({**manifest, "layers": [layer.to_json()]})), staged)


def snapshot(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def index_of(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "index.json").read_text(encoding="utf-8"))
    return found


def test_what_a_layout_holds(tmp_path: Path) -> None:
    built = artifact(b"hello", tmp_path / "file.txt")
    write(built, tmp_path / "out", [ONE, TWO])
    assert (tmp_path / "out" / "oci-layout").read_bytes() == b'{"imageLayoutVersion":"1.0.0"}'
    names = [
        entry["annotations"]["org.opencontainers.image.ref.name"] for entry in index_of(tmp_path / "out")["manifests"]
    ]
    assert names == [ONE, TWO]
    assert index_of(tmp_path / "out")["mediaType"] == OCI_INDEX
    layout = open_layout(tmp_path / "out")
    assert layout.choose(ONE).digest == built.root.digest
    blobs = {descriptor.digest for descriptor, _ in walk(layout, layout.choose(TWO))}
    assert blobs == {EMPTY.digest, digest.of(b"hello"), built.root.digest}
    assert len(snapshot(tmp_path / "out")) == 2 + len(blobs)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write(artifact(b"one"), tmp_path / "out", [ONE])
    write(artifact(b"two"), tmp_path / "out", [TWO])
    first = snapshot(tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    write(artifact(b"one"), tmp_path / "out", [ONE])
    assert snapshot(tmp_path / "out") == first
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_a_name_moves_and_others_stay(tmp_path: Path) -> None:
    write(artifact(b"one"), tmp_path, [ONE, TWO])
    write(artifact(b"new"), tmp_path, [ONE])
    layout = open_layout(tmp_path)
    assert len(layout.entries) == 2
    assert layout.choose(ONE).digest == artifact(b"new").root.digest
    assert layout.choose(TWO).digest == artifact(b"one").root.digest


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(LayoutError, match="neither empty nor an OCI layout"):
        write(artifact(b"one"), tmp_path, [ONE])
    assert snapshot(tmp_path) == {"precious.txt": b"mine"}


def test_a_blob_that_lies_is_never_stored(tmp_path: Path) -> None:
    class Lying(Staged):
        def open(self, descriptor: Descriptor) -> Any:
            import io

            return io.BytesIO(b"other") if descriptor.media_type == "text/plain" else super().open(descriptor)

    honest = artifact(b"hello")
    store = Lying()
    store.__dict__.update(honest.store.__dict__)
    with pytest.raises(LayoutError, match="does not have the content"):
        write(Built(honest.root, store), tmp_path / "out", [ONE])
    assert not blob_path(tmp_path / "out", digest.of(b"hello")).exists()
    assert not (tmp_path / "out" / "index.json").exists()
    assert not [name for name in snapshot(tmp_path / "out") if ".partial" in name]


def test_a_corrupt_blob_in_the_way_is_replaced(tmp_path: Path) -> None:
    write(artifact(b"hello"), tmp_path, [ONE])
    path = blob_path(tmp_path, digest.of(b"hello"))
    path.write_bytes(b"jello")
    write(artifact(b"hello"), tmp_path, [ONE])
    assert path.read_bytes() == b"hello"


def test_choosing(tmp_path: Path) -> None:
    write(artifact(b"one"), tmp_path, [ONE])
    assert open_layout(tmp_path).choose().digest == artifact(b"one").root.digest
    write(artifact(b"two"), tmp_path, [TWO])
    with pytest.raises(LayoutError) as caught:
        open_layout(tmp_path).choose()
    assert ONE in caught.value.hint
    assert TWO in caught.value.hint
    with pytest.raises(LayoutError, match="has no entry 'v1'"):
        open_layout(tmp_path).choose("v1")


def rewrite(directory: Path, **fields: Any) -> None:
    index = index_of(directory)
    index["manifests"][0].update(fields)
    (directory / "index.json").write_text(json.dumps(index), encoding="utf-8")


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": "sha256:../../../../etc/passwd"},
        {"digest": "sha256:" + "0" * 64},
        {"digest": "md5:" + "0" * 32},
        {"digest": 7},
        {"size": 1},
        {"size": -1},
        {"size": 1 << 60},
        {"mediaType": OCI_INDEX},
        {"annotations": {"a": 1}},
    ],
)
def test_lying_entries(tmp_path: Path, fields: dict[str, Any]) -> None:
    write(artifact(b"one"), tmp_path, [ONE])
    rewrite(tmp_path, **fields)
    with pytest.raises(LazyociError):
        layout = open_layout(tmp_path)
        found = list(walk(layout, layout.choose()))
        assert {descriptor.digest for descriptor, _ in found} != set()
        if fields.get("mediaType") == OCI_INDEX:  # reads as an index without entries: nothing was believed
            assert [manifest.children for _, manifest in found if manifest] == [()]
            raise LayoutError("as expected")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("oci-layout", b""),
        ("oci-layout", b'{"imageLayoutVersion":"2.0.0"}'),
        ("oci-layout", b"[" * 100_000),
        ("index.json", b"[]"),
        ("index.json", b"{" * 10),
        ("index.json", b'{"manifests": 3}'),
        ("index.json", b'{"manifests": [null]}'),
        ("index.json", b" " * (9 << 20)),
    ],
)
def test_broken_files(tmp_path: Path, name: str, content: bytes) -> None:
    write(artifact(b"one"), tmp_path, [ONE])
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LayoutError, match=name):
        open_layout(tmp_path)


def test_what_is_no_layout(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="oci-layout is absent"):
        open_layout(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="links need no right on POSIX")
def test_a_blob_that_is_a_link_is_refused(tmp_path: Path) -> None:
    write(artifact(b"hello"), tmp_path / "out", [ONE])
    path = blob_path(tmp_path / "out", digest.of(b"hello"))
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    layout = open_layout(tmp_path / "out")
    with pytest.raises(LayoutError, match="is not a file"):
        layout.open(Descriptor("text/plain", digest.of(b"hello"), 5))


def test_a_sparse_layout_names_what_it_lacks(tmp_path: Path) -> None:
    write(artifact(b"hello"), tmp_path, [ONE])
    blob_path(tmp_path, digest.of(b"hello")).unlink()
    with pytest.raises(LayoutError, match="lacks the blob " + digest.of(b"hello")):
        open_layout(tmp_path).open(Descriptor("text/plain", digest.of(b"hello"), 5))


def test_indexes_nested_without_end_are_refused() -> None:
    staged = Staged()
    root = artifact(b"x").root
    for _ in range(20):
        raw = dump({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [root.to_json()]})
        root = replace(staged.add_bytes(OCI_INDEX, raw))
    with pytest.raises(LayoutError, match="nested more than"):
        list(walk(staged, root))


@pytest.mark.skipif(shutil.which("skopeo") is None and not os.environ.get("CI"), reason="skopeo is not installed")
def test_skopeo_reads_what_was_written(tmp_path: Path) -> None:
    built = artifact(b"hello")
    write(built, tmp_path / "out", [ONE, TWO])
    run = subprocess.run(
        ["skopeo", "inspect", "--raw", f"oci:{tmp_path / 'out'}:{ONE}"], capture_output=True, check=True
    )
    assert digest.of(run.stdout) == built.root.digest
