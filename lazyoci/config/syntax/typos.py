"""Typing mistakes within one line that break YAML: lookalike characters, nested quotes, a missing space or sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.config import keys
from lazyoci.config.lookalikes import lookalikes
from lazyoci.config.syntax.repair import Repair
from lazyoci.config.syntax.unquoted_templates import TEMPLATE, Trouble
from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.quotes import quoted

_KEYS = keys.ROOT | keys.ARTIFACT | keys.TARGET | keys.FILE
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_LEAD = re.compile(r"[ \t]*(?:-[ \t]+)*")
_VALUE = re.compile(r"(?:[\"']?[A-Za-z][\w./-]*[\"']?[ \t]*:[ \t]+)?")


TEMPLATES = re.compile(r"\{\{.*?\}\}")
_TAB = re.compile(r"[ ]*(?:-[ ]+)*-(\t[ \t]*)")
_BULLET = re.compile(r"[ ]*([*\u2022\u00b7+])[ \t]+(?=\S)")
_DASH = re.compile(r"-(?=[A-Za-z\"'{])")
_SIGN = re.compile(r"([A-Za-z]+)([ \t]*=[ \t]*|:(?=\S)|[ \t]+(?=[^\s:=#]))")
_ENTRY = re.compile(r"(?<=\S)([ \t]*)(?:-[ \t]+)?([A-Za-z]+):(?=[ \t]|$)")
_SWAPPED = re.compile(r"(\S) (\S+)")
_INLINE = re.compile(r"([A-Za-z]+:[ \t]+)-[ \t]+([^\s#,\[\]{}:][^#,\[\]{}:]*|\"[^\"]*\"|'[^']*')[ \t]*$")


def suspicious(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Lookalikes of characters that YAML needs. At the beginning of lines they are replaced in the whole file."""
    if source.text.isascii():
        return
    for lines in ((trouble.line,), around(trouble)):
        edits: list[Edit] = []
        first: tuple[Span, str] | None = None
        for number in range(len(source.line_starts)):
            line, start = source.line(number), source.line_starts[number]
            bare = uncommented(line)
            lead = len(bare) - len(bare.lstrip())
            for one in lookalikes(bare if number in lines else bare[:lead]):
                meant = one.meant
                if meant == ":" and bare[one.at + 1 : one.at + 2].strip():
                    meant = ": "
                at = start + one.at
                edits.append(Edit(Span(at, at + 1), meant))
                if first is None and number in lines:
                    first = Span(at, at + 1), f"this is {one.name}; {one.remedy}"
        if first is not None:
            yield Repair(*first, "type what it looks like", tuple(edits), sure=False)
            alone = Edit(first[0], "")
            yield Repair(first[0], f"{first[1].partition(';')[0]}; remove it", "remove it", (alone,), sure=False)
            yield Repair(*first, "type what it looks like", tuple(edits))


