"""Archives that lie or attack: refused with our own errors, and nothing written outside the scratch directory."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyoci.errors import LayoutError, LazyociError
from lazyoci.layout.docker_archive import read_archive
from lazyoci.layout.tar_index import TarIndex

CONTAINERS = Path(__file__).parents[2] / "vectors" / "containers"


def entry(name: str, data: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def tar(path: Path, entries: Iterable[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return path


LAYER = b"".join((tarfile.TarInfo("file").tobuf(), bytes(1024)))


def saved(
    layer: bytes = LAYER, diff_id: str = "", layers: int = 1, **manifest: Any
) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The entries of a legacy `docker save`."""
    diff_id = diff_id or "sha256:" + hashlib.sha256(LAYER).hexdigest()
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [diff_id]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    listed = [{"Config": name, "RepoTags": ["a:1"], "Layers": ["l/layer.tar"] * layers, **manifest}]
    return [entry(name, config), entry("l/layer.tar", layer), entry("manifest.json", json.dumps(listed).encode())]


def test_the_honest_one_is_read(tmp_path: Path) -> None:
    assert str(read_archive(tar(tmp_path / "x.tar", saved()), tmp_path).platforms[0]) == "linux/amd64"


def test_a_layer_that_is_already_compressed_is_taken_as_it_is(tmp_path: Path) -> None:
    packed = gzip.compress(LAYER)
    built = read_archive(tar(tmp_path / "x.tar", saved(packed)), tmp_path)
    manifest = json.loads(built.store.read(built.root))
    assert manifest["layers"][0]["digest"] == "sha256:" + hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize(
    "bad",
    [
        entry("../outside", b"x"),
        entry("a/../../outside", b"x"),
        entry("/absolute", b"x"),
        entry("a\\..\\b", b"x"),
        entry("c:/x", b"x"),
        entry("link", type=tarfile.SYMTYPE, linkname="../outside"),
        entry("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("a/link", type=tarfile.SYMTYPE, linkname="../../outside"),
        entry("hard", type=tarfile.LNKTYPE, linkname="manifest.json"),
        entry("device", type=tarfile.CHRTYPE),
        entry("block", type=tarfile.BLKTYPE),
        entry("pipe", type=tarfile.FIFOTYPE),
        entry("manifest.json", b"[]"),
        entry("./manifest.json", b"[]"),
        entry("l/layer.tar", type=tarfile.SYMTYPE, linkname="x"),
    ],
    ids=lambda bad: f"{bad[0].name}-{bad[0].type!r}-{bad[0].linkname}",
)
def test_hostile_entries(tmp_path: Path, bad: tuple[tarfile.TarInfo, bytes]) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = tar(inside / "x.tar", [*saved(), bad])
    with pytest.raises(LayoutError, match=r"x\.tar holds"):
        read_archive(path, inside)
    assert list(tmp_path.iterdir()) == [inside]
    assert list(inside.iterdir()) == [path]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "holds no manifest.json"),
        ([entry("manifest.json", b"{}")], "not a list of images"),
        ([entry("manifest.json", b"[1]")], "not a list of images"),
        ([entry("manifest.json", b"[]")], "holds 0 images"),
        ([entry("manifest.json", b"[{}]")], "names no Config"),
        ([entry("manifest.json", b"[" * 90_000)], "is not JSON"),
        (saved(Config="other.json"), "holds no other.json"),
        (saved(Config="../x"), "holds no ../x"),
        (saved(Layers=["nowhere"]), "lacks the layer nowhere"),
        (saved(Layers=["manifest.json"]), "not to its diff_id"),
        (saved(layers=2), "has 2 layers, but 1 diff_ids"),
        (saved(LAYER + b"x"), "not to its diff_id"),
        (saved(gzip.compress(LAYER, mtime=0)[:-9]), "ends in the middle"),
        (saved(diff_id="md5:x"), "not an image config"),
        ([entry("oci-layout", b"{}"), entry("index.json", b"{}")], "imageLayoutVersion"),
        (
            [entry("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), entry("index.json", b'{"manifests":[]}')],
            "holds 0 images",
        ),
        (
            [
                entry("a", type=tarfile.SYMTYPE, linkname="manifest.json"),
                entry("manifest.json", type=tarfile.SYMTYPE, linkname="a"),
            ],
            "in a circle",
        ),
    ],
)
def test_lying_archives(tmp_path: Path, entries: list[tuple[tarfile.TarInfo, bytes]], message: str) -> None:
    with pytest.raises(LayoutError) as caught:
        read_archive(tar(tmp_path / "x.tar", entries), tmp_path)
    assert message in caught.value.message


def test_a_config_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    entries = saved()
    info, data = entries[0]
    info.size += 1
    with pytest.raises(LayoutError, match="its name promises"):
        read_archive(tar(tmp_path / "x.tar", [(info, data + b" "), *entries[1:]]), tmp_path)


def test_a_bomb_among_the_layers_stops_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazyoci.layout.verify._FLOOR", 1 << 20)
    bomb = gzip.compress(bytes(20 << 20), 9)
    with pytest.raises(LayoutError, match="expands to more than"):
        read_archive(tar(tmp_path / "x.tar", saved(bomb)), tmp_path)


def test_sizes_that_lie(tmp_path: Path) -> None:
    info, _ = entry("big")
    info.size = 1 << 40
    path = tmp_path / "x.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises(LayoutError, match="ends within 'big', which claims 1099511627776 bytes"):
        TarIndex(path)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_that_ask_for_memory(tmp_path: Path, kind: bytes) -> None:
    info, _ = entry("header", type=kind)
    info.size = 1 << 34
    path = tmp_path / "x.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises(LayoutError, match="has a header of"):
        TarIndex(path)


def test_headers_without_end(tmp_path: Path) -> None:
    info, _ = entry("header", type=tarfile.GNUTYPE_LONGNAME)
    info.size = 1
    path = tmp_path / "x.tar"
    path.write_bytes((info.tobuf(tarfile.GNU_FORMAT) + bytes(512)) * 5000)
    with pytest.raises(LayoutError):
        TarIndex(path)


def test_sparse_files_are_refused(tmp_path: Path) -> None:
    info, _ = entry("sparse", type=tarfile.GNUTYPE_SPARSE)
    path = tmp_path / "x.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises(LayoutError):
        TarIndex(path)


@pytest.mark.parametrize("name", ["save-docker20/dup-layers.tar", "buildx/multi-tag.tar"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_gives_our_errors_alone(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray((CONTAINERS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content) * 2)) :]
    path = tmp_path / "x.tar"
    path.write_bytes(content)
    try:
        read_archive(path, tmp_path)
    except LazyociError as error:
        assert error.message
