"""The literal parts of a template: text that a tag or registry contains whatever the values are."""

from __future__ import annotations

from functools import lru_cache

from lazyoci.resolve import Resolution
from lazyoci.template import Template
from lazyoci.template import nodes as ast


def is_straight(template: Template) -> bool:
    """Whether the template only prints its parts in order: without branches, definitions or trimmed white space."""
    return all(isinstance(node, ast.Text | ast.Action) for node in template.root) and len(template.definitions) <= 1


def literals(resolution: Resolution) -> tuple[ast.Text, ...]:
    """The text between the actions of a straight template, with its places; empty for any other template."""
    template = resolution.template
    if template is None or not is_straight(template):
        return ()
    return tuple(node for node in template.root if isinstance(node, ast.Text))


def normal(resolution: Resolution) -> str:
    """The source text; in a straight template the white space within actions is made uniform, to compare templates."""
    return resolution.source.value if resolution.template is None else _normal(resolution.template)


@lru_cache(maxsize=1_024)  # cached: called for each reference and file; parsed templates are shared too
def _normal(template: Template) -> str:
    if not is_straight(template):
        return template.source
    parts = [node for node in template.root if isinstance(node, ast.Text | ast.Action)]
    return "".join(f"{{{{ {node.pipe} }}}}" if isinstance(node, ast.Action) else node.text for node in parts)


def simple_fields(template: Template) -> dict[str, ast.Field]:
    """The actions that print one variable and nothing else, `{{ .Name }}`, by its name; the first of each."""
    found: dict[str, ast.Field] = {}
    for node in template.root:
        if isinstance(node, ast.Action) and not node.pipe.variables and len(node.pipe.commands) == 1:
            (command,) = node.pipe.commands
            field = command.args[0]
            if len(command.args) == 1 and isinstance(field, ast.Field) and len(field.names) == 1:
                found.setdefault(field.names[0].name, field)
    return found
