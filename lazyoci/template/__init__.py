"""Go's `text/template` for registries, tags, annotations, build arguments and labels.

`parse` and `render` give exactly the bytes and messages that Go 1.25 gives with the data of the Go tool. `execute`
renders as much as the known values allow, and `tokens` reads half-typed text. Nothing here does input or output, and
TemplateError is the only exception.
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
