"""Digests: `algorithm:encoded`, as in image-spec descriptor.md#digests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from lazyoci.errors import LazyociError

if TYPE_CHECKING:
    from collections.abc import Callable

_GRAMMAR = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+", re.ASCII)
_REGISTERED = {"sha256": re.compile(r"[0-9a-f]{64}"), "sha512": re.compile(r"[0-9a-f]{128}")}
CHUNK = 1 << 20  # bytes hashed at a time: so many that hashlib works without the GIL most of the time


class DigestError(LazyociError):
    """Text that is not a digest."""


def check(text: str) -> str:
    """Return `text` if it is a digest whose algorithm is sha256 or sha512; raise DigestError otherwise."""
    if not _GRAMMAR.fullmatch(text):
        raise DigestError(f"{text[:160]!r} is not a digest; expected algorithm:hex, such as sha256:…")
    algorithm, _, encoded = text.partition(":")
    rule = _REGISTERED.get(algorithm)
    if rule is None:
        raise DigestError(f"digest algorithm {algorithm!r} is not supported; use sha256 or sha512")
    if not rule.fullmatch(encoded):
        raise DigestError(f"{text[:160]!r} is not a {algorithm} digest: wrong length or letters")
    return text


def of(data: bytes) -> str:
    """The sha256 digest of `data`."""
    import hashlib  # imported here because it loads OpenSSL, which a check does not need

    return "sha256:" + hashlib.sha256(data).hexdigest()


def of_stream(stream: BinaryIO, progress: Callable[[int], None] | None = None) -> tuple[str, int]:
    """The sha256 digest and the size in bytes of the rest of `stream`."""
    import hashlib

    hasher = hashlib.sha256()
    size = 0
    buffer = memoryview(bytearray(CHUNK))
    while True:
        # a BufferedReader fills the buffer in place, so hashing a large file allocates nothing
        count = stream.readinto(buffer) if hasattr(stream, "readinto") else 0
        if not count:
            break
        hasher.update(buffer[:count])
        size += count
        if progress is not None:
            progress(count)
    return "sha256:" + hasher.hexdigest(), size


def short(text: str) -> str:
    """A digest for people: the algorithm and the first twelve letters."""
    algorithm, _, encoded = text.partition(":")
    return f"{algorithm}:{encoded[:12]}…" if len(encoded) > 12 else text
