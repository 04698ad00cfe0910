"""Broken YAML in words for people: libyaml's complaints, reworded and placed."""

from __future__ import annotations

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from lazyoci.diagnostic import Diagnostic, Severity, Source, Span


def explain(source: Source, error: YAMLError | UnicodeEncodeError, shift: int) -> Diagnostic:
    """The one diagnostic for what stopped the parser. `shift` is what its marks leave out: the BOM."""
    at = 0
    message = "not valid YAML"
    if isinstance(error, UnicodeEncodeError):
        at = error.start + shift
    elif isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        at = mark.index + shift if mark is not None else 0
        message = error.problem or message
    elif isinstance(error, ReaderError):
        at = error.position + shift
        message = error.reason
    at = min(at, len(source.text))
    return Diagnostic("yaml-syntax", Severity.ERROR, message, Span(at, min(at + 1, len(source.text))))
