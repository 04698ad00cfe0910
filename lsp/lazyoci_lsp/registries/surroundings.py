"""What this part of the server asks of the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.current_configuration import CurrentConfiguration
from lazyoci_lsp.state.editor import Editor
from lazyoci_lsp.workers import Background


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of a session that registries are asked for, and with.

    `republish` has findings of some documents shown anew; `remember_user` is called in a worker, before the user's
    settings and credentials are read, so that a later change of them is noticed.
    """

    background: Background
    checker: Checker
    current: CurrentConfiguration
    editor: Editor
    republish: Callable[[Iterable[str]], None]
    remember_user: Callable[[Mapping[str, str]], None]

    @property
    def configuration(self) -> Configuration:
        """What the user has set now."""
        return self.current.value
