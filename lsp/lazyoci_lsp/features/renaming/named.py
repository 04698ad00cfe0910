"""Something that has a name, and how it gets another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.diagnostic import Span

# edits by URI, each with the version of the document that they are for; None for a file that is not open
Edits = Mapping[str, tuple[int | None, list[types.TextEdit]]]


@dataclass(frozen=True, slots=True)
class Named:
    """A name at a place. `rename` gives the edits for a new one, or raises RefusedRename."""

    name: str
    span: Span
    rename: Callable[[str], Awaitable[Edits]]


class RefusedRename(JsonRpcException):
    """A rename that would change what files mean."""

    CODE = types.LSPErrorCodes.RequestFailed.value
