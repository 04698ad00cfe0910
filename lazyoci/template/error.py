"""What is wrong with a template: Go's words, and where for an editor."""

from __future__ import annotations

from typing import Literal

from lazyoci.diagnostic import Span
from lazyoci.errors import LazyociError

Kind = Literal["parse", "exec"]
What = Literal["syntax", "unknown-variable", "unknown-function", "other"]

NAME = "tag"  # what the original calls every template; it is part of Go's messages


class TemplateError(LazyociError):
    """A template does not parse (`kind` "parse") or fails when rendered ("exec").

    `message` is the text of Go 1.25, which people search for. `span` is in code points of the template's source.
    `what` tells rules apart; `name` is the unknown variable or function, without its dot, else empty.
    """

    def __init__(self, message: str, *, kind: Kind, span: Span, what: What = "other", name: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.span = span
        self.what = what
        self.name = name


def line_of(source: str, offset: int) -> int:
    """The one-based line of `offset`, as Go counts: only LF ends a line."""
    return source.count("\n", 0, offset) + 1


def column_of(source: str, offset: int) -> int:
    """The zero-based column of `offset` in bytes of UTF-8, as Go counts it."""
    start = source.rfind("\n", 0, offset) + 1
    return len(source[start:offset].encode("utf-8", "surrogateescape"))
