"""What a rule is, and what it can look at. Rules report nodes; only `rules/__init__.py` turns them into places."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lazyoci.diagnostic import Fix, Related, Severity, Source, Span
from lazyoci.frozen import field, frozen
from lazyoci.world import Face, World
from lazyoci.yaml.nodes import Document, Node

if TYPE_CHECKING:
    from lazyoci.config.model import Artifact, Config
    from lazyoci.plan import Plan
    from lazyoci.resolve import Resolved
    from lazyoci.rules.written_references import Elsewhere

T = TypeVar("T")


@frozen
class Subject:
    """One checked file, as a rule sees it."""

    source: Source
    document: Document
    config: Config
    resolved: Resolved
    plan: Plan
    world: World
    directory: Path
    elsewhere: Elsewhere | None = None  # references that other files of the run write
    complete: bool = True  # False if an artifact has an error, and so is missing here: nothing follows from that
    _memo: dict[object, Any] = field(default_factory=dict, hidden=True)

    @property
    def building(self) -> bool:
        """Whether this is a build, where a missing value cannot come later."""
        return self.world.face is Face.BUILD

    def place(self, path: str) -> str:
        """The place on disk of `path`, which is relative to the file's directory."""
        return path if os.path.isabs(path) else f"{self.directory}/{path}"  # noqa: PTH117  # asked often: text is quicker

    def line(self, node: Node) -> int:
        """The line of `node`, counted from 1, for messages."""
        return self.source.position(node.start).line + 1

    def once(self, key: object, compute: Callable[[], T]) -> T:
        """The result of `compute`, computed once per check, so that rules can share it, such as a parsed Dockerfile."""
        if key not in self._memo:
            self._memo[key] = compute()
        value: T = self._memo[key]
        return value


@frozen
class Finding:
    """One problem that a rule found: at a node, or at the offsets `within` of its decoded value."""

    node: Node
    message: str
    within: Span | None = None
    related: tuple[tuple[Node, str], ...] = ()
    elsewhere: tuple[Related, ...] = ()  # related places in other files
    fix: Fix | None = None
    unnecessary: bool = False
    choices: tuple[Fix, ...] = ()  # see Diagnostic


@frozen
class Rule:
    """A rule's row in the table. Its module is named like its code, with underscores, and has its page."""

    code: str
    group: str
    severity: Severity
    summary: str
    fixable: bool = False
    severities: Mapping[Face, Severity] | None = None  # override `severity` for a face
    default: bool = True  # False: off unless selected
    faces: frozenset[Face] = frozenset(Face)
    more: Severity | None = None  # severity of the findings of `check_more`, which runs if the code is selected
    spares_forward: bool = False  # at most a warning for a tag with `moves: forward`, which never moves back
    unless: str = ""  # code of a better rule for the same mistake; silent if that reports it, as severely
    locked: bool = False  # neither comments nor the project's settings can silence it or lower its severity
    reporter: str = (
        "rule"  # or "reader": while the file is read; "registry": by `online`; "scenario": of a release; "suppressions"
    )

    @property
    def module(self) -> str:
        """The name of its module in `lazyoci.rules.checks`."""
        return self.code.replace("-", "_")

    def severity_for(self, face: Face) -> Severity:
        """How severe a finding of this rule is for `face`."""
        return self.severity if self.severities is None else self.severities.get(face, self.severity)


Check = Callable[[Subject], Iterable[Finding]]


def type_node(artifact: Artifact) -> Node:
    """The node of an artifact's `type`: where to report that something is missing."""
    return artifact.node.get("type") or artifact.node


def entry_key(artifact: Artifact, name: str, key: str) -> Node | None:
    """The node of `key` in the mapping `name` of an artifact, such as one of its `buildArgs`."""
    mapping = artifact.node.get(name)
    entries = getattr(mapping, "fields", None)
    return None if entries is None else entries().get(key, (None,))[0]
