"""What is known of a reference in its registry, in words: for the hover and for the preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.online import Answer
    from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
    from lazyoci_lsp.registries.service import Known
    from lazyoci_lsp.state.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Detail:
    """Words, and a digest or platform after them, which stands for itself."""

    text: str = ""
    code: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.text, self.code) if part)


@dataclass(frozen=True, slots=True)
class State:
    """What is known; `answer` is None where nobody was asked, `same` where it is not known what a push would give."""

    word: Literal["exists", "absent", "refused", "not checked"]
    details: tuple[Detail, ...]
    answer: Answer | None = None
    same: bool | None = None


def state(
    view: View,
    snapshot: Snapshot,
    artifact: int,
    target: PlannedTarget,
    reference: PlannedReference | None,
    *,
    ask: bool = True,
) -> State | None:
    """What is known of a reference, or of a target that has none yet; None where nothing could be asked.

    With `ask`, what is old or lacks details is asked again, for the next time somebody looks.
    """
    if target.repository is None or (reference is not None and reference.reference is None):
        return None
    tag = reference.reference.tag if reference is not None and reference.reference is not None else ""
    known = view.registries.known(snapshot, target.repository, tag, artifact, ask=ask)
    return _of(known)


def source_state(view: View, snapshot: Snapshot, artifact: PlannedArtifact) -> State | None:
    """What is known of what a copy is made from; None where that cannot be asked."""
    from lazyoci.online.answers import source_of

    question = source_of(artifact)
    if question is None:
        return None
    index = artifact.artifact.index
    found = _of(view.registries.known(snapshot, question.repository, question.tag, index, reads=True))
    if found.word == "absent":
        return State("absent", (Detail("there is nothing to copy"),), found.answer)
    return found


def _of(known: Known) -> State:
    if known.answer is None:
        return State("not checked", (Detail(known.why),))
    return _said(known, known.answer)


def _said(known: Known, answer: Answer) -> State:
    if answer.unreachable:
        offline = "no registry can be reached, it seems you are offline"
        reason = offline if known.offline else f"{answer.question.host} cannot be reached: {answer.reason}"
        return State("not checked", (Detail(reason),), answer)
    if answer.state == "verified":
        same = known.expected == answer.digest if known.expected else None
        return State("exists", tuple(_exists(known, answer)), answer, same)
    if answer.state == "missing":
        return State("absent", (Detail(answer.reason or "a push would create it"),), answer)
    if answer.state == "unauthorized":
        return State("refused", (Detail(answer.reason),), answer)
    return State("not checked", (Detail(_unknown(answer)),), answer)


def _exists(known: Known, answer: Answer) -> list[Detail]:
    details = [Detail(code=answer.digest)]
    if answer.created:
        details.append(Detail(f"created {answer.created.partition('T')[0]}"))
    details += [Detail(code=one) for one in answer.platforms]
    if known.expected == answer.digest:
        details.append(Detail("the same as a push would give"))
    elif known.expected:
        details.append(Detail("a push would move it to", known.expected))
    if answer.failure is not None:
        details.append(Detail(answer.reason))
    return details


def _unknown(answer: Answer) -> str:
    """Why an answer proves nothing."""
    from lazyoci.registry.errors import Denied, NotFound, Unauthorized

    if answer.failure is None:
        return "without credentials it cannot be seen" if answer.question.tag else "its tag is not known"
    if not answer.as_push and isinstance(answer.failure, Unauthorized | Denied | NotFound):
        return f"{answer.question.host} does not tell without credentials"
    return answer.reason
