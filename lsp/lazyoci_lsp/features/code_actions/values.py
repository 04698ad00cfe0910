"""Values that are not set here: commands that set them for the preview."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lazyoci_lsp.features.code_actions.offer import QUICK_FIX, Command, Offer

if TYPE_CHECKING:
    from lazyoci.diagnostic import Diagnostic
    from lazyoci_lsp.state.snapshot import Snapshot

_VARIABLE = re.compile(r"\bLAZYOCI_[A-Za-z0-9_]+")
_TAG = "LAZYOCI_TAG"


def offers(snapshot: Snapshot, here: Sequence[Diagnostic]) -> Iterator[Offer]:
    """One command for each environment variable that a value without one is waiting for."""
    found = [one for one in here if one.code == "unresolved-variable"]
    for name in dict.fromkeys(name for one in found for name in _VARIABLE.findall(one.message)):
        alike = tuple(one for one in found if name in one.message)
        title = "Set the tag, or the occasion, of the preview" if name == _TAG else f"Set {name} for the preview"
        command = ("lazyoci.setPreviewTag", ()) if name == _TAG else ("lazyoci.setPreviewEnv", (name,))
        yield Offer(title, QUICK_FIX, mends=alike, command=Command(title, *command))
