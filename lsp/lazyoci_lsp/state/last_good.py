"""What hints, lenses and links are made from while the newest text does not decode: the last version that did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lazyoci_lsp.text.offset_map import OffsetMap

if TYPE_CHECKING:
    from lazyoci.diagnostic import Source
    from lazyoci.plan import Plan
    from lazyoci_lsp.state.checker import Checker
    from lazyoci_lsp.state.snapshot import Snapshot


class LastGood(NamedTuple):
    """A snapshot with its plan. `offsets` maps its places to those in `source`, the text as it is now."""

    source: Source
    snapshot: Snapshot
    plan: Plan
    offsets: OffsetMap


async def last_good(checker: Checker, key: str) -> LastGood | None:
    """Of the newest version of an open document, where it decodes; else of the last one that did.

    So nothing that stands beside the text comes and goes with every letter that is typed.
    """
    newest = await checker.fresh(key)
    if newest is None:
        return None
    good = newest if newest.resolved else checker.good(newest.text.key)
    if good is None or good.checked.plan is None:
        return None
    offsets = OffsetMap(good.text.source.text, newest.text.source.text)
    return LastGood(newest.text.source, good, good.checked.plan, offsets)
