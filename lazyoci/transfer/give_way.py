"""After two releases at the same time, points a tag that moves forward to the newer one, whichever wrote it last.

Each release writes its version tag first, so the one that lists the tags last sees the other. Nothing better is
possible, because registries cannot compare and set a tag in one step.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci import errors
from lazyoci.errors import LazyociError, RegistryError
from lazyoci.frozen import replace
from lazyoci.moves import Decision, decide
from lazyoci.oci.reference import Reference
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.outcome import Holder, Outcome, Wanted
from lazyoci.transfer.tag_lists import every_tag

_ROUNDS = 3  # how many newer releases may appear one after another while we look


def give_way(
    wanted: Wanted, references: Sequence[Reference], outcomes: Sequence[Outcome], remote: RemoteRepository, most: int
) -> list[Outcome]:
    """Point each tag that moved forward to the newest version of its line; returns the outcomes after that.

    At most `most` tags are read. Raises nothing: errors are in the outcomes.
    """
    after = list(outcomes)
    mine = [at for at, one in enumerate(references) if wanted.moves.get(one) == "forward" and _was_sent(outcomes[at])]
    held: dict[int, str] = {}
    try:
        for _ in range(_ROUNDS if mine else 0):
            tags = every_tag(remote, most, has_tags=True)
            decisions = {
                at: decide(references[at].tag, wanted.ours, tags, wanted.beside(references[at])) for at in mine
            }
            newer = {at: one for at, one in decisions.items() if one.holder and one.holder != held.get(at)}
            if not newer:
                break
            for at, decision in newer.items():
                after[at] = _put_back(references[at], decision, outcomes[at], remote)
                held[at] = decision.holder
    except Exception as error:  # noqa: BLE001  # the tags were sent, which must not be forgotten even for a bug
        reason = errors.of(error)
        return [
            _in_doubt(references[at], one, reason) if at in mine and at not in held else one
            for at, one in enumerate(after)
        ]
    return after


def _was_sent(outcome: Outcome) -> bool:
    return outcome.pushed and outcome.error is None


def _put_back(reference: Reference, decision: Decision, before: Outcome, remote: RemoteRepository) -> Outcome:
    found = remote.head_manifest(decision.holder)
    if found is None:
        return before  # deleted since it was listed
    manifest = remote.get_manifest(found.digest)
    remote.put_manifest(manifest.raw, manifest.media_type, reference.tag, digest=found.digest, exists=True)
    holder = Holder(f"{reference.repository}:{decision.holder}", found.digest)
    reason = f"{decision.reason}; it came at the same time, and was put back"
    return Outcome("kept", found.digest, before.previous_digest, reason=reason, holder=holder)


def _in_doubt(reference: Reference, outcome: Outcome, reason: LazyociError) -> Outcome:
    error = RegistryError(
        f"{reference} was moved, but whether a newer version came at the same time is not known: {reason.message}",
        hint=f"Look at the tag, and push the newer version again if there is one.\n{reason.hint}".rstrip(),
    )
    return replace(outcome, state="failed", error=error)
