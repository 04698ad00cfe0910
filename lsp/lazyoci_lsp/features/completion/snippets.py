"""Snippet bodies: YAML with slots to fill in, written in block or flow style, in LSP snippet syntax or without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lazyoci.yaml import quotes

_SLOT = re.compile(r"\$\{(\d+):((?:[^\\}]|\\.)*)\}")
_SYNTAX = re.compile(
    r"\\([\\$}])|\$\{(\d+):((?:[^\\}]|\\.)*)\}|\$\{\d+\|((?:[^\\,|]|\\.)*)(?:[^\\|]|\\.)*\|\}|\$\d+|\$\{\d+\}"
)
_ESCAPED = re.compile(r"[\\$}]")
_OUTSIDE = re.compile(r"[\\$]")
_ESCAPED_CHOICE = re.compile(r"[\\,|$}]")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the user may write something else than `default`; one of `choices`, where there are some."""

    number: int
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """A text of which some parts are slots."""

    parts: tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """A mapping whose first key is still to be written."""

    number: int = 1


def body(written: Any) -> Any:
    """A body as the schema has it: `${1:text}` becomes a slot; texts with quotes of their own lose them."""
    if isinstance(written, dict):
        return {key: body(value) for key, value in written.items()}
    if isinstance(written, list):
        return [body(value) for value in written]
    if not isinstance(written, str):
        return written
    text = written[1:-1] if len(written) > 1 and written[0] == written[-1] == '"' else written
    parts: list[str | Slot] = []
    at = 0
    for slot in _SLOT.finditer(text):
        parts += [text[at : slot.start()], Slot(int(slot[1]), bare(slot[2]))]
        at = slot.end()
    found = tuple(part for part in (*parts, text[at:]) if part != "")
    return found[0] if len(found) == 1 else Parts(found) if found else ""


def bare(text: str) -> str:
    """A snippet as plain text: each slot becomes what it proposes."""

    def plain(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        proposed = found[3] if found[3] is not None else found[4]
        return re.sub(r"\\(.)", r"\1", proposed) if proposed else ""

    return _SYNTAX.sub(plain, text)


def has_slots(text: str) -> bool:
    """Whether there is anything to fill in in a snippet."""
    return "$" in re.sub(r"\\.", "", text)


def escaped(text: str) -> str:
    """A text that stands for itself within a slot."""
    return _ESCAPED.sub(r"\\\g<0>", text)


def block(value: Any, indent: str) -> str:
    """A body in block style; its lines after the first begin with `indent`."""
    return f"\n{indent}".join(_lines(value))


def entry(key: str, value: Any, indent: str) -> str:
    """A key with its value in block style; the lines after the first begin with `indent`."""
    return f"\n{indent}".join(_entry(key, value))


def flow(value: Any) -> str:
    """A body in flow style, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, Below):
        return f"{{${value.number}}}"
    return scalar(value, flow=True)


def scalar(value: Any, *, flow: bool) -> str:
    """A text, number or slot, in quotes where the YAML needs them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Slot):
        if value.choices:
            return f"${{{value.number}|{','.join(map(_choice, value.choices))}|}}"
        if not value.default:
            return f"${value.number}"
        return scalar(Parts((value,)), flow=flow)
    if isinstance(value, Parts):
        text = "".join(part.default if isinstance(part, Slot) else part for part in value.parts)
        written = _text(text, flow=flow)
        mark = written[0] if written != text else ""
        return f"{mark}{''.join(_part(part, mark) for part in value.parts)}{mark}"
    return _OUTSIDE.sub(r"\\\g<0>", _text(value, flow=flow)) if isinstance(value, str) else str(value)


def _part(part: str | Slot, mark: str) -> str:
    """A part of a text that is in the quotes `mark`."""
    text = part.default if isinstance(part, Slot) else part
    text = text.replace("'", "''") if mark == "'" else text
    return f"${{{part.number}:{escaped(text)}}}" if isinstance(part, Slot) else _OUTSIDE.sub(r"\\\g<0>", text)


def _choice(text: str) -> str:
    return _ESCAPED_CHOICE.sub(r"\\\g<0>", text)


def _text(text: str, *, flow: bool) -> str:
    return text if quotes.is_plain(text, flow=flow) else quotes.quoted(text)


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, one in value.items() for line in _entry(key, one)]
    if isinstance(value, list):
        # texts, and tags that say when they are due, keep to one line each
        mixed = not all(isinstance(one, Mapping) and "tag" not in one for one in value)
        return [line for one in value for line in _member(one, mixed=mixed)]
    if isinstance(value, Below):
        return [f"${value.number}"]
    return [scalar(value, flow=False)]


def _member(value: Any, *, mixed: bool) -> Iterator[str]:
    """A member of a list; a mapping among texts keeps to one line, as they do."""
    first, *rest = [flow(value)] if mixed and isinstance(value, Mapping) else _lines(value)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _entry(key: str, value: Any) -> list[str]:
    nested = isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value)
    if nested or isinstance(value, Mapping | Below):
        return [f"{key}:", *(f"  {line}" for line in _lines(value))]
    return [f"{key}: {flow(value) if isinstance(value, list) else scalar(value, flow=False)}"]
