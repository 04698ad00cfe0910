"""Go's `text/template` for registries, tags, annotations, build arguments and labels.

`parse` and `render` behave, byte for byte and message for message, as Go 1.25 with the original's data; `execute` goes
as far as the values known now allow; `tokens` reads half-typed text. Nothing here does I/O, and only TemplateError
comes out.
"""

from lazyoci.template.coloring import Token, tokens
from lazyoci.template.engine import execute, parse, render
from lazyoci.template.error import TemplateError
from lazyoci.template.evaluate import Rendered
from lazyoci.template.functions import FUNCTIONS, Function
from lazyoci.template.template import Template
from lazyoci.template.to_tag import tagify
from lazyoci.template.variables import EXTRA_VARIABLES, VARIABLES

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
