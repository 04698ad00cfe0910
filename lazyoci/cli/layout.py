"""How findings are laid out for this user: colour, width, and what machine formats name paths relative to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TextIO

from lazyoci.cli.common import output_style
from lazyoci.report.findings import Layout


def layout(stream: TextIO) -> Layout:
    """For `stream`: as wide as the terminal, 80 columns where there is none."""
    return Layout(output_style(stream), shutil.get_terminal_size((80, 24)).columns, repository_root())


def repository_root() -> Path:
    """The directory that code hosts name files relative to: the work space of the CI job, the repository, or here."""
    here = Path.cwd()
    work_space = os.environ.get("GITHUB_WORKSPACE")
    if work_space and here.is_relative_to(work_space):
        return Path(work_space)
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
