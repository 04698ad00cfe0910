"""What registries answered, and when it must be asked again. Pure but for the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from lazyoci.online import Answer, Question
from lazyoci.registry.errors import RateLimited, ServerError, TlsError, Unreachable
from lazyoci_lsp.state.configuration import Configuration

_MOST = 10_000  # answers that are kept
# failures that may pass by themselves, and are harmless to ask about again. Refused credentials are not: registries
# lock accounts for repeated attempts
_HEALS = (Unreachable, TlsError, ServerError, RateLimited)

_Key = tuple[Question, bool]


class Observations:
    """The newest answer to each question; answers with the rights of a push and anonymous ones are kept apart."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: dict[_Key, Answer] = {}
        self._detailed: set[_Key] = set()
        self.version = 0  # another one whenever answers came or were forgotten

    def __bool__(self) -> bool:
        return bool(self._known)

    def get(self, question: Question, *, as_push: bool) -> Answer | None:
        """What was answered last, however old it is."""
        return self._known.get((question, as_push))

    def put(self, answer: Answer, *, detailed: bool) -> None:
        """Remember an answer; `detailed`: the date and platforms of what is there were asked for."""
        self.version += 1
        key = answer.question, answer.as_push
        self._known.pop(key, None)
        self._known[key] = answer
        if detailed:
            self._detailed.add(key)
        else:
            self._detailed.discard(key)
        while len(self._known) > _MOST:
            self._drop(next(iter(self._known)))

    def forget(self, questions: Iterable[Question] | None = None) -> None:
        """Forget all answers, or those to these questions."""
        self.version += 1
        if questions is None:
            self._known.clear()
            self._detailed.clear()
            return
        for question in questions:
            self._drop((question, False))
            self._drop((question, True))

    def due(self, question: Question, configuration: Configuration, *, as_push: bool, details: bool = False) -> bool:
        """Whether to ask: there is no answer, or it is too old, or it lacks the details that are wanted."""
        answer = self.get(question, as_push=as_push)
        if answer is None or good_until(answer, configuration) <= self._clock():
            return True
        return details and answer.state == "verified" and (question, as_push) not in self._detailed

    def _drop(self, key: _Key) -> None:
        self._known.pop(key, None)
        self._detailed.discard(key)


def good_until(answer: Answer, configuration: Configuration) -> float:
    """The Unix time until which an answer is used. "Missing" is used for a short time: it may be pushed any moment."""
    settled = answer.failure is None and (answer.state == "verified" or not answer.question.tag)
    age = configuration.registry_max_age if settled else configuration.registry_retry_after
    if isinstance(answer.failure, RateLimited) and answer.failure.wait is not None:
        age = max(age, answer.failure.wait)
    return answer.asked + age


def heals(answer: Answer) -> bool:
    """Whether to ask again without being told to, as long as the document is open."""
    return isinstance(answer.failure, _HEALS)


def observed(answer: Answer) -> str:
    """When an answer was given, and to whom, as the end of a message: a time stays true, an age does not."""
    moment = time.strftime("%H:%M:%S", time.localtime(answer.asked))
    return f" (checked at {moment}{'' if answer.as_push else ', anonymously'})"
