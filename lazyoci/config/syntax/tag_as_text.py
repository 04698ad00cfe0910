"""`- latest` with `when: release` below it: a tag that is written as text, and has keys as if it were a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.config import keys
from lazyoci.config.syntax.repair import Repair
from lazyoci.config.syntax.unquoted_templates import Trouble
from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.excerpt import excerpt

_ITEM = re.compile(r"([ ]*-[ ]+)(?:tag[ ]+)?(\"[^\"]*\"|'[^']*'|[^\s:\"'{}\[\]#&*!|>]+)[ ]*(?:#.*)?")
_KEY = re.compile(rf"([ ]+)({'|'.join(sorted(keys.TAG - {'tag'}))})[ ]*:(?:[ ]|$)")
_REACH = 5  # lines above the key


def tag_as_text(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Write the text as the value of `tag`, where the keys below are aligned with it."""
    for number in dict.fromkeys((trouble.line, trouble.began)):
        key = _KEY.match(source.line(number))
        if key is None:
            continue
        for above in range(number - 1, max(number - _REACH, -1), -1):
            item = _ITEM.fullmatch(source.line(above).rstrip())
            if item is None:
                continue
            if len(item[1]) != len(key[1]):
                break
            start = source.line_starts[above]
            span = Span(start + len(item[1]), start + item.end(2))
            text = f"tag: {item[2]}"
            message = f'a tag with "{key[2]}" is a mapping; write {excerpt(text)}'
            yield Repair(span, message, f"write {excerpt(text)}", (Edit(span, text),), sure=False)
            break
