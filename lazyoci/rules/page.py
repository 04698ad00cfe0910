"""The page of a rule, as `lazyoci explain` prints it: the docstring of its module, so text and code stay together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from inspect import cleandoc
from pathlib import Path

from lazyoci.rules.base import Rule


@dataclass(frozen=True, slots=True)
class Page:
    """The text about a rule: `headline` is one sentence, `body` the rest, as Markdown."""

    headline: str
    body: str

    @property
    def text(self) -> str:
        """Both, as Markdown."""
        return f"{self.headline}\n\n{self.body}" if self.body else self.headline


def page(rule: Rule) -> Page:
    """The page of `rule`. If the reader reports a rule, its module contains only the page."""
    name = f"lazyoci.rules.checks.{rule.module}"
    written = import_module(name).__doc__ if find_spec(name) is not None else None
    if not written:  # python -OO drops docstrings
        return Page(f"{rule.summary[:1].upper()}{rule.summary[1:]}.", "")
    headline, _, body = cleandoc(written).partition("\n\n")
    return Page(" ".join(headline.split()), body.strip())


def markdown(rule: Rule) -> str:
    """The page of `rule` as a document of its own: title, severity, text, and how to silence it."""
    marks = [
        rule.severity.label,
        *(["has a fix"] if rule.fixable else []),
        *([] if rule.default else ["off by default"]),
    ]
    silence = "" if rule.locked else f"\nSilence it with a comment on its line: `# lazyoci: ignore[{rule.code}]`\n"
    return f"# {rule.code}\n\n*{', '.join(marks)}*\n\n{page(rule).text}\n{silence}"


@cache
def url(code: str) -> str:
    """Where an editor can open the page of a code: in the reference installed with lazyoci, or in its checkout.

    Empty if there is neither. There is no web address yet.
    """
    here = Path(__file__).resolve()
    for place in (here.parent / "rules.md", here.parents[2] / "docs" / "reference" / "rules.md"):
        if place.is_file():
            return f"{place.as_uri()}#{code}"
    return ""
