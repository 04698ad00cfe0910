"""`validate --online` over several files: each question is asked once, even if several files need it."""

from __future__ import annotations

import threading

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic
from lazyoci.online.answers import Answer, Question, of, questions
from lazyoci.online.asking import ask_all
from lazyoci.online.diagnose import diagnose
from lazyoci.online.expected import expected_digest
from lazyoci.registry.client import Client


class Online:
    """Asks as a push would, with the user's credentials, because the user has run the command."""

    def __init__(self, client: Client, *, epoch: int | None = None, cancelled: threading.Event | None = None) -> None:
        self._client = client
        self._epoch = epoch
        self._cancelled = cancelled or threading.Event()
        self._answers: dict[Question, Answer] = {}

    def findings(self, checked: Checked) -> list[Diagnostic]:
        """The findings from registries about one file; raises Interrupted."""
        if checked.plan is None:
            return []
        new = [question for question in questions(checked.plan) if question not in self._answers]
        for answer in ask_all(self._client, new, as_push=True, cancelled=self._cancelled):
            self._answers[answer.question] = answer
        expected: dict[int, str] = {}
        for artifact in checked.plan.artifacts:
            if any(self._exists(question) for target in artifact.targets for question in of(target)):
                digest = expected_digest(artifact, checked.directory, epoch=self._epoch, cancelled=self._cancelled)
                if digest is not None:
                    expected[artifact.artifact.index] = digest
        return diagnose(checked, self._answers, expected=expected)

    def _exists(self, question: Question) -> bool:
        answer = self._answers.get(question)
        return answer is not None and answer.state == "verified"
