"""Conditions (`when`): what they mean, and whether they hold for a run. No input or output.

`terms` reads one text, `evaluate` finds out whether a whole condition holds for a run, `globs` matches names of
branches and tags, `misspelt` suggests what an invalid text was meant to be.
"""

from __future__ import annotations

from lazyoci.when.evaluate import ALWAYS, UNDECIDED, Facts, Rendered, Verdict, both, judge, templates, texts
from lazyoci.when.terms import GLOBS, WORDS, Term, term

__all__ = [
    "ALWAYS",
    "GLOBS",
    "UNDECIDED",
    "WORDS",
    "Facts",
    "Rendered",
    "Term",
    "Verdict",
    "both",
    "judge",
    "templates",
    "term",
    "texts",
]
