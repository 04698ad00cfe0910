"""What a rule is, and what it may look at. A rule names nodes; only `rules/__init__.py` finds their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.config.nodes import Document, Node
from lazyoci.diagnostic import Fix, Severity, Source, Span
from lazyoci.world import Face, World

if TYPE_CHECKING:
    from lazyoci.config.model import Config
    from lazyoci.plan import Plan
    from lazyoci.resolve import Resolved


@dataclass(frozen=True, slots=True)
class Subject:
    """One checked file, as a rule sees it."""

    source: Source
    document: Document
    config: Config
    resolved: Resolved
    plan: Plan
    world: World
    directory: Path

    @property
    def building(self) -> bool:
        """Whether values that are missing now are missing for good."""
        return self.world.face is Face.BUILD


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found: at a node, or within its decoded value at the offsets `within`."""

    node: Node
    message: str
    within: Span | None = None
    related: tuple[tuple[Node, str], ...] = ()
    fix: Fix | None = None
    unnecessary: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's row in the table. `severities` overrides `severity` for a face; `check` None: the reader reports it."""

    code: str
    group: str
    severity: Severity
    summary: str
    module: str
    fixable: bool = False
    severities: Mapping[Face, Severity] | None = None
    default: bool = True  # off unless selected when False
    faces: frozenset[Face] = frozenset(Face)
    types: frozenset[str] = frozenset()  # artifact types without which the rule has nothing to look at; empty: any

    def severity_for(self, face: Face) -> Severity:
        """How grave a finding of this rule is to `face`."""
        return self.severity if self.severities is None else self.severities.get(face, self.severity)


Check = Callable[[Subject], Iterable[Finding]]
