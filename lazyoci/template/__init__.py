"""Go's `text/template` for registries, tags and annotations (lazy-format.md §3).

`parse` and `render` behave, byte for byte and message for message, as Go 1.25 with the original's data; `execute` goes
as far as the values known now allow; `tokens` reads half-typed text. Nothing here does I/O, and only TemplateError
comes out. The engine is imported when a template needs it: most are simple.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lazyoci.template.error import TemplateError
from lazyoci.template.simple import Rendered
from lazyoci.template.template import Template, execute, parse, render
from lazyoci.template.variables import EXTRA_VARIABLES, VARIABLES

if TYPE_CHECKING:
    from lazyoci.template.coloring import Token, tokens
    from lazyoci.template.functions import FUNCTIONS, Function
    from lazyoci.template.tag import tagify

__all__ = [
    "EXTRA_VARIABLES",
    "FUNCTIONS",
    "VARIABLES",
    "Function",
    "Rendered",
    "Template",
    "TemplateError",
    "Token",
    "execute",
    "parse",
    "render",
    "tagify",
    "tokens",
]

_LATER = {"FUNCTIONS": "functions", "Function": "functions", "Token": "coloring", "tokens": "coloring", "tagify": "tag"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
