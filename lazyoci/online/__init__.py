"""Asks registries about a checked file, and makes findings of the answers: for editors and `validate --online`.

`ask` asks a registry one question, `answers.py` says what its answer proves, and `diagnose` turns answers into findings
without any I/O. An answer has one of four states: verified, missing, unauthorized, unchecked. Only a definite answer
may become a warning: a 401, 403 or 404 to a request without credentials proves nothing (docs/explanation/trust.md).
"""

from lazyoci.online.answers import Answer, Question, State, questions
from lazyoci.online.asking import ask, ask_all
from lazyoci.online.diagnose import diagnose, is_offline
from lazyoci.online.expected import expected_digest
from lazyoci.online.run import Online

__all__ = [
    "Answer",
    "Online",
    "Question",
    "State",
    "ask",
    "ask_all",
    "diagnose",
    "expected_digest",
    "is_offline",
    "questions",
]
