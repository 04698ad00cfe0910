"""HTTP/1.1 on one connection (RFC 9112): a request is sent, the head of its reply is read, then its body as it comes.

The body is never decoded, since digests are of the bytes that were sent; only its framing is taken off. The head is
bounded in bytes and in time altogether, with all informational (1xx) responses before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from lazyoci.registry import untrusted_numbers
from lazyoci.registry.http.unreachable import TransportError, kind_of

HEAD_BYTES = 256 << 10  # of all responses up to the final one's headers; real ones have a few KiB
PIECE = 64 << 10  # bytes read at a time
_JOIN = 64 << 10  # bytes of a body that are sent in one piece with the head

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: ([^\x00-\x08\x0a-\x1f\x7f]*))?")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?")
_NO_BODY = frozenset({204, 304})


class Socket(Protocol):
    """What is used of a socket: a TCP one, or TLS over it."""

    def recv_into(self, buffer: memoryview, /) -> int: ...
    def send(self, data: memoryview, /) -> int: ...
    def settimeout(self, value: float | None, /) -> None: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...


class Headers(Mapping[str, str]):
    """The header fields of a reply. Names have no case; a field that came several times is one, with commas."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._fields[name.lower()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def get_list(self, name: str) -> list[str]:
        """The values of a field, one for each time that it came."""
        return list(self._fields.get(name.lower(), ()))

    def replaced(self, name: str, value: str) -> Headers:
        """The same with another value of a field."""
        changed = Headers()
        changed._fields = {**self._fields, name.lower(): [value]}
        return changed


class Wire:
    """One connection. Between two requests nothing is left on it; used by one thread at a time.

    Raises TransportError for all that goes wrong on it.
    """

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.used = False  # whether a reply came over it
        self._left = b""  # what was read past the reply's head

    def close(self) -> None:
        """End it."""
        self.socket.close()

    def send(self, head: bytes, body: Iterator[bytes], seconds: float) -> None:
        """Send a request; each piece must go out within so many seconds."""
        self.socket.settimeout(seconds)
        piece = next(body, b"")
        if len(piece) <= _JOIN:
            self._send_all(head + piece)
        else:
            self._send_all(head)
            self._send_all(piece)
        for piece in body:
            self._send_all(piece)

    def _send_all(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self.socket.send(view) :]
        except OSError as error:
            raise TransportError(kind_of(error), error) from error

    def fill(self, room: memoryview) -> int:
        """Read some bytes into `room`; 0 when the connection ended."""
        if self._left:
            count = min(len(room), len(self._left))
            room[:count] = self._left[:count]
            self._left = self._left[count:]
            return count
        try:
            return self.socket.recv_into(room)
        except OSError as error:
            raise TransportError(kind_of(error), error) from error

    def read(self, most: int = PIECE) -> bytes:
        """Some bytes; none when the connection ended."""
        if self._left:
            data, self._left = self._left[:most], self._left[most:]
            return data
        room = bytearray(min(most, PIECE))
        return bytes(room[: self.fill(memoryview(room))])

    def head(self, clock: Callable[[], float], seconds: float) -> Head:
        """The head of the reply to what was sent. It must be complete within so many seconds."""
        self.socket.settimeout(seconds)
        until, read = clock() + seconds, 0
        while True:
            data = b""
            while (end := _end_of_head(data)) is None:
                if clock() >= until:
                    raise TransportError("slow", TimeoutError("the head of its reply did not come to an end in time"))
                piece = self.read()
                if not piece:
                    said = "server disconnected in the middle of a reply" if data else "server disconnected"
                    raise TransportError("reset", EOFError(said))
                data += piece
                read += len(piece)
                if read > HEAD_BYTES:
                    said = f"more than {HEAD_BYTES >> 10} KiB came before the body of its reply"
                    raise TransportError("flood", OverflowError(said))
            self._left = data[end:] + self._left
            read -= len(data) - end
            head = Head(data[:end])
            if head.status >= 200 or head.status == 101:
                return head

    def line(self) -> bytes:
        """One line of a chunked body's framing."""
        data = b""
        while b"\n" not in data:
            piece = self.read()
            if not piece:
                raise TransportError("reset", EOFError("peer closed the connection in the middle of a body"))
            data += piece
            if len(data) > PIECE and b"\n" not in data:
                raise _no_http("a chunk's size is too long")
        line, _, rest = data.partition(b"\n")
        self._left = rest + self._left
        return line.removesuffix(b"\r")


