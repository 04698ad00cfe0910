"""What a check depends on besides the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.world import Git
from lazyoci_lsp.state.configuration import Configuration

if TYPE_CHECKING:
    from lazyoci.rules.written_references import Elsewhere


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that a check depends on besides the text. `generation` counts what changed outside of it."""

    configuration: Configuration
    git: Git
    overlay: Mapping[str, str]  # the text of every open document that is a file, by its path
    home: Path | None  # where a document without a file counts as lying: the first workspace folder
    generation: int
    elsewhere: Elsewhere | None = None  # what the other files of the workspace push to
