"""What a template may give as a condition: `true`, `false` or nothing, or the whole value of one action.

`{{ .GitBranch }} == main` compares nothing: it gives text such as `feature/x == main`, whatever the branch is.
"""

from __future__ import annotations

import re

from lazyoci.template import Template
from lazyoci.template import nodes as ast

REMEDY = 'write all of it within one pair of braces, as in {{ eq .GitBranch "main" }}, or a word such as branch:main'
_COMPARED = re.compile(r"""\s*\{\{-?\s*(\.\w+)\s*-?\}\}\s*(==|!=|=)\s*["']?([\w./-]+)["']?\s*""", re.ASCII)
_WHOLE = ("true", "false")


def literal(template: Template) -> str:
    """The first text outside of the braces that is part of no outcome; empty if there is none."""
    return _literal(template.root, nested=False)


def single(template: Template) -> bool:
    """Whether the template gives at most one value, so that its text is exactly that value."""
    return _single(template.root)


def remedy(source: str) -> str:
    """What to write instead of a template with text beside its braces."""
    match = _COMPARED.fullmatch(source)
    if match is None:
        return REMEDY
    field, sign, value = match.groups()
    known = f", or {'not ' * (sign == '!=')}branch:{value}" if field == ".GitBranch" else ""
    return f'write {{{{ {"ne" if sign == "!=" else "eq"} {field} "{value}" }}}}{known}'


def _literal(body: ast.Body, *, nested: bool) -> str:
    given = _given(body)
    for node in given:
        if isinstance(node, ast.Text):
            text = node.text.strip()
            if not nested or len(given) > 1 or text.lower() not in _WHOLE:
                return text
        elif isinstance(node, ast.Branch):
            found = _literal(node.body, nested=True) or _literal(node.otherwise, nested=True)
            if found:
                return found
    return ""


def _single(body: ast.Body) -> bool:
    given = _given(body)
    if len(given) > 1:
        return False
    one = given[0] if given else None
    if isinstance(one, ast.Branch):
        return not isinstance(one, ast.Range) and _single(one.body) and _single(one.otherwise)
    return not isinstance(one, ast.Call)


def _given(body: ast.Body) -> list[ast.Node]:
    """The nodes of a body that can give text."""
    return [
        node
        for node in body
        if not (isinstance(node, ast.Text) and not node.text.strip())
        and not (isinstance(node, ast.Action) and node.pipe.variables)
    ]
