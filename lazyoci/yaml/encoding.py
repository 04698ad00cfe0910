"""Decodes the bytes of a `.lazy` file as yaml.v3 does: UTF-8, or UTF-16 after a byte order mark."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from lazyoci.errors import UsageError


class EncodingError(UsageError):
    """Bytes that cannot be decoded. `line` and `column` count from one, the column in code points."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message, hint="save the file as UTF-8")
        self.line = line
        self.column = column


def decode_bytes(data: bytes) -> str:
    """The text of `data`. A leading byte order mark stays in it as U+FEFF. Raises EncodingError."""
    codec, name = "utf-8", "UTF-8"
    if data.startswith(BOM_UTF16_LE):
        codec, name = "utf-16-le", "UTF-16"
    elif data.startswith(BOM_UTF16_BE):
        codec, name = "utf-16-be", "UTF-16"
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec)
        lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        line, column = len(lines), len(lines[-1].removeprefix("\ufeff")) + 1
        found = f"the byte 0x{data[error.start]:02x}" if codec == "utf-8" else "a code unit"
        message = f"line {line}, column {column}: {found} is not {name}"
        raise EncodingError(message, line, column) from None
