"""Checks files for every user interface: text or bytes in, `Checked` out, by the project's settings; applies fixes.

`check` checks one text. A `Run` checks many in one World, and reads the settings only once.
"""

from __future__ import annotations

from lazyoci.check.run import Run, check, for_build, together
from lazyoci.check.text import Checked, Findings

__all__ = ["Checked", "Findings", "Run", "check", "for_build", "together"]
