"""Reads what is left of a text that is no YAML: the artifacts that are YAML by themselves.

Artifacts that are not are blanked, and so is what is broken around the list of artifacts; all places stay right.
"""

from __future__ import annotations

from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.frozen import frozen
from lazyoci.yaml.compose import Broken, compose
from lazyoci.yaml.libyaml import YAMLError
from lazyoci.yaml.nodes import Document
from lazyoci.yaml.pieces import blank, cut, parses

KEY = "artifacts"
_MOST = 20  # artifacts that cannot be read for the sake of another; more are in no file that somebody types


@frozen
class Recovered:
    """The document without its broken parts, what is wrong with the others, and where those parts were.

    An artifact that is broken is a text in the document's list, so the others keep their indexes.
    """

    document: Document
    found: list[Diagnostic]
    lost: tuple[Span, ...]
    before: tuple[Span, ...]  # the artifacts directly above a broken part, which may be the rest of them

    def judges(self, one: Diagnostic) -> bool:
        """Whether a finding is about a part that is whole."""
        parts = (*self.lost, *self.before) if one.severity is Severity.ERROR else self.lost
        return not any(span.start <= one.span.start < span.end for span in parts)


def recover(source: Source) -> Recovered | None:
    """What can be read of a text that is no YAML; None where no list of artifacts can be seen in it."""
    text = source.text
    pieces = cut(text, KEY)
    if pieces is None:
        return None
    begin, end = pieces.items[0].start, pieces.items[-1].end
    lost = {item for item in pieces.items if not parses(text[item.start : item.end])}
    above, below = _above(text[:begin]), text[end:]
    if above != text[:begin] or not parses(below):  # keys of the file are missing: nothing can be said of it
        lost.add(Span(0, begin))
    cut_short = [] if parses(below) else [pieces.items[-1]]
    if cut_short:
        lost.add(Span(end, len(text)))
        below = blank(below)
    for _ in range(_MOST):
        parts = [_placeholder(text, one, pieces.column) if one in lost else text[slice(*one)] for one in pieces.items]
        try:
            document, found = compose(Source("".join((above, *parts, below)), source.path), first_only=True)
        except Broken as broken:  # such as an alias whose anchor is in a broken part
            number = pieces.at(broken.diagnostic.span.start)
        except (YAMLError, UnicodeEncodeError):
            return None
        else:
            before = [one for one, other in zip(pieces.items, pieces.items[1:], strict=False) if other in lost]
            return Recovered(document, found, tuple(sorted(lost)), (*before, *cut_short))
        if number is None or pieces.items[number] in lost:
            return None
        lost.add(pieces.items[number])
    return None


def _above(text: str) -> str:
    """What stands above the list of artifacts; only the key of the list where that is no YAML."""
    if parses(text):
        return text
    at = text.rindex(f"\n{KEY}:") + 1 if f"\n{KEY}:" in text else 0
    return blank(text[:at]) + text[at:]


def _placeholder(text: str, item: Span, column: int) -> str:
    """A broken item as one that is only a letter, of the same length."""
    front = " " * column + "- x"
    return front + blank(text[item.start + len(front) : item.end])
