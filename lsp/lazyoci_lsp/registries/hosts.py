"""The hosts that are being asked, each with its questions, as the settings are now. For the main loop."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lazyoci.online import Answer, Question
from lazyoci_lsp.registries.connector import connector
from lazyoci_lsp.registries.host_questions import Connect, HostQuestions
from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.workers import Pool


class Hosts:
    """Makes what asks a host when it is first needed, and forgets it when it has told all.

    `on_answer` hears of each answer, and whether details were asked for; `on_end` when a host has told all.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        pool: Pool,
        *,
        on_answer: Callable[[Answer, bool], None],
        on_end: Callable[[], None],
    ) -> None:
        self._surroundings = surroundings
        self._pool = pool
        self._on_answer = on_answer
        self._on_end = on_end
        self._asked: dict[tuple[str, bool], HostQuestions] = {}
        self._warned: set[str] = set()

    @property
    def as_push(self) -> bool:
        """Whether they are asked with the user's credentials, as a push would."""
        return self._surroundings.configuration.registry_checks == "credentials"

    @property
    def over(self) -> bool:
        """Whether all that were asked have answered, or had their time."""
        return all(one.over for one in self._asked.values())

    def __contains__(self, question: object) -> bool:
        return any(question in one for one in self._asked.values())

    def of(self, host: str) -> HostQuestions:
        """The questions to one host."""
        key = host, self.as_push
        found = self._asked.get(key)
        if found is None or found.over:
            found = self._asked[key] = HostQuestions(
                host,
                as_push=self.as_push,
                connect=self.connector(),
                pool=self._pool,
                limit=self._surroundings.configuration.registry_timeout,
                on_answer=self._on_answer,
                on_end=lambda _: self._ended(),
            )
        return found

    def connector(self) -> Connect:
        """What makes a client for any of them."""
        return connector(self._surroundings, anonymous=not self.as_push, warn=self._warn)

    def keep(self, wanted: Collection[Question]) -> None:
        """End what is under way for other questions than these."""
        for one in list(self._asked.values()):
            one.keep(wanted)
        self._clear_ended()

    def stop(self) -> None:
        """End all that is under way."""
        for one in self._asked.values():
            one.abort()
        self._clear_ended()

    def _ended(self) -> None:
        self._clear_ended()
        self._on_end()

    def _clear_ended(self) -> None:
        self._asked = {key: one for key, one in self._asked.items() if not one.over}

    def _warn(self, message: str) -> None:
        """Log a warning, each only once; from any thread."""
        if message not in self._warned:
            self._warned.add(message)
            self._surroundings.editor.log_later(message)
