"""The functions `html`, `js` and `urlquery`, for text."""

from __future__ import annotations

from lazyoci.template.gofmt.strings import is_printable, to_bytes

_HTML = str.maketrans({'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd"})
_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"'}
_JS_BY_CODE = frozenset("<>&=")
_URL_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")


def html(text: str) -> str:
    """Escape for HTML."""
    return text.translate(_HTML)


def js(text: str) -> str:
    """Escape for a JavaScript string."""
    return "".join(map(_js, text))


def _js(character: str) -> str:
    if character in _JS:
        return _JS[character]
    if character < " " or character in _JS_BY_CODE:
        return f"\\u{ord(character):04X}"
    # an invalid UTF-8 byte stays: Go decodes it to U+FFFD, which is printable, and writes the byte itself
    if character <= "\x7f" or is_printable(character) or "\udc80" <= character <= "\udcff":
        return character
    return f"\\u{ord(character):04X}"


def urlquery(text: str) -> str:
    """Escape for the query of a URL."""
    return "".join(
        chr(byte) if byte in _URL_SAFE else "+" if byte == 0x20 else f"%{byte:02X}" for byte in to_bytes(text)
    )
