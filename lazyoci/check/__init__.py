"""The one door for every face: text or bytes in, `Checked` out, by the project's own settings; fixes included.

`check` judges one text. A `Run` judges many in one World: what it has read of settings holds for all of them.
"""

from __future__ import annotations

from lazyoci.check.run import Run, check, for_build, together
from lazyoci.check.text import Checked, Findings

__all__ = ["Checked", "Findings", "Run", "check", "for_build", "together"]