def _end_of_head(data: bytes) -> int | None:
    """Where the body begins, after the first empty line; None until it is there."""
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n") if (at := data.find(mark)) >= 0]
    return min(ends, default=None)


def _no_http(said: str) -> TransportError:
    return TransportError("protocol", ValueError(said))


class Head:
    """The status line and the header fields of a reply."""

    def __init__(self, raw: bytes) -> None:
        first, *lines = [line.removesuffix(b"\r") for line in raw.rstrip(b"\r\n").split(b"\n")]
        found = _STATUS.fullmatch(first)
        if found is None:
            raise _no_http(f"illegal status line: {first[:80]!r}")
        self.minor, self.status = int(found[1]), int(found[2])
        self.reason = (found[3] or b"").decode("latin-1")
        fields: list[tuple[str, str]] = []
        for line in lines:
            if line[:1] in (b" ", b"\t") and fields:  # a folded line (RFC 9112, 5.2)
                fields[-1] = (fields[-1][0], f"{fields[-1][1]} {_text(line.strip())}")
                continue
            field = _FIELD.fullmatch(line)
            if field is None:
                raise _no_http(f"illegal header line: {line[:80]!r}")
            fields.append((field[1].decode("ascii"), _text(field[2])))
        self.headers = Headers(fields)

    @property
    def stays(self) -> bool:
        """Whether another request may follow on the connection."""
        words = {word.strip().lower() for word in self.headers.get("connection", "").split(",")}
        return "close" not in words if self.minor else "keep-alive" in words

    def framing(self, method: str) -> tuple[str, int]:
        """How the body ends: after a `length`, as `chunked` says, or with the connection (`close`)."""
        coding = self.headers.get("transfer-encoding", "").strip().lower()
        lengths = {one.strip() for one in self.headers.get("content-length", "").split(",")} - {""}
        length = untrusted_numbers.header(next(iter(lengths), "0"))
        if length is None or len(lengths) > 1:
            raise _no_http("bad Content-Length")
        if method == "HEAD" or self.status in _NO_BODY:
            return "length", 0
        if coding == "chunked":
            return "chunked", 0
        if coding:
            raise _no_http(f"Transfer-Encoding {coding!r} was not asked for")
        return ("length", length) if lengths else ("close", 0)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


class Body:
    """The body of a reply, without its framing. `left` is what is to come of one whose length is known."""

    def __init__(self, wire: Wire, head: Head, method: str) -> None:
        self._wire = wire
        self._how, self.left = head.framing(method)
        self.ended = self._how == "length" and not self.left
        self._chunk = 0  # bytes to come of the chunk that is being read

    @property
    def measured(self) -> bool:
        """Whether its length is known."""
        return self._how == "length"

    def read(self) -> bytes:
        """Some bytes; none at the end. Raises TransportError where it ends too soon."""
        if self.ended:
            return b""
        if self._how == "chunked":
            return self._of_chunk()
        data = self._wire.read(min(self.left, PIECE) if self.measured else PIECE)
        self.took(len(data))
        return data

    def took(self, count: int) -> None:
        """Note that so many bytes of it were read from the connection."""
        if not count:
            self.ended = True
            if self.measured:
                said = f"peer closed the connection, {self.left} bytes before the end of the body"
                raise TransportError("reset", EOFError(said))
        elif self.measured:
            self.left -= count
            self.ended = not self.left

    def _of_chunk(self) -> bytes:
        if not self._chunk:
            found = _CHUNK.fullmatch(self._wire.line())
            if found is None:
                raise _no_http("illegal chunk header")
            self._chunk = int(found[1], 16)
            if not self._chunk:
                while self._wire.line():  # trailers, which nobody asked for
                    continue
                self.ended = True
                return b""
        data = self._wire.read(min(self._chunk, PIECE))
        if not data:
            raise TransportError("reset", EOFError("peer closed the connection in the middle of a chunk"))
        self._chunk -= len(data)
        if not self._chunk and self._wire.line():
            raise _no_http("a chunk is longer than it says")
        return data
