"""What registries say of a checked file, as findings: for the editor and `validate --online`.

`ask` puts one question to a registry, `answers.py` says what its answer proves, `diagnose` turns answers into findings
without any I/O. Evidence has four states: verified, missing, unauthorized, unchecked. Only a registry's definite answer
may be a warning: asked without credentials, a 401, a 403 or a 404 proves nothing (docs/explanation/trust.md).
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
