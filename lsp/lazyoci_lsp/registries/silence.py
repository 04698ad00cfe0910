"""Which hosts do not answer, and whether that is us being offline. For the main loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lazyoci.online import Answer, Question, is_offline
from lazyoci.registry.address import is_loopback


class Silence:
    """What was decided last.

    `tell_offline` hears True when no registry can be reached, and False when one can again.
    """

    def __init__(self, tell_offline: Callable[[bool], None]) -> None:
        self._on_offline = tell_offline
        self._offline = False
        self._hosts: frozenset[str] = frozenset()

    @property
    def state(self) -> tuple[object, ...]:
        """All that `hides` follows from."""
        return self._offline, self._hosts

    def settle(self, answers: Mapping[Question, Answer], *, over: bool) -> None:
        """Decide by all answers there are: only when all that were asked had their time, which `over` says.

        So nothing is said of the first host that fails and taken back when the second does.
        """
        gone = frozenset(one.question.host for one in answers.values() if one.unreachable)
        if over:
            self._hosts = gone
            self._tell(is_offline(answers))
            return
        self._hosts &= gone
        if self._offline and not is_offline(answers):
            self._tell(False)

    def hides(self, answer: Answer) -> bool:
        """Whether an answer makes no finding: its host is silent as all are, or may yet turn out to be so."""
        host = answer.question.host
        return answer.unreachable and (host not in self._hosts or (self._offline and not is_loopback(host)))

    def _tell(self, offline: bool) -> None:
        if offline != self._offline:
            self._offline = offline
            self._on_offline(offline)
