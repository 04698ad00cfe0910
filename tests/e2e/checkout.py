"""A clone of this repository, so that what a test builds or installs leaves nothing in the real one."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.e2e.cli import repository

ROOT = Path(__file__).parents[2]


def clone(place: Path) -> Path:
    """Make `place` a git repository with one commit of the files of this work tree, committed or not.

    But for what tests compare with: two thirds of all files, and nothing that is built or installed reads them.
    """
    compared = (":!tests/golden", ":!tests/vectors")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".", *compared],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return repository(place)
