"""What is wrong with a template: Go's message, and the place for an editor."""

from __future__ import annotations

from typing import Literal

from lazyoci.diagnostic import Span
from lazyoci.errors import LazyociError

Kind = Literal["parse", "exec"]
What = Literal["syntax", "unknown-variable", "unknown-function", "other"]

NAME = "tag"  # the name that the Go tool gives every template; Go's messages contain it


class TemplateError(LazyociError):
    """A template does not parse (`kind` "parse") or fails when rendered ("exec").

    `message` is the text of Go 1.25, so that people can search for it. `span` is in code points of the template's
    source. `what` says which rule reports the error. `name` is the unknown variable or function, without a dot, else
    empty.
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
