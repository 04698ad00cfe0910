"""Limits the times in a tar to a given one, for builders without BuildKit's `rewrite-timestamp`.

Only times in headers change. A tar without later times keeps exactly its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lazyoci.errors import LayoutError

_BLOCK, _PIECE = 512, 1 << 20
_MOST_HEADER = 1 << 20  # bytes of one extended header; real ones have hundreds
_MTIME, _SIZE, _CHECKSUM, _TYPE = slice(136, 148), slice(124, 136), slice(148, 156), 156
_PAX = (b"x", b"g")
_WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6")  # links, devices, directories, pipes: their size is ignored
_TIMES = (b"mtime", b"atime", b"ctime")


def no_later(tar: BinaryIO, epoch: int, what: str) -> Iterator[bytes]:
    """The bytes of `tar` with every time at most `epoch`; LayoutError, which names `what`, if it is not a tar."""
    size: int | None = None  # the size of the next entry, if an extended header gave it
    while header := _exactly(tar, _BLOCK, what, or_none=True):
        if header.count(0) == _BLOCK:
            yield header
            break
        kind = header[_TYPE : _TYPE + 1]
        length = _length(_number(header[_SIZE], what), what)
        if kind in _PAX:
            if length > _MOST_HEADER:
                raise LayoutError(f"{what} has a header of {length} bytes; at most {_MOST_HEADER} are read")
            records, found = _records(_exactly(tar, length, what), epoch, what)
            _exactly(tar, -length % _BLOCK, what)
            size = found if kind == b"x" else size
            yield _patched(header, epoch, len(records), what)
            yield records + bytes(-len(records) % _BLOCK)
            continue
        yield _patched(header, epoch, None, what)
        if kind == b"S" and header[482]:  # GNU's old sparse files: more of the file's map follows the header
            while True:
                more = _exactly(tar, _BLOCK, what)
                yield more
                if not more[504]:
                    break
        if kind not in (b"L", b"K"):  # GNU's long names stand between an extended header and its entry
            length, size = length if size is None else size, None
        left = 0 if kind in _WITHOUT_DATA else length + -length % _BLOCK
        while left:
            piece = _exactly(tar, min(left, _PIECE), what)
            left -= len(piece)
            yield piece
    while piece := tar.read(_PIECE):  # zero blocks after the last entry, of any number
        yield piece


def _exactly(tar: BinaryIO, size: int, what: str, *, or_none: bool = False) -> bytes:
    """Exactly `size` bytes. With `or_none` also none at all: some writers leave out the zero blocks at the end."""
    data = tar.read(size) if size else b""
    while 0 < len(data) < size:
        more = tar.read(size - len(data))
        if not more:
            break
        data += more
    if len(data) != size and (data or not or_none):
        raise LayoutError(f"{what} ends in the middle of its tar")
    return data


def _number(field: bytes, what: str) -> int:
    """A number in a header: octal digits, or GNU's base 256, whose first bit is set and second bit is the sign."""
    if field[0] & 0x80:
        half = 1 << (8 * len(field) - 2)
        return (int.from_bytes(field, "big") & (2 * half - 1) ^ half) - half
    text = field.split(b"\0")[0].strip()
    try:
        return int(text or b"0", 8)
    except ValueError:
        raise LayoutError(f"{what} is not a tar: {field!r} is no number") from None


def _length(size: int, what: str) -> int:
    """The size in a header. A negative one is refused, because `read(-1)` would read everything."""
    if size < 0:
        raise LayoutError(f"{what} is not a tar: an entry claims {size} bytes")
    return size


def _patched(header: bytes, epoch: int, size: int | None, what: str) -> bytes:
    """The header with its time limited, and with `size` if one is given; the same bytes if nothing changes."""
    block = bytearray(header)
    if _number(header[_MTIME], what) > epoch:
        block[_MTIME] = _field(epoch)
    if size is not None and size != _number(header[_SIZE], what):
        block[_SIZE] = _field(size)
    if bytes(block) != header:
        block[_CHECKSUM] = b" " * 8
        block[_CHECKSUM] = b"%06o\0 " % sum(block)
    return bytes(block)


def _field(value: int) -> bytes:
    octal = b"%011o\0" % value
    return octal if len(octal) == 12 else b"\x80" + value.to_bytes(11, "big")


def _records(data: bytes, epoch: int, what: str) -> tuple[bytes, int | None]:
    """The records of an extended header with their times limited, and the size of the next entry if they give one."""
    out, size, rest = b"", None, data
    while rest.strip(b"\0"):
        length, space, _ = rest.partition(b" ")
        try:
            end = int(length)
            key, equals, value = rest[len(length) + 1 : end - 1].partition(b"=")
            if not (space and equals and len(length) < end <= len(rest)):
                raise ValueError
            if key == b"size":
                size = _length(int(value), what)
            if key in _TIMES and float(value) > epoch:
                out += _record(key, b"%d" % epoch)
            else:
                out += rest[:end]
        except ValueError:
            raise LayoutError(f"{what} has an extended header that cannot be read") from None
        rest = rest[end:]
    return out, size


def _record(key: bytes, value: bytes) -> bytes:
    """One record: its length, then key and value. The length includes its own digits."""
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + 1
    while len(b"%d" % length) + len(body) != length:
        length += 1
    return b"%d" % length + body
