"""Parsing, with a cache, and executing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from lazyoci.template.evaluate import Rendered, run
from lazyoci.template.functions import FUNCTIONS, PORTABLE_FUNCTIONS
from lazyoci.template.gofmt.strings import clean
from lazyoci.template.parser import Parser
from lazyoci.template.template import Template

_REMEMBERED = 4096


def parse(source: str, *, portable: bool = False) -> Template:
    """Parse a template; with `portable`, it may use only the functions and variables that the Go tool has.

    Raises TemplateError of kind "parse". Parsed templates are cached, so parsing the same text again is cheap.
    """
    return _parse(source, portable)


@lru_cache(maxsize=_REMEMBERED)
def _parse(source: str, portable: bool) -> Template:
    parser = Parser(clean(source), PORTABLE_FUNCTIONS if portable else FUNCTIONS)
    root = parser.parse()
    return Template(source, root, parser.definitions, portable)


def execute(
    template: Template, values: Mapping[str, str], unknown: Collection[str] = (), unset: Collection[str] = ()
) -> Rendered:
    """Execute as much as the known values allow. Raises TemplateError for errors that no missing value can change.

    `unknown` are variables whose value is not known now: an action that touches one prints ‹Name›, or ‹its source›
    where it is more than a field; an `if`, `with` or `range` on one prints ‹its fields› and skips its bodies. `unset`
    are variables that certainly have no value: they count as empty where that decides something, as in
    `or .Tag "latest"`, and as unknown where they would be shown.
    """
    return run(template, values, unknown, unset)


def render(source: str, values: Mapping[str, str], *, portable: bool = False) -> str:
    """Parse and execute. A known variable that `values` lacks is empty, as in Go. Raises TemplateError."""
    return execute(parse(source, portable=portable), values).text
