"""Deterministic tar+gzip: order, modes, owners, times, long and foreign names, links, and what is refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.errors import LayoutError
from lazyoci.layout.archive import GzipWriter, Member, Packed, members_of, pack


def packed(members: list[Member], epoch: int = 0, *, padded: bool = False) -> tuple[bytes, Packed]:
    out = io.BytesIO()
    result = pack(members, out, epoch=epoch, padded=padded)
    return out.getvalue(), result


def test_header_holds_neither_time_nor_name() -> None:
    data, result = packed([Member("a", data=b"x")])
    assert data[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"  # no flags, no time
    assert result.size == len(data)
    assert result.digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert result.tar_digest == "sha256:" + hashlib.sha256(gzip.decompress(data)).hexdigest()


def test_the_tar_is_the_one_python_writes_for_the_same_entries() -> None:
    data, _ = packed([Member("dir"), Member("dir/a", data=b"x" * 1000, executable=True)], epoch=12, padded=True)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        directory = tarfile.TarInfo("dir")
        directory.type, directory.mode, directory.mtime = tarfile.DIRTYPE, 0o755, 12
        archive.addfile(directory)
        file = tarfile.TarInfo("dir/a")
        file.size, file.mode, file.mtime = 1000, 0o755, 12
        archive.addfile(file, io.BytesIO(b"x" * 1000))
    assert gzip.decompress(data) == out.getvalue()


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 40])
def test_nothing_comes_after_two_zero_blocks(count: int) -> None:
    """Go's reader stops there, and oras compares the digest of what it has read with that of the tar."""
    data, result = packed([Member(f"file{number}", data=b"x" * 700) for number in range(count)])
    tar = gzip.decompress(data)
    read, at = b"", 0
    while not read.endswith(bytes(1024)):
        read += tar[at : at + 512]
        at += 512
    assert result.tar_digest == "sha256:" + hashlib.sha256(read).hexdigest()
    assert packed([], padded=True)[1].tar_digest == "sha256:" + hashlib.sha256(bytes(10240)).hexdigest()


@pytest.mark.parametrize("name", ["plain", "ümläut/ß", "long/" * 40 + "name", "n" * 255])
def test_pax_records_only_where_needed(name: str) -> None:
    data, _ = packed([Member(name, data=b"content")])
    tar = gzip.decompress(data)
    assert (b"ustar" in tar) and ((b" path=" in tar) == (name != "plain"))
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == [name]


def test_a_directory_is_walked_in_order_whatever_its_modes(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "b").mkdir(parents=True)
    (root / "b" / "z").write_text("z")
    (root / "a").write_text("a")
    (root / "c.sh").write_text("c")
    if os.name == "posix":
        (root / "c.sh").chmod(0o700)
        (root / "a").chmod(0o600)
    data, _ = packed(list(members_of(root, "title")), epoch=5)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data))) as archive:
        found = {entry.name: entry for entry in archive}
    assert list(found) == ["title", "title/a", "title/b", "title/b/z", "title/c.sh"]
    assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in found.values()} == {(0, 0, "", "", 5)}
    assert (found["title"].mode, found["title/a"].mode) == (0o755, 0o644)
    if os.name == "posix":
        assert found["title/c.sh"].mode == 0o755


@pytest.mark.skipif(os.name != "posix", reason="links need no right on POSIX")
def test_links_inside_are_kept_and_links_out_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "deep" / "er").mkdir(parents=True)
    (root / "file").write_text("x")
    (root / "deep" / "link").symlink_to("../file")
    assert Member("t/deep/link", link="../file") in list(members_of(root, "t"))
    for target in ("../../outside", str(root / "file"), "er/../../../outside"):
        (root / "deep" / "bad").symlink_to(target)
        with pytest.raises(LayoutError, match="leads outside"):
            list(members_of(root, "t"))
        (root / "deep" / "bad").unlink()
    (root / "up").symlink_to(".")
    (root / "deep" / "er" / "bad").symlink_to("../../up/../outside")  # by its text inside, in truth not
    with pytest.raises(LayoutError, match="goes up from behind another link"):
        list(members_of(root, "t"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LayoutError, match="neither a file"):
        list(members_of(tmp_path, "t"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_names_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))).write_text("x")
    with pytest.raises(LayoutError, match="not named in UTF-8"):
        list(members_of(tmp_path, "t"))


def test_a_file_that_shrinks_or_grows_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(bytes(3 << 20))
    for size in (1 << 20, 5 << 20):

        def change(_: int, size: int = size) -> None:
            with path.open("r+b") as stream:
                stream.truncate(size)

        with pytest.raises(LayoutError, match="changed while it was being packed"):
            pack([Member("f", path=path)], io.BytesIO(), progress=change)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=20))
def test_output_does_not_depend_on_how_bytes_arrive(pieces: list[bytes]) -> None:
    whole = b"".join(pieces) * 50
    first, second = io.BytesIO(), io.BytesIO()
    at_once = GzipWriter(first)
    at_once.write(whole)
    in_pieces = GzipWriter(second)
    for start in range(0, len(whole), 777):
        in_pieces.write(whole[start : start + 777])
    assert at_once.finish() == in_pieces.finish()
    assert first.getvalue() == second.getvalue()
    assert gzip.decompress(first.getvalue()) == whole


def test_threads_do_not_change_the_bytes() -> None:
    members = [Member(str(number), data=os.urandom(10) * 5000) for number in range(20)]
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(packed(members)[0])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert len(set(results)) == 1
