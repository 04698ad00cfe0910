"""Our messages for template mistakes that come from other languages: Go's own help only people who know Go."""

from __future__ import annotations

import re
from typing import NamedTuple

from lazyoci.diagnostic import Span
from lazyoci.rules.shared import meant
from lazyoci.template import TemplateError


class Words(NamedTuple):
    """Our message, to be followed by Go's; a better place than Go's, if any; and the text to insert or write there."""

    message: str
    within: Span | None = None
    instead: str | None = None


_OPERATORS = {"==": "eq", "=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "&&": "and", "||": "or"}
_COMPARED = re.compile(r"(\S+)\s*(==|!=|<=|>=|&&|\|\||=|<|>)\s*(\"[^\"]*\"|'[^']*'|[\w.]+)")
_CALL = re.compile(r"(\w+)\(([^()]*)\)")


def words(value: str, error: TemplateError) -> Words | None:
    """Our message about what is wrong with the template `value`; None if only Go's applies."""
    message, span = error.message, error.span
    if message.endswith("unclosed action"):
        return Words("this template is never closed; close it with }}")
    if message.endswith("unexpected EOF"):
        return Words("an {{ end }} is missing; write it behind what the condition holds")
    if message.endswith("unexpected {{end}}"):
        return Words("this {{ end }} ends nothing; remove it")
    rest = value[span.end :].partition("{{")[0]
    if 'unexpected "}"' in message and value[span.start : span.start + 1] == "}" and "}" not in rest:
        return Words("a template ends with }}, and this one with }; type one more", Span(span.start, span.end), "}}")
    if '"("' in message or 'unexpected "(' in message:
        call = _CALL.search(value, max(value.rfind("{{", 0, span.end), 0))
        if call is not None:
            return Words(f"a function is written without parentheses and commas; write {_called(call)}")
    undefined = re.search(r'undefined variable "\$(\w+)"', message)
    if undefined is not None:
        return _undefined(value, span, undefined[1])
    start = value.rfind("{{", 0, span.end + 1)
    compared = _COMPARED.search(value, max(start, 0)) if start >= 0 else None
    if compared is not None and compared.start() <= span.end + 2 and "unexpected" in message + "illegal":
        shown = f"{_OPERATORS[compared[2]]} {compared[1]} {_text(compared[3])}"
        if re.search(r"unexpected|illegal|bad|unrecognized", message):
            return Words(f"{compared[2]} is no operator of templates; write {shown}")
    if re.search(r"(?:illegal number syntax|bad number syntax): \"[+*/-]", message) or 'unexpected "*"' in message:
        return Words("templates do not calculate; use a variable such as .VersionMinor as it is")
    if "found '" in message or "character constant" in message:
        return Words("a text in a template is in double quotes; write them, and single quotes around the whole value")
    if "unterminated quoted string" in message:
        return Words('a quote of the template is never closed; add the "')
    return None


def _undefined(value: str, span: Span, name: str) -> Words:
    guess = meant.variable(name)
    if guess is None:
        return Words(f"${name} is a variable of the template itself, and none is set; write .Var.{name.upper()}")
    exact = guess.certain and value[span.start : span.end] == f"${name}"
    return Words(f"variables begin with a dot; write .{guess.word}", span, f".{guess.word}" if exact else None)


def _called(call: re.Match[str]) -> str:
    arguments = [_text(one.strip()) for one in call[2].split(",") if one.strip()]
    return " ".join([call[1], *arguments])


def _text(argument: str) -> str:
    return f'"{argument[1:-1]}"' if argument[:1] == "'" == argument[-1:] and len(argument) > 1 else argument
