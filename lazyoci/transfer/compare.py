"""Compares what was built with what registries have, and tells what a push would do. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci.errors import RegistryError
from lazyoci.frozen import replace
from lazyoci.layout.store import Built
from lazyoci.moves import decide
from lazyoci.oci.digest import short
from lazyoci.oci.reference import Reference
from lazyoci.transfer.outcome import Asked, Holder, Outcome, Preflight, Wanted


def compare(wanted: Wanted, built: Built | None, preflight: Preflight, *, no_clobber: bool = False) -> list[Outcome]:
    """The state of every reference before the push, in order; `built` is None while the digest is unknown.

    States: `new`, `unchanged`, `moved`, `kept` (a tag that only moves forward), `refused` (by `moves` or
    `no_clobber`), `failed` (the registry could not be asked, or would not take it) and, where a tag exists and the
    digest is unknown, `planned`.
    """
    digest = built.root.digest if built is not None else ""
    return [_compare(wanted, preflight, reference, digest, no_clobber) for reference in wanted.references]


def needs_list(wanted: Wanted, built: Built | None, preflight: Preflight, reference: Reference) -> bool:
    """Whether the repository's tags must be listed to decide if `reference` moves."""
    found = preflight.found[reference]
    if wanted.moves.get(reference) != "forward" or wanted.ours.stays or found.error is not None:
        return False
    return built is None or found.descriptor is None or found.descriptor.digest != built.root.digest


def _compare(wanted: Wanted, preflight: Preflight, reference: Reference, digest: str, no_clobber: bool) -> Outcome:
    found = preflight.found[reference]
    if found.error is not None:
        return Outcome("failed", digest, error=found.error)
    previous = found.descriptor.digest if found.descriptor is not None else ""
    if digest and previous == digest:
        return Outcome("unchanged", digest, previous)
    moves = wanted.moves.get(reference)
    if moves == "forward":
        stopped = _forward(wanted, preflight, reference, previous)
        if stopped is not None:
            return stopped
    if not previous:
        return Outcome("new", digest)
    if not digest:
        return Outcome("planned", "", previous)
    if moves == "never" or (no_clobber and moves is None):
        return Outcome("refused", digest, previous, error=_immovable(found, by_file=moves == "never"))
    return Outcome("moved", digest, previous)


def _forward(wanted: Wanted, preflight: Preflight, reference: Reference, previous: str) -> Outcome | None:
    """Why a tag that only moves forward stays where it is; None if it moves."""
    if wanted.ours.stays:
        return Outcome("kept", previous, previous, reason=wanted.ours.stays)
    known = preflight.lists[reference.repository]
    if known.error is not None:
        return Outcome("refused", previous_digest=previous, error=known.error)
    decision = decide(reference.tag, wanted.ours, known.tags, wanted.beside(reference))
    if decision.moves:
        return None
    holder = Holder(f"{reference.repository}:{decision.holder}", known.holders.get(decision.holder, ""))
    return Outcome("kept", previous, previous, reason=decision.reason, holder=holder)


def _immovable(found: Asked, *, by_file: bool) -> RegistryError:
    assert found.descriptor is not None
    who, hint = "--no-clobber forbids", "Push another tag, or leave --no-clobber out."
    if by_file:
        who, hint = "moves: never forbids", "Push another tag, or remove moves: never from it."
    return RegistryError(
        f"{found.reference} exists as {short(found.descriptor.digest)}, and {who} to move it", hint=hint
    )


def stands_in_the_way(outcome: Outcome) -> bool:
    """Whether nothing may be pushed to the repository because of this outcome: the registry or the user refuses."""
    return outcome.state in ("failed", "refused")


def is_pending(outcome: Outcome) -> bool:
    """Whether a tag is still to be written."""
    return outcome.state in ("new", "moved") and not outcome.pushed


def skip_pending(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes if no further tag is pushed."""
    return [replace(outcome, state="skipped") if is_pending(outcome) else outcome for outcome in outcomes]
