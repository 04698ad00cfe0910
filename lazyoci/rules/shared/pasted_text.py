"""Text that gets into a tag or registry by mistake: other programs' placeholders, and look-alike characters."""

from __future__ import annotations

import re

from lazyoci.config.lookalikes import lookalikes, plain
from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import placeholders
from lazyoci.rules.shared.characters import TAG_CHARACTERS, only
from lazyoci.rules.shared.fixes import replace, rewrite, write
from lazyoci.yaml.quotes import quoted as in_quotes

_REFERENCE = re.compile(r"(?:[\w.-]+(?::\d+)?/[\w./-]*)?:([A-Za-z0-9_][\w.-]*)")
_NAMED = re.compile(r"(?!v\d)([a-z][a-z0-9_-]+):(latest|v?\d[\w.-]*)")
_DIGEST = re.compile(r"@?sha(?:256|512):[0-9a-fA-F]{32,}")
_LONGEST = 200  # characters of several tags in one text; a longer text is something else
_SEVERAL = re.compile(r"[A-Za-z0-9_][\w.-]*(?:[ ]*[, ][ ]*[A-Za-z0-9_][\w.-]*){1,9}")
_QUOTES = "\"'"


def finding(subject: Subject, text: Resolution, *, registry: bool = False) -> Finding | None:
    """The finding for the first such mistake in a tag or `registry`; None if there is none."""
    whole = None if registry else _whole(subject, text)
    return (
        whole
        or _character(subject, text, registry)
        or placeholders.finding(subject, text, registry=registry)
        or _quote(text)
    )


def _whole(subject: Subject, tag: Resolution) -> Finding | None:
    """A tag that contains more than a tag: a whole reference, or two lines."""
    node, value = tag.source.node, tag.source.value
    written = subject.source.text[node.start : node.end]
    if not node.style and "\n" in written and "- " in written:
        line = subject.line(node)
        return Finding(node, f'this text of line {line} goes on below; align the "-" there with that of line {line}')
    if _DIGEST.fullmatch(value):
        return Finding(node, "a digest is no tag, as the registry gives it; write a name such as {{ .VersionFull }}")
    if value.strip() != value and value.strip() and "{{" not in value:
        fix = write(subject.source, node, value.strip())
        return Finding(node, "a tag neither begins nor ends with a space; remove it", fix=fix)
    if len(value) <= _LONGEST and _SEVERAL.fullmatch(value):
        several = ", ".join(one for one in re.split(r"[\s,]+", value) if one)
        message = f"a tag holds neither spaces nor commas; for several tags, write each as an item: [{several}]"
        return Finding(node, message)
    if "*" in value and only(value, TAG_CHARACTERS + "*"):
        return Finding(node, "a tag is written in full, and * stands for nothing here; write it, or {{ .VersionFull }}")
    named = _NAMED.fullmatch(value)
    if named is not None:
        message = f"a tag is what stands behind the colon; write {named[2]} here, and end the registry in /{named[1]}"
        return Finding(node, message, Span(0, named.start(2)))
    reference = _REFERENCE.fullmatch(value)
    if reference is None:
        return None
    front = Span(0, reference.start(1))
    fix = replace(subject.source, node, front, "", f"write {reference[1]}")
    return Finding(node, f"a tag is what stands behind the colon; write {reference[1]}", front, fix=fix)


def _character(subject: Subject, text: Resolution, registry: bool) -> Finding | None:
    """A character that looks like another character, or is invisible."""
    node, value = text.source.node, text.source.value
    one = next(lookalikes(value), None)
    if one is None:
        return None
    meant, what = plain(value), "a registry" if registry else "a tag"
    fix: Fix | None = None
    written = subject.source.text[node.start : node.end]
    if not node.style and written == value and meant[:1] in _QUOTES and meant[-1:] == meant[:1] and len(meant) > 2:
        fix = Fix("write straight quotes", (Edit(node.span, in_quotes(meant[1:-1])),))
    elif one.meant in ("", "-") and len({*lookalikes(value)}) == 1:
        fix = rewrite(subject.source, node, Span(one.at, one.at + 1), one.meant, one.remedy)
    message = f"{what} cannot hold {one.name}; {one.remedy}"
    return Finding(node, message, Span(one.at, one.at + 1), fix=fix)


def _quote(text: Resolution) -> Finding | None:
    """A quote without its counterpart, which is therefore part of the text."""
    value = text.source.value
    for quote in _QUOTES:
        if value.count(quote) == 1 and (value.startswith(quote) or value.endswith(quote)) and "{{" not in value:
            at = value.index(quote)
            return Finding(text.source.node, f"this {quote} has no partner; remove it", Span(at, at + 1))
    return None
