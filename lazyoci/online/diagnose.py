"""Turns the answers of registries into findings in the file. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Span, in_order
from lazyoci.oci.digest import short
from lazyoci.online.answers import CREATED_FIRST, Answer, Question, of, source_of
from lazyoci.plan import Plan, PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.registry.address import is_loopback
from lazyoci.registry.errors import Denied, RepositoryMissing, TagImmutable, TlsError, Unauthorized, Unreachable
from lazyoci.rules import BY_CODE, suppressions
from lazyoci.rules.shared.tags import is_floating
from lazyoci.yaml.nodes import Node

NEED_CREDENTIALS = frozenset({"registry-unauthorized", "registry-no-push", "repository-missing", "copy-source-missing"})
_Finding = tuple[str, Node, str]


def _nothing(answer: Answer) -> str:
    return ""


def _own_place(_artifact: PlannedArtifact, node: Node) -> Span:
    return node.span


def diagnose(
    checked: Checked,
    answers: Mapping[Question, Answer],
    *,
    expected: Mapping[int, str] | None = None,
    note: Callable[[Answer], str] = _nothing,
    plan: Plan | None = None,
    place: Callable[[PlannedArtifact, Node], Span] = _own_place,
) -> list[Diagnostic]:
    """The findings from the answers, in file order: one for each host, repository or tag that has a problem.

    `expected` maps an artifact's index to the digest that a push would give now, where that is known. `note` is added
    to each message, such as the time of the answer. Comments suppress findings as in the check. With `plan`, that is
    what the answers are about, and `place` says where its nodes are in the file.
    """
    selection = checked.selection
    if plan is None and checked.known is not None:
        plan = checked.known.plan
    found: list[Diagnostic] = []
    seen: set[tuple[str, str]] = set()
    for artifact in plan.artifacts if plan is not None else ():
        told = [one for target in artifact.targets for one in _target(artifact, target, answers, expected or {})]
        for about, answer, (code, node, message) in (*told, *_source(artifact, answers)):
            if (code, about) in seen:
                continue
            seen.add((code, about))
            rule = BY_CODE[code]
            severity = selection.severity(rule, checked.world.face)
            if selection.wants(rule) and severity >= selection.least:
                found.append(Diagnostic(code, severity, message + note(answer), place(artifact, node)))
    found = list(in_order(found))
    if suppressions.MARK not in checked.source.text:
        return found
    return suppressions.apply(
        checked.source, checked.document, found, decoded=True, ran=lambda code: False, severity=None
    )


def is_offline(answers: Mapping[Question, Answer]) -> bool:
    """Whether this machine seems to be offline: no host other than loopback answered, and that says something.

    Several that are silent do, and so does a name that cannot be looked up. One that refuses may be down.
    """
    far = [one for one in answers.values() if not is_loopback(one.question.host)]
    if not all(one.unreachable for one in far):
        return False
    nameless = any(isinstance(one.failure, Unreachable) and one.failure.reason == "dns" for one in far)
    return nameless or len({one.question.host for one in far}) > 1


def _target(
    artifact: PlannedArtifact,
    target: PlannedTarget,
    answers: Mapping[Question, Answer],
    expected: Mapping[int, str],
) -> Iterator[tuple[str, Answer, _Finding]]:
    """Each finding with the key by which it is shown only once, and the answer that it comes from."""
    registry = target.resolved.registry.source.node
    tags = {one.reference.tag: one for one in target.references if one.reference is not None}
    for question in of(target):
        answer = answers.get(question)
        if answer is None:
            continue
        for about, code, message in _way(answer):
            yield about, answer, (code, registry, message)
        planned = tags.get(question.tag)
        if planned is None:
            continue
        node = planned.tag.source.node
        message = _tag(answer, planned, expected.get(artifact.artifact.index, ""))
        if isinstance(answer.failure, TagImmutable):
            words = f"{question} exists and may not be moved; {_remedy(answer)}"
            yield str(question), answer, ("tag-immutable", node, words)
        elif message:
            yield str(question), answer, ("tag-moves", node, message)


def _source(artifact: PlannedArtifact, answers: Mapping[Question, Answer]) -> Iterator[tuple[str, Answer, _Finding]]:
    """What is wrong with the source of a copy, as `_target` gives it."""
    question, source = source_of(artifact), artifact.resolved.source
    answer = None if question is None else answers.get(question)
    if question is None or source is None or answer is None:
        return
    node = source.source.node
    for about, code, message in _way(answer):
        yield about, answer, (code, node, message)
    if answer.state == "missing":
        message = f"{question} does not exist, so nothing can be copied; publish it first, or correct it"
        yield str(question), answer, ("copy-source-missing", node, message)


def _way(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the connection to the registry, or with our rights there."""
    host, repository = answer.question.host, str(answer.question.repository)
    test = f"test it with: lazyoci registry test {host}"
    if answer.unreachable:
        yield host, "registry-unreachable", f"{host} cannot be reached: {answer.reason}; {test}"
        return
    if answer.without_tls and not is_loopback(host):
        words = f"{host} speaks plain HTTP, which anybody on the way can read and change; have it use TLS"
        yield host, "registry-plain-http", words
    if isinstance(answer.failure, TlsError) and not answer.without_tls:
        yield host, "registry-tls", f"{answer.reason}; {_remedy(answer)}"
    if not answer.as_push:
        return  # a request without credentials was refused; one with credentials may be allowed
    if isinstance(answer.failure, Unauthorized):
        yield host, "registry-unauthorized", f"{answer.reason}; {_remedy(answer)}"
    elif isinstance(answer.failure, Denied) and answer.question.reads:
        yield repository, "registry-unauthorized", f"{repository} may not be read: {answer.reason}; {_remedy(answer)}"
    elif isinstance(answer.failure, Denied):
        yield repository, "registry-no-push", f"no push to {repository}: {answer.reason}; {_remedy(answer)}"
    elif isinstance(answer.failure, RepositoryMissing) and not answer.question.reads and answer.vendor in CREATED_FIRST:
        yield repository, "repository-missing", f"{repository} does not exist there; {_remedy(answer)}"


def _remedy(answer: Answer) -> str:
    """The first line of the failure's hint that does not quote the registry."""
    hint = answer.failure.hint if answer.failure is not None else ""
    lines = [line for line in hint.splitlines() if not line.startswith(f"{answer.question.host} said: ")]
    first = lines[0].rstrip(".") if lines else f"test it with: lazyoci registry test {answer.question.host}"
    return first[:1].lower() + first[1:] if first[1:2].islower() else first


def _tag(answer: Answer, planned: PlannedReference, expected: str) -> str:
    """The message that a push would move an existing tag; empty if that is expected, or the tag would stay."""
    if answer.state != "verified" or is_floating(planned.tag.source) or expected == answer.digest:
        return ""
    exists = f"{answer.question} exists as {short(answer.digest)}"
    if expected:
        return f"{exists}, and a push would move it to {short(expected)}; raise the version, or use another tag"
    return f"{exists}, and a push moves it unless it builds the same; raise the version, or use another tag"
