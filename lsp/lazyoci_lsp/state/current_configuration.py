"""The configuration in use: what the client sent last, with the preview tag or scenario that a command chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lazyoci_lsp.state import configuration
from lazyoci_lsp.state.configuration import Configuration


class CurrentConfiguration:
    """Holds the configuration, and calls `on_change` when it becomes another."""

    def __init__(self, *, on_problem: Callable[[str], None], on_change: Callable[[Configuration], None]) -> None:
        """`on_problem` hears what is wrong with a setting; `on_change` gets the configuration as it was before."""
        self.value = Configuration()
        self._told = self.value
        self._tag: str | None = None
        self._scenario = ""
        self._environ: dict[str, str] = {}
        self._on_problem = on_problem
        self._on_change = on_change

    @property
    def previewed(self) -> str:
        """What a command chose to preview, in words; empty for what the settings say, here and now."""
        if self._scenario:
            return f"previewed as {self._scenario}"
        return "" if self._tag is None else f"previewed with the tag {self._tag}"

    def take(self, told: object) -> None:
        """Take the settings that the client sent (decoded JSON)."""
        self._told, problems = configuration.read(told, self.value)
        for problem in problems:
            self._on_problem(problem)
        self._use()

    def set_preview_tag(self, tag: str | None) -> None:
        """Use this tag for previews instead of the one in the settings; None to use that again, here and now."""
        self._tag, self._scenario = tag, ""
        self._use()

    def set_scenario(self, name: str) -> None:
        """Preview as on this occasion; the empty name is here and now."""
        self._tag, self._scenario = None, name
        self._use()

    def set_preview_env(self, name: str, value: str) -> None:
        """Use this value of an environment variable for previews; the empty one is that of the settings again."""
        self._environ = {**self._environ, name: value}
        if not value:
            del self._environ[name]
        self._use()

    def _use(self) -> None:
        environ = {**self._told.preview_env, **self._environ}
        found = replace(self._told, scenario=self._scenario, preview_env=environ)
        found = found if self._tag is None else replace(found, preview_tag=self._tag)
        if found != self.value:
            before, self.value = self.value, found
            self._on_change(before)
