"""Checks files that are not open: thousands of them, each by its project's settings, in one World."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.check import Findings, Run
from lazyoci.diagnostic import Severity
from lazyoci.errors import LazyociError
from lazyoci.rules.project_settings import Choice, RuleSettings
from lazyoci.rules.written_references import Elsewhere
from lazyoci_lsp.state.world import Overlay, make

if TYPE_CHECKING:
    from lazyoci_lsp.state.conditions import Conditions


class Sweep:
    """A check of many files under the same conditions. What several of them look at is looked at once."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        configuration = conditions.configuration
        world, _ = make(configuration, Overlay(conditions.overlay), conditions.git)
        elsewhere = conditions.elsewhere if conditions.elsewhere is not None else Elsewhere()
        choice = Choice(ignore=configuration.off, severities=configuration.severities, shown=Severity.WARNING)
        self._run = Run(world, choice, elsewhere=elsewhere)
        self._without = Run(world, choice, settings=RuleSettings(), elsewhere=elsewhere)

    def check(self, path: Path, data: bytes) -> Findings:
        """The errors and warnings of a file, by what it holds.

        Information is for the file that one edits: in a list of all files it would hide the rest.
        """
        try:
            return self._run.check_bytes(data, path).findings
        except LazyociError:  # the settings are wrong, which an open file tells
            return self._without.check_bytes(data, path).findings
