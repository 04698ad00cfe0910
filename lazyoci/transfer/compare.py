"""What each push would do, from what was built and what was found. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lazyoci.errors import RegistryError
from lazyoci.layout.store import Built
from lazyoci.oci.digest import short
from lazyoci.transfer.outcome import Asked, Outcome, Preflight, Wanted


def compare(wanted: Wanted, built: Built | None, preflight: Preflight, *, no_clobber: bool = False) -> list[Outcome]:
    """The state of every reference before the push, in order; `built` is None while the digest is unknown.

    States: `new`, `unchanged`, `moved`, `refused` (by `no_clobber`), `failed` (the registry could not be asked, or
    would not take it) and, where a tag exists and the digest is unknown, `planned`.
    """
    digest = built.root.digest if built is not None else ""
    return [_compare(preflight.found[reference], digest, no_clobber) for reference in wanted.references]


def _compare(found: Asked, digest: str, no_clobber: bool) -> Outcome:
    if found.error is not None:
        return Outcome("failed", digest, error=found.error)
    if found.descriptor is None:
        return Outcome("new", digest)
    previous = found.descriptor.digest
    if not digest:
        return Outcome("planned", "", previous)
    if previous == digest:
        return Outcome("unchanged", digest, previous)
    if no_clobber:
        return Outcome("refused", digest, previous, error=_clobbers(found))
    return Outcome("moved", digest, previous)


def _clobbers(found: Asked) -> RegistryError:
    assert found.descriptor is not None
    return RegistryError(
        f"{found.reference} exists as {short(found.descriptor.digest)}, and --no-clobber forbids to move it",
        hint="Push another tag, or leave --no-clobber out.",
    )


def stands_in_the_way(outcome: Outcome) -> bool:
    """Whether this forbids pushing anything to its repository: the registry or the user said no."""
    return outcome.state in ("failed", "refused")


def is_pending(outcome: Outcome) -> bool:
    """Whether a tag is still to be written."""
    return outcome.state in ("new", "moved") and not outcome.pushed


def skip_pending(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes when no further tag is attempted."""
    return [replace(outcome, state="skipped") if is_pending(outcome) else outcome for outcome in outcomes]
