"""Results of `lazyoci build`: a block per artifact for people; for machines an array, like that of the Go tool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lazyoci import clean
from lazyoci.oci.digest import short
from lazyoci.plan import NotNow
from lazyoci.publish import ArtifactResult, ReferenceResult
from lazyoci.report.style import Style
from lazyoci.report.units import bytes_text
from lazyoci.transfer.outcome import Outcome

_LAST = 20  # lines shown of a failed program's output, if nobody saw it while it ran


def text(
    results: Sequence[ArtifactResult],
    style: Style,
    *,
    dry_run: bool = False,
    asked: bool = False,
    seen_output: bool = True,
) -> str:
    """`OK`, `FAIL`, `SKIP` or `NOT NOW`, name and type; below, the digest, a line per reference, and all reasons.

    `seen_output` says that the builders' output was shown while they ran, so its end is not repeated.
    """
    lines: list[str] = []
    for result in results:
        lines.append(_head(result, style))
        if result.digest:
            lines.append(f"      {style.dim(result.digest)}")  # in full and on its own line, to be copied
        width = max((len(one.reference) for one in result.references), default=0)
        lines += [_line(one, width, style, dry_run=dry_run, asked=asked) for one in result.references]
        lines += [f"      {clean.line(_moved_version(one))}" for one in result.references if _is_moved_version(one)]
        lines += [f"      {style.dim(clean.line(_not_now(one)))}" for one in result.not_now]
        lines += [f"      {style.warning(clean.line(one))}" for one in result.not_carried]
        would = style.dim("[dry-run] would set")
        lines += [f"      {would} {clean.line(f'{one.where} {one.key}={one.text}')}" for one in result.texts]
        lines += _reasons(result, style)
        if not seen_output:
            lines += [f"      | {clean.line(line)}" for error in result.errors for line in error.output[-_LAST:]]
    if dry_run:
        lines.append("Nothing was pushed.")
    return "\n".join(lines) + "\n"


def _head(result: ArtifactResult, style: Style) -> str:
    skipped = result.failed and not result.published and all(_is_aftermath(error.message) for error in result.errors)
    if skipped or (not result.due and not result.failed and not result.digest):
        word = style.dim("SKIP " if skipped else "NOT NOW")
    else:
        word = style.error("FAIL ") if result.failed else style.good("OK   ")
    head = f"{word} {style.bold(result.name)}" + (f" ({clean.line(result.type)})" if result.type else "")
    facts = []
    if result.platforms:
        facts.append(", ".join(result.platforms))
    if result.size:
        facts.append(bytes_text(result.size))
    if result.referrers:
        facts.append(f"{result.referrers} referrer{'s' * (result.referrers != 1)}")
    if result.all_blobs and (result.published or result.new_blobs):  # else no push was asked for
        facts.append(f"{result.new_blobs} of {result.all_blobs} blobs new")
    return head + (f"  {clean.line(', '.join(facts))}" if facts else "")


def _not_now(one: NotNow) -> str:
    """`host/repository:TEMPLATE  not now: why`."""
    return f"{one.registry}:{one.template}  {'not known' if one.undecided else 'not now'}: {one.why}"


def _is_aftermath(message: str) -> bool:
    return message.startswith("not attempted, because ")


def _line(one: ReferenceResult, width: int, style: Style, *, dry_run: bool, asked: bool) -> str:
    if dry_run and not asked:
        state = one.outcome.state
        word = "[dry-run] would push " if state == "planned" else f"[dry-run] {state}: "
        why = f"  {style.dim(one.outcome.reason)}" if one.outcome.reason else ""
        return f"      {style.dim(word)}{clean.line(one.reference)}{why}"
    return f"      {clean.line(one.reference).ljust(width)}  {_state(one.outcome, style, dry_run=dry_run)}"


def _is_moved_version(one: ReferenceResult) -> bool:
    """Whether a tag that names a full version has moved, which surprises people who pulled it before."""
    return one.outcome.state == "moved" and bool(one.version_of)


def _moved_version(one: ReferenceResult) -> str:
    tag = one.reference.rpartition(":")[2]
    return (
        f"{tag} names the version of {one.version_of}, and pointed to other content; publish changes as the next "
        "version, or refuse to move tags: --no-clobber"
    )


def _state(outcome: Outcome, style: Style, *, dry_run: bool) -> str:
    match outcome.state:
        case "new":
            return style.good("new" if dry_run else "pushed")
        case "unchanged":
            return style.dim("unchanged")
        case "moved":
            word = "would move from" if dry_run else "moved from"
            return style.warning(f"{word} {short(outcome.previous_digest)}")
        case "kept":
            return style.dim(f"kept: {outcome.reason}")
        case "planned" if outcome.previous_digest:
            return f"exists as {short(outcome.previous_digest)}; digest known after the build"
        case "planned" if dry_run:
            return style.good("new")
        case "refused" | "failed":
            return style.error(outcome.state)  # the reason is shown below, once for all references
        case _:
            return style.dim(outcome.state)


def _reasons(result: ArtifactResult, style: Style) -> list[str]:
    """Each reason and each remedy, only once if several references share it."""
    lines: dict[str, None] = {}
    if result.findings:  # `cli.common.show_findings` has shown each with its place
        count = len(result.findings)
        where = f" of {result.file}" if result.file is not None else ""
        lines[f"      {style.error(f'{count} error' + 's' * (count != 1))} in the check{where}, shown above"] = None
    for error in result.errors[len(result.findings) :]:
        first, *more = error.message.splitlines() or [""]
        lines[f"      {style.dim(first) if _is_aftermath(first) else style.error(first)}"] = None
        for line in (*more, *error.hint.splitlines()):
            lines[f"      {clean.line(line)}"] = None
        if getattr(error, "reason", "") == "dns":  # `registry.errcode.Unreachable`: probably no network
            lines["      Without a network: lazyoci build --no-push --layout DIR"] = None
    return list(lines)


def json(results: Sequence[ArtifactResult]) -> list[dict[str, Any]]:
    """The array described by `schema/build.schema.json`."""
    return [_artifact(result) for result in results]


def _artifact(result: ArtifactResult) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": result.name,
        "type": result.type,
        "file": result.file.as_posix() if result.file is not None else None,
        "targets": [_target(one) for one in result.references],
    }
    if result.not_now:
        found["notNow"] = [
            {"registry": one.registry, "template": one.template, "reason": one.reason} for one in result.not_now
        ]
    if result.digest:
        found["digest"] = result.digest
        found["size"] = result.size
    if result.duration:
        found["duration"] = round(result.duration, 3)
    if result.platforms:
        found["platforms"] = list(result.platforms)
    if result.referrers:
        found["referrers"] = result.referrers
    if result.not_carried:
        found["notCarried"] = list(result.not_carried)
    for one in result.texts:
        found.setdefault(one.where, {})[one.key] = None if one.hidden else one.text
    if result.errors:
        found["error"] = "; ".join(dict.fromkeys(error.message for error in result.errors))
        hints = list(dict.fromkeys(error.hint for error in result.errors if error.hint))
        if hints:
            found["hint"] = "\n".join(hints)
        output = [line for error in result.errors for line in error.output]
        if output:
            found["output"] = output
    return found


def _target(one: ReferenceResult) -> dict[str, Any]:
    outcome = one.outcome
    found: dict[str, Any] = {"reference": one.reference, "state": outcome.state, "pushed": outcome.pushed}
    if outcome.digest:
        found["digest"] = outcome.digest
    if outcome.previous_digest:
        found["previousDigest"] = outcome.previous_digest
    if outcome.reason:
        found["reason"] = outcome.reason
    if outcome.holder is not None:
        found["holder"] = {"reference": outcome.holder.reference}
        if outcome.holder.digest:
            found["holder"]["digest"] = outcome.holder.digest
    if outcome.error is not None:
        found["error"] = outcome.error.message
    return found
