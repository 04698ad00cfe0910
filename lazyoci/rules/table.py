"""Every code there is, in the order of the documentation: `lazy-format.md` §4. The one list; the docs are made of it."""

from __future__ import annotations

from lazyoci.diagnostic import Severity
from lazyoci.rules.base import Rule
from lazyoci.world import Face

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION  # noqa: E741  # the letters of the table
_GIT_FACES = frozenset({Face.EDITOR, Face.BUILD})

RULES: tuple[Rule, ...] = (
    Rule("template-syntax", "templates", E, "a template that does not parse", "template_syntax"),
    Rule(
        "unresolved-variable",
        "templates",
        I,
        "a variable without a value",
        "unresolved_variable",
        severities={Face.BUILD: E},
    ),
    Rule("invalid-tag", "references", E, "a tag that no registry accepts", "invalid_tag"),
)
BY_CODE = {rule.code: rule for rule in RULES}
