"""libyaml's parser, or PyYAML's Python parser where PyYAML was built without libyaml: slower, but nearly the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml import events, tokens
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

Parser: Any
try:
    from yaml._yaml import CParser as Parser
except ImportError:
    from yaml import SafeLoader as Parser

TOO_DEEP = "maximum nesting depth"  # the error of newer parsers for more than 1,000 levels

__all__ = ["TOO_DEEP", "Mark", "MarkedYAMLError", "Parser", "ReaderError", "YAMLError", "events", "parse", "tokens"]


def parse(text: str) -> Iterator[Any]:
    """The parsing events of `text`; raises YAMLError."""
    next_event = Parser(text).get_event
    event = None
    while event.__class__ is not events.StreamEndEvent:
        event = next_event()
        yield event
