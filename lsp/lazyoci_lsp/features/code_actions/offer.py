"""One code action, in the core's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from lazyoci.diagnostic import Diagnostic, Edit, Source


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the server, with its arguments."""

    title: str
    name: str
    arguments: tuple[object, ...]

    def to_lsp(self) -> types.Command:
        """The same for the client."""
        return types.Command(self.title, self.name, arguments=list(self.arguments))


@dataclass(frozen=True, slots=True)
class Offer:
    """What the user can choose. `edits` are of the document, `elsewhere` of other files, each with its source."""

    title: str
    kind: str
    edits: tuple[Edit, ...] = ()
    elsewhere: Mapping[Path, tuple[Source, tuple[Edit, ...]]] = field(default_factory=dict)
    mends: tuple[Diagnostic, ...] = ()
    preferred: bool = False
    command: Command | None = None


QUICK_FIX = types.CodeActionKind.QuickFix.value
REWRITE = types.CodeActionKind.RefactorRewrite.value
FIX_ALL = "source.fixAll.lazyoci"
