"""Which variables a parsed template uses, and where."""

from __future__ import annotations

from collections.abc import Iterable

from lazyoci.diagnostic import Span
from lazyoci.template import nodes as ast
from lazyoci.template.variables import VAR, VARIABLES

Fields = tuple[tuple[str, Span], ...]


def fields(bodies: Iterable[ast.Body]) -> Fields:
    """Each `.Name` that is a variable, with the span of `.Name`, including the dot.

    `{{ . }}` uses all data at once, so it counts as every variable of the Go tool.
    """
    found: list[tuple[str, Span]] = []
    for body in bodies:
        for node in body:
            _collect(node, True, found)
    return tuple(found)


def field_name(names: ast.Names) -> tuple[str, Span]:
    """The variable that a chain of names begins with, and the span of its name. `.Var.X` is one variable, `Var.X`."""
    first = names[0]
    if f"{first.name}." == VAR and len(names) > 1:
        return f"{VAR}{names[1].name}", Span(first.span.start, names[1].span.end)
    return first.name, first.span


def _collect(node: ast.Node, dot_is_data: bool, found: list[tuple[str, Span]]) -> None:
    """Collect the fields below a node. Only the data has fields, so every chain of names begins with a variable."""
    if isinstance(node, ast.Field | ast.Variable | ast.Chain):
        if isinstance(node, ast.Chain):
            _collect(node.operand, False, found)
        if node.names:
            found.append(field_name(node.names))
            return
    whole = dot_is_data if isinstance(node, ast.Dot) else isinstance(node, ast.Variable) and node.name == "$"
    if whole:
        found.extend((name, node.span) for name in VARIABLES)
    body = set(node.body) if isinstance(node, ast.With | ast.Range) else ()
    inside = dot_is_data and isinstance(node, ast.With) and str(node.pipe).endswith((".", "$"))
    for child in node.children():
        passes_on = isinstance(child, ast.Pipe) and isinstance(node, ast.Branch | ast.Call)
        _collect(child, inside if child in body else dot_is_data and not passes_on, found)
