"""What a rule is for, and an example, shown by a command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lazyoci_lsp.features.code_actions.offer import QUICK_FIX, Command, Offer

if TYPE_CHECKING:
    from lazyoci.diagnostic import Diagnostic


def offers(here: Sequence[Diagnostic]) -> Iterator[Offer]:
    """One command for each code that was found at a place."""
    for code in dict.fromkeys(one.code for one in here):
        title = f"Explain {code}"
        alike = tuple(one for one in here if one.code == code)
        yield Offer(title, QUICK_FIX, mends=alike, command=Command(title, "lazyoci.explain", (code,)))
