"""The layout of findings: colour, width, and the directory that machine formats make paths relative to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from lazyoci.report.findings import Presentation
from lazyoci.report.style import style_for, terminal_columns
from lazyoci.repository import repository_root


def layout(stream: TextIO, *, color: bool) -> Presentation:
    """The layout for `stream`: as wide as the terminal, or 80 columns if there is none."""
    return Presentation(style_for(stream, color=color), terminal_columns(stream) or 80, sources_root())


def sources_root() -> Path:
    """The directory that code hosts make paths relative to: the CI job's workspace, the repository, or here."""
    here = Path.cwd()
    work_space = os.environ.get("GITHUB_WORKSPACE")
    if work_space and here.is_relative_to(work_space):
        return Path(work_space)
    return repository_root(here) or here
