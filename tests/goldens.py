"""Golden files: what a test makes is compared with a file that a person has read.

Run pytest with LAZYOCI_UPDATE_GOLDENS=1 to write them anew, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare `text` with tests/golden/`name`."""
    path = GOLDEN / name
    if os.environ.get("LAZYOCI_UPDATE_GOLDENS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.is_file(), f"{path} is missing; run again with LAZYOCI_UPDATE_GOLDENS=1 and read what it writes"
    assert text == path.read_bytes().decode(), name
