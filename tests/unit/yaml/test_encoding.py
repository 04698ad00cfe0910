"""Bytes to text."""

from __future__ import annotations

import pytest

from lazyoci.yaml.encoding import EncodingError, decode_bytes


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("é😀\r\n".encode(), "é😀\r\n"),
        (b"\xef\xbb\xbfa", "\ufeffa"),
        ("\ufeffa: é".encode("utf-16-le"), "\ufeffa: é"),
        ("\ufeffa: 😀".encode("utf-16-be"), "\ufeffa: 😀"),
    ],
)
def test_text(data: bytes, text: str) -> None:
    assert decode_bytes(data) == text


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xff", 1, 1),
        ("a\r\né\u2028b".encode() + b"\xe9\n", 2, 4),
        (b"\xef\xbb\xbfab\x80", 1, 3),
        ("\ufeffa\rb".encode("utf-16-le") + b"\x00\xd8a\x00", 2, 2),
        ("\ufeffab".encode("utf-16-be") + b"\x00", 1, 3),
    ],
)
def test_bytes_that_are_no_text(data: bytes, line: int, column: int) -> None:
    with pytest.raises(EncodingError) as caught:
        decode_bytes(data)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(f"line {line}, column {column}: ")
    assert caught.value.hint