def nested_quotes(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """`"{{ trimPrefix "v" .Tag }}"`: the second quote ends the text. Tries all texts of a line, then each."""
    for number in dict.fromkeys((trouble.line, trouble.began)):
        start = source.line_starts[number]
        found = list(_nested(source.line(number)))
        edits = tuple(Edit(Span(start + span.start, start + span.end), new) for span, new in found)
        for (span, new), edit in zip(found, edits, strict=True):
            message = _nested_message(source.line(number)[span.start : span.end], new)
            yield Repair(edit.span, message, "use quotes of the other kind", edits)
            break


def _nested_message(written: str, new: str) -> str:
    quote = "double" if written[0] == '"' else "single"
    if new[0] == written[0]:
        return f"{quote} quotes inside {quote} quotes end the text; write {excerpt(new)}"
    other = "single" if quote == "double" else "double"
    return f"{quote} quotes inside {quote} quotes end the text; use {other} quotes outside: {excerpt(new)}"


def _nested(line: str) -> Iterator[tuple[Span, str]]:
    """The quoted texts on a line that contain a template with the same kind of quotes, and how to write each."""
    at = 0
    while at < len(line):
        char = line[at]
        if char == "#" and line[at - 1 : at] in ("", " ", "\t"):
            return
        if char not in "\"'":
            at += 1
            continue
        end = _close(line, at)
        whole = QUOTED.match(line, at)
        inner = line[at + 1 : end - 1]
        if end > 0 and (whole is None or whole.end() < end) and inner.count(char) % 2 == 0:
            if char == "'":  # within templates, strings are in double quotes
                inner = TEMPLATES.sub(lambda one: one[0].replace("\\'", '"').replace("'", '"'), inner)
            yield Span(at, end), quoted(inner.replace('\\"', '"') if char == '"' else inner)
            at = end
        else:
            at = whole.end() if whole is not None else at + 1


def _close(line: str, at: int) -> int:
    """The end of the quoted text that begins at `at`, ignoring quotes inside templates; -1 if it has no end."""
    quote, place, templates = line[at], at + 1, 0
    while place < len(line):
        template = TEMPLATES.match(line, place)
        if template is not None:
            templates += 1
            place = template.end()
        elif line[place] == quote:
            return place + 1 if templates else -1
        else:
            place += 1
    return -1


def lost_break(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Two entries on one line: the line break between them is gone."""
    for number in around(trouble):
        line, start = source.line(number), source.line_starts[number]
        for found in _ENTRY.finditer(line):
            if found[2] not in _KEYS or ":" not in line[: found.start()]:
                continue
            place = Span(start + found.start(1), start + found.end(1))
            message = f'a line break is missing in front of "{found[2]}"'
            edit = Edit(Span(place.start, place.start), "\n")
            yield Repair(Span(place.end, place.end + len(found[2])), message, "begin a new line", (edit,), sure=False)


def partly_quoted(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """`"v"{{ .Tag }}` and `"{{ .Tag }}"-alpine`: quotes around only a part of a value."""
    for number in dict.fromkeys((trouble.line, trouble.began)):
        start = source.line_starts[number]
        for span, value in _mixed(source.line(number), trouble.flow):
            new = quoted(value)
            place = Span(start + span.start, start + span.end)
            message = f"the quotes end before the value does; put the whole value in quotes: {excerpt(new)}"
            yield Repair(place, message, "quote the whole value", (Edit(place, new),), sure=False)


def _mixed(line: str, flow: bool) -> Iterator[tuple[Span, str]]:
    """The values on a line that are partly in quotes, and their text. Values that contain blanks are left out."""
    lead = _LEAD.match(line)
    at = lead.end() if lead else 0
    key = _VALUE.match(line, at)
    at = key.end() if key else at
    stops = ",]}" if flow or line[at : at + 1] == "[" else ""
    while at < len(line):
        if line[at] in " \t,[]{}" and not line.startswith("{{", at):
            at += 1
            continue
        if line[at] == "#":
            return
        begin, parts, kinds = at, [], set()
        while at < len(line) and line[at] not in " \t" and line[at] not in stops:
            template, text = TEMPLATE.match(line, at), QUOTED.match(line, at)
            piece = text or template
            kinds.add(text is not None)
            parts.append(text[0][1:-1] if text else template[0] if template else line[at])
            at = piece.end() if piece else at + 1
        value = "".join(parts)
        loose = TEMPLATE.sub("", QUOTED.sub("", line[begin:at]))
        if loose and (loose in "-." or not any(char.isalnum() or char in "-._/" for char in loose)):
            continue  # an accidental character, which quotes would keep
        if len(kinds) == 2 and not set("\"'") & set(TEMPLATE.sub("", value)):
            yield Span(begin, at), value


def missing_signs(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """A missing colon, or a missing space after a colon or a dash."""
    for number in around(trouble):
        line, start = source.line(number), source.line_starts[number]
        lead = _LEAD.match(line)
        at = lead.end() if lead else 0
        star = _BULLET.match(line)
        if star is not None:
            place = Span(start + star.start(1), start + star.end(1))
            message = f'a list item begins with "- ", not with "{star[1]}"; write - instead'
            yield Repair(place, message, 'write "-"', (Edit(place, "-"),))
        yield from _swapped(line, start, at)
        dash = _DASH.match(line, at)
        if dash is not None:
            after = start + dash.end()
            message = f"a space is missing behind the dash; write - {excerpt(line[dash.end() :].strip())}"
            edit = Edit(Span(after, after), " ")
            yield Repair(Span(after - 1, after), message, "put a space behind the dash", (edit,))
        tab = _TAB.match(line)
        if tab is not None:
            edit = Edit(Span(start + tab.start(1), start + tab.end(1)), " ")
            yield Repair(
                edit.span, "a tab cannot follow a dash; use a space", "write a space instead of the tab", (edit,)
            )
        sign = _SIGN.match(line, at)
        if sign is not None and sign[1] in _KEYS:
            rest = line[sign.end() :].strip()
            fact = (
                '"=" does not set a key; write'
                if "=" in sign[2]
                else "a space is missing behind the colon; write"
                if ":" in sign[2]
                else f'a colon is missing behind "{sign[1]}"; write'
            )
            gap = Span(start + sign.start(2), start + sign.end(2))
            shown = Span(start + at, start + len(line.rstrip()))
            message = f"{fact} {excerpt(f'{sign[1]}: {rest}')}"
            yield Repair(shown, message, f'write "{sign[1]}: "', (Edit(gap, ": "),))
        listed = _INLINE.match(line, at)
        if listed is not None and listed[1].rstrip(": \t") in _LISTS:
            new = f"[{listed[2].strip()}]"
            span = Span(start + listed.end(1), start + len(line.rstrip()))
            message = (
                f"a list cannot begin on the line of its key; write {excerpt(new)}, or each item on a line of its own"
            )
            yield Repair(span, message, f"write {excerpt(new)}", (Edit(span, new),))


def _swapped(line: str, start: int, at: int) -> Iterator[Repair]:
    """`registry:g hcr.io` and `-r egistry`: the space and the next letter are swapped."""
    for sign in _PLACE.finditer(line, max(at - 1, 0)):
        found = _SWAPPED.match(line, sign.end())
        if found is None:
            continue
        span = Span(start + found.start(1), start + found.end(2))
        new = f" {found[1]}{found[2]}" if found[1].isalnum() or found[1] in "\"'" else f" {found[2]}"
        message = f"the space stands one character too far on; write {excerpt(sign[0] + new)}"
        yield Repair(span, message, f"write {excerpt(sign[0] + new)}", (Edit(span, new),), sure=False)


_PLACE = re.compile(r"(?<![^\s])-|(?<=\w):")
_LISTS = keys.LISTS | {"tags"}


def around(trouble: Trouble) -> tuple[int, ...]:
    """The lines where the mistake may be: that of the error, the one where its node began, and the one above."""
    return tuple(dict.fromkeys((trouble.line, trouble.began, max(trouble.line - 1, 0))))


def uncommented(line: str) -> str:
    """A line without the comment at its end."""
    at = 0
    while at < len(line):
        char = line[at]
        if char == "#" and line[at - 1 : at] in ("", " ", "\t"):
            return line[:at]
        whole = QUOTED.match(line, at) if char in "\"'" else None
        at = whole.end() if whole is not None else at + 1
    return line
