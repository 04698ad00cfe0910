"""Rules as JSON; described by `schema/explain.schema.json`."""

from __future__ import annotations

from typing import Any

from lazyoci.errors import UsageError
from lazyoci.rules import BY_CODE, RULES, Rule
from lazyoci.rules.codes import unknown
from lazyoci.rules.page import page


def json(code: str | None) -> Any:
    """The rule of that code, with its page; without one a list of all rules. Raises UsageError for an unknown code."""
    if not code:
        return [_about(rule) for rule in RULES]
    rule = BY_CODE.get(code)
    if rule is None:
        raise UsageError(unknown(code) or "")
    return _about(rule) | {"page": page(rule).text}


def _about(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "group": rule.group,
        "severity": rule.severity.label,
        "severities": {face.name.lower(): severity.label for face, severity in (rule.severities or {}).items()},
        "default": rule.default,
        "fixable": rule.fixable,
        "summary": rule.summary,
    }
