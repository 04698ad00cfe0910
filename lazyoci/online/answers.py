"""Questions to registries about references, and what an answer proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lazyoci.errors import LazyociError
from lazyoci.oci.reference import ReferenceError, Repository, parse
from lazyoci.plan import Plan, PlannedArtifact, PlannedTarget
from lazyoci.registry.errors import TlsError, Unreachable
from lazyoci.registry.http import tls

State = Literal["verified", "missing", "unauthorized", "unchecked"]
# products on which a push does not create the repository (or the project that holds it)
CREATED_FIRST = frozenset({"ecr", "gar", "harbor"})


class Question(NamedTuple):
    """A question about a tag, or, without one, about the connection to a repository and the rights there.

    With `reads`, only the right to read is asked for; the tag may be a digest.
    """

    repository: Repository
    tag: str = ""
    reads: bool = False

    def __str__(self) -> str:
        mark = "@" if ":" in self.tag else ":"  # no tag has a colon, and every digest has
        return f"{self.repository}{mark}{self.tag}" if self.tag else str(self.repository)

    @property
    def host(self) -> str:
        """The registry that is asked."""
        return self.repository.host


def questions(plan: Plan) -> list[Question]:
    """All questions about a plan, in its order, each once."""
    found = dict.fromkeys(one for artifact in plan.artifacts for target in artifact.targets for one in of(target))
    sources = dict.fromkeys(one for artifact in plan.artifacts if (one := source_of(artifact)) is not None)
    return list(found | sources)


def source_of(artifact: PlannedArtifact) -> Question | None:
    """The question about what a copy is made from; None for other artifacts, and while that is unknown or wrong."""
    source = artifact.resolved.source
    if source is None or not source.certain or not artifact.resolved.due:
        return None
    try:
        found = parse(source.text)
    except ReferenceError:
        return None
    return Question(found.repository, found.target, reads=True)


def of(target: PlannedTarget) -> Iterator[Question]:
    """The questions about one target: about its tags, or about its repository if no tag is known yet."""
    if target.repository is None:
        return
    tags = [one.reference.tag for one in target.references if one.reference is not None]
    for tag in tags or [""]:
        yield Question(target.repository, tag)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found at the time `asked` (Unix time), with the credentials of a push or without any.

    `verified`: the tag exists; `digest` and perhaps other fields describe it. `missing`: the registry is sure that it
    does not exist. `unauthorized`: the registry refused these credentials. `unchecked`: unknown; `failure` may say why.
    """

    question: Question
    state: State
    asked: float
    as_push: bool
    digest: str = ""
    created: str = ""  # as the image's configuration says it (RFC 3339)
    platforms: tuple[str, ...] = ()
    failure: LazyociError | None = None
    plain_http: bool = False
    vendor: str = ""  # the id of the registry's product (registry/vendors.py)

    @property
    def unreachable(self) -> bool:
        """Whether no answer came from the registry."""
        return isinstance(self.failure, Unreachable)

    @property
    def without_tls(self) -> bool:
        """Whether the registry speaks plain HTTP only."""
        return self.plain_http or (isinstance(self.failure, TlsError) and tls.trouble(self.failure) == "not-tls")

    @property
    def reason(self) -> str:
        """Why asking failed, without the name of the step; empty if nothing failed."""
        if self.failure is None:
            return ""
        for mark in (" failed: ", " denied: ", " refused: ", " stopped: "):
            head, found, rest = self.failure.message.partition(mark)
            if found and " " in head:
                return rest
        return self.failure.message
