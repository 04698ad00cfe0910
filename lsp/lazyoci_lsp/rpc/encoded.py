"""JSON that is made once and sent often: parts of answers that differ only in the lines at which they are.

Making and writing thousands of values of lsprotocol takes many times as long as finding what they say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lazyoci_lsp.rpc.control_characters import cleaned

# in JSON no text holds a quote that is not escaped, so this is always a key
_LINE = re.compile(r'("(?:line|startLine|endLine)": )(\d+)')


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer, or the parameters of a notification, as JSON: sent as it is."""

    text: str


class Encoded:
    """The members of a JSON list that belong to some lines, wherever those are. Used by the main loop only."""

    __slots__ = ("_line", "_numbers", "_text", "_words")

    def __init__(self, members: Sequence[dict[str, Any]], line: int) -> None:
        """`members` are values of JSON, as they are where the lines begin at `line`."""
        self._line = line
        self._text = ", ".join(map(json.dumps, cleaned(list(members))))
        found = _LINE.split(self._text)
        self._words = [text + key for text, key in zip(found[0::3], [*found[1::3], ""], strict=True)]
        self._numbers = [int(number) - line for number in found[2::3]]

    def at(self, line: int) -> str:
        """The members where the lines begin at `line`, with commas between them; empty without any."""
        if line != self._line and self._numbers:
            numbers = [str(number + line) for number in self._numbers]
            parts = [""] * (2 * len(numbers) + 1)
            parts[0::2], parts[1::2] = self._words, numbers
            self._line, self._text = line, "".join(parts)
        return self._text


def listed(members: Sequence[str]) -> str:
    """A JSON list of what `Encoded.at` gives."""
    return f"[{', '.join([one for one in members if one])}]"
