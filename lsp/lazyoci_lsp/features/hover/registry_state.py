"""What hover says of a registry: what it has under a reference, how old that is, and why it is not known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.online import Answer
    from lazyoci.plan import PlannedReference, PlannedTarget
    from lazyoci_lsp.registries.service import Known
    from lazyoci_lsp.state.snapshot import Snapshot


def lines(
    view: View, snapshot: Snapshot, artifact: int, target: PlannedTarget, reference: PlannedReference | None
) -> list[str]:
    """What is known of a reference, or of a target that has none yet; empty where nothing could be asked."""
    if target.repository is None or (reference is not None and reference.reference is None):
        return []
    tag = reference.reference.tag if reference is not None and reference.reference is not None else ""
    known = view.registries.known(snapshot, target.repository, tag, artifact)
    if known.answer is None:
        return [f"*not checked*: {escape(known.why)}"]
    said = _said(known, known.answer)
    return [f"{said} ({observed(known.answer, time.time())})"]


def observed(answer: Answer, now: float) -> str:
    """How old an answer is, and to whom it was given."""
    return f"checked {age(now - answer.asked)} ago{'' if answer.as_push else ', anonymously'}"


def age(seconds: float) -> str:
    """A time span as people say it."""
    seconds = max(0, round(seconds))
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _said(known: Known, answer: Answer) -> str:
    if answer.unreachable:
        if known.offline:
            return "*not checked*: no registry can be reached, it seems you are offline"
        return f"*not checked*: {escape(answer.question.host)} cannot be reached: {escape(answer.reason)}"
    if answer.state == "verified":
        return _exists(known, answer)
    if answer.state == "missing":
        return f"**absent**: {escape(answer.reason)}" if answer.reason else "**absent**: a push would create it"
    if answer.state == "unauthorized":
        return f"**refused**: {escape(answer.reason)}"
    return f"*not checked*: {_unknown(answer)}"


def _exists(known: Known, answer: Answer) -> str:
    parts = [f"**exists**: `{answer.digest}`"]
    if answer.created:
        parts.append(f"created {escape(answer.created.partition('T')[0])}")
    if answer.platforms:
        parts.append(", ".join(code(one) for one in answer.platforms))
    if known.expected:
        same = known.expected == answer.digest
        parts.append("the same as a push would give" if same else f"a push would move it to `{known.expected}`")
    if answer.failure is not None:
        parts.append(escape(answer.reason))
    return ", ".join(parts)


def _unknown(answer: Answer) -> str:
    """Why an answer proves nothing."""
    from lazyoci.registry.errors import Denied, NotFound, Unauthorized

    if answer.failure is None:
        return "without credentials it cannot be seen" if answer.question.tag else "its tag is not known"
    if not answer.as_push and isinstance(answer.failure, Unauthorized | Denied | NotFound):
        return f"{escape(answer.question.host)} does not tell without credentials"
    return escape(answer.reason)
