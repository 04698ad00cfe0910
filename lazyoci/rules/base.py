"""What a rule is, and what it may look at. A rule names nodes; only `rules/__init__.py` finds their places."""

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
    elsewhere: Elsewhere | None = None  # what other files of the run write
    _memo: dict[object, Any] = field(default_factory=dict, hidden=True)

    @property
    def building(self) -> bool:
        """Whether values that are missing now are missing for good."""
        return self.world.face is Face.BUILD

    def place(self, path: str) -> str:
        """Where `path` is, which the file gives relative to its own directory."""
        return path if os.path.isabs(path) else f"{self.directory}/{path}"  # noqa: PTH117  # asked often: text is quicker

    def line(self, node: Node) -> int:
        """The line of `node` as people count, for messages."""
        return self.source.position(node.start).line + 1

    def once(self, key: object, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed once per check: rules share what they look at, such as a Dockerfile."""
        if key not in self._memo:
            self._memo[key] = compute()
        value: T = self._memo[key]
        return value


@frozen
class Finding:
    """One thing a rule found: at a node, or within its decoded value at the offsets `within`."""

    node: Node
    message: str
    within: Span | None = None
    related: tuple[tuple[Node, str], ...] = ()
    elsewhere: tuple[Related, ...] = ()  # related places in other files
    fix: Fix | None = None
    unnecessary: bool = False


@frozen
class Rule:
    """A rule's row in the table. Its module is its code with underscores, and the docstring there its page."""

    code: str
    group: str
    severity: Severity
    summary: str
    fixable: bool = False
    severities: Mapping[Face, Severity] | None = None  # override `severity` for a face
    default: bool = True  # off unless selected when False
    faces: frozenset[Face] = frozenset(Face)
    more: Severity | None = None  # how grave is what `check_more` of its module finds, if the code is selected
    spares_forward: bool = False  # a warning at most about a tag that moves forward alone, as it stays where it is
    unless: str = ""  # a code that tells the same mistake better: where it is reported as gravely, this one is silent
    locked: bool = False  # neither a comment in the file nor the project's settings silence it or make it lighter
    reporter: str = (
        "rule"  # or "reader": while the file is read; "registry": by `online`; "scenario": of a release; "suppressions"
    )

    @property
    def module(self) -> str:
        """The name of its module in `lazyoci.rules.checks`."""
        return self.code.replace("-", "_")

    def severity_for(self, face: Face) -> Severity:
        """How grave a finding of this rule is to `face`."""
        return self.severity if self.severities is None else self.severities.get(face, self.severity)


Check = Callable[[Subject], Iterable[Finding]]


def type_node(artifact: Artifact) -> Node:
    """The value of an artifact's `type`: where to report what is missing from it."""
    return artifact.node.get("type") or artifact.node


def entry_key(artifact: Artifact, name: str, key: str) -> Node | None:
    """The node of `key` in the mapping `name` of an artifact, such as one of its `buildArgs`."""
    mapping = artifact.node.get(name)
    entries = getattr(mapping, "fields", None)
    return None if entries is None else entries().get(key, (None,))[0]
