"""Times of a tar held, whoever wrote it; nothing else changes."""

from __future__ import annotations

import io
import tarfile

import pytest

from lazyoci.errors import LayoutError
from lazyoci.layout.tar_times import no_later

EPOCH = 1_700_000_000
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def held(data: bytes, epoch: int = EPOCH) -> bytes:
    return b"".join(no_later(io.BytesIO(data), epoch, "layer"))


def entry(name: str, mtime: float, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.mtime, info.size = mtime, len(data)  # type: ignore[assignment]  # a fraction is written as PAX has it
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def packed(entries: list[tuple[tarfile.TarInfo, bytes]], format: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def entries(now: float) -> list[tuple[tarfile.TarInfo, bytes]]:
    return [
        entry("dir", now, type=tarfile.DIRTYPE, mode=0o1777),
        entry("dir/file", now, b"x" * 5000, mode=0o4755, uid=7, gname="wheel"),
        entry("dir/" + "long" * 40, now, b"y"),
        entry("dir/hard", now, type=tarfile.LNKTYPE, linkname="dir/file"),
        entry("dir/soft", now, type=tarfile.SYMTYPE, linkname="far/" * 40),
        entry("old", EPOCH - 5, b"old"),
        entry("null", now, type=tarfile.CHRTYPE, devmajor=1, devminor=3),
        entry("empty", now),
    ]


def listing(data: bytes) -> list[tuple[object, ...]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = []
        for one in archive:
            stream = archive.extractfile(one) if one.isreg() else None
            content = stream.read() if stream is not None else b""
            found.append((one.name, one.mtime, one.mode, one.uid, one.gname, one.type, one.linkname, content))
        return found


@pytest.mark.parametrize("format", FORMATS)
def test_only_times_change(format: int) -> None:
    if format == tarfile.USTAR_FORMAT:
        given = [one for one in entries(EPOCH + 9) if len(one[0].name) < 100 and len(one[0].linkname) < 100]
    else:
        given = entries(EPOCH + 9)
    data = packed(given, format)
    result = held(data)
    assert len(result) == len(data)
    assert [(one[0], *one[2:]) for one in listing(result)] == [(one[0], *one[2:]) for one in listing(data)]
    assert {one[0]: one[1] for one in listing(result)} == {
        info.name: EPOCH - 5 if info.name == "old" else EPOCH for info, _ in given
    }
    assert held(result) == result


@pytest.mark.parametrize("format", FORMATS)
def test_two_moments_give_the_same_bytes(format: int) -> None:
    short = [0, 1, 3, 5, 6, 7]
    one, other = ([entries(EPOCH + later)[index] for index in short] for later in (9, 9_999))
    assert held(packed(one, format)) == held(packed(other, format))


def test_fractions_of_seconds() -> None:
    later, later_still = (packed([entry("a", EPOCH + part, b"x")], tarfile.PAX_FORMAT) for part in (0.25, 3.123456789))
    assert held(later) == held(later_still)
    assert [one[1] for one in listing(held(later))] == [EPOCH]
    earlier = packed([entry("a", EPOCH - 0.5, b"x")], tarfile.PAX_FORMAT)
    assert held(earlier) == earlier


def test_other_records_stay() -> None:
    records = {"SCHILY.xattr.user.x": "1", "mtime": f"{EPOCH + 3}.5", "atime": f"{EPOCH + 4}", "comment": "é" * 40}
    info, data = entry("a", EPOCH, b"x")
    info.pax_headers = records
    with tarfile.open(fileobj=io.BytesIO(held(packed([(info, data)], tarfile.PAX_FORMAT)))) as archive:
        (found,) = archive
    kept = {key: value for key, value in found.pax_headers.items() if key not in ("mtime", "atime")}
    assert kept == {key: value for key, value in records.items() if key not in ("mtime", "atime")}
    assert (found.mtime, found.pax_headers["atime"]) == (EPOCH, str(EPOCH))


def test_the_size_of_an_extended_header_counts() -> None:
    body = b"x" * 700
    record = b"12 size=700\n"
    info, _ = entry("extended", EPOCH + 1, record, type=tarfile.XHDTYPE)
    main, _ = entry("a", EPOCH + 1)
    data = info.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0")
    data += main.tobuf(tarfile.USTAR_FORMAT) + body.ljust(1024, b"\0") + bytes(1024)
    assert held(data).count(body) == 1
    assert len(held(data)) == len(data)


def test_the_end_may_be_missing_and_is_kept_as_it_is() -> None:
    data = packed([entry("a", EPOCH + 1, b"x")], tarfile.USTAR_FORMAT)
    assert len(held(data)) == len(data)
    assert len(held(data[:1024])) == 1024
    assert held(b"") == b""


@pytest.mark.parametrize(
    "data",
    [
        b"no tar at all",
        b"x" * 512,
        packed([entry("a", EPOCH, b"x" * 600)], tarfile.USTAR_FORMAT)[:1000],
        entry("x", 0, b"y", type=tarfile.XHDTYPE)[0].tobuf(tarfile.USTAR_FORMAT) + b"nonsense".ljust(512, b"\0"),
        entry("x", 0, b"y" * (2 << 20), type=tarfile.XHDTYPE)[0].tobuf(tarfile.USTAR_FORMAT),
        entry("x", 0, b"9" * 12, type=tarfile.XHDTYPE)[0].tobuf(tarfile.USTAR_FORMAT)
        + b"99 mtime=1\n".ljust(512, b"\0"),
        entry("x", 0, b"9" * 14, type=tarfile.XHDTYPE)[0].tobuf(tarfile.USTAR_FORMAT)
        + b"14 mtime=late\n".ljust(512, b"\0"),
    ],
)
def test_what_is_no_tar(data: bytes) -> None:
    with pytest.raises(LayoutError, match=r"^layer "):
        held(data)


@pytest.mark.parametrize("field", [b"-0000000005\0", b"\xff" * 11 + b"\xfb", b"\x80" + b"\0" * 11, b""], ids=repr)
def test_nothing_is_smaller_than_nothing(field: bytes) -> None:
    """A size below zero would have a stream give all that it has, however much that is."""
    header = bytearray(entry("a", EPOCH)[0].tobuf(tarfile.USTAR_FORMAT))
    header[124 : 124 + len(field)] = field
    record = b"" if field else entry("x", 0, b"11 size=-5\n", type=tarfile.XHDTYPE)[0].tobuf(tarfile.USTAR_FORMAT)
    stream = Reads(record + (b"" if field else b"11 size=-5\n".ljust(512, b"\0")) + bytes(header) + bytes(9000))
    if field[:1] == b"\x80":
        assert b"".join(no_later(stream, EPOCH, "layer"))
    else:
        with pytest.raises(LayoutError, match=r"^layer is not a tar: an entry claims -5 bytes$"):
            list(no_later(stream, EPOCH, "layer"))
    assert min(stream.sizes) > 0


def test_large_numbers_are_no_negative_ones() -> None:
    """A file of 8 GiB, or a time after the year 2242, is more than eleven octal digits."""
    info, _ = entry("a", 1 << 40)
    info.size = 9 << 30
    stream = Reads(info.tobuf(tarfile.GNU_FORMAT) + bytes(5000))
    held = no_later(stream, EPOCH, "layer")
    header = tarfile.TarInfo.frombuf(bytearray(next(held)), "utf-8", "strict")
    assert (header.size, header.mtime) == (9 << 30, EPOCH)
    with pytest.raises(LayoutError, match="ends in the middle"):
        list(held)
    assert min(stream.sizes) > 0


@pytest.mark.parametrize(("size", "kind"), [(512, b"0"), (500, b"0"), (65536 + 512, b"0"), (0, b"S")])
def test_an_archive_that_ends_with_a_whole_block_has_ended_too_early(size: int, kind: bytes) -> None:
    """Where the next header would be missing, that is the end of an archive; within an entry it never is."""
    info, _ = entry("a", EPOCH, type=kind)
    info.size = size
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[482] = kind == b"S"
    whole = len(range(0, size, 512)) - 1
    with pytest.raises(LayoutError, match="ends in the middle"):
        for _ in no_later(io.BytesIO(bytes(header) + bytes(512 * max(whole, 0))), EPOCH, "layer"):
            pass


class Reads(io.BytesIO):
    """A stream that notes how much is asked of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.sizes: list[int] = []

    def read(self, size: int | None = -1) -> bytes:
        self.sizes.append(-1 if size is None else size)
        return super().read(size)
