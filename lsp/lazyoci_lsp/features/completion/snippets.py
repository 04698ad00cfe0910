"""Snippet bodies: from the schema's `defaultSnippets` and examples to YAML in LSP snippet syntax, or without it."""

from __future__ import annotations

import re
from typing import Any

from lazyoci_lsp.features.format_schema import Schema, is_list, is_mapping, kinds

_PLACEHOLDER = re.compile(r"\$\{\d+:([^{}]*)\}|\$\{\d+\|([^,|]*)[^|]*\|\}|\$\d+|\$\{\d+\}")
_PLAIN = re.compile(r"[A-Za-z0-9_./$][A-Za-z0-9_./:+$=,{}-]*")


def bare(text: str) -> str:
    """A snippet as plain text: each placeholder becomes what it proposes."""
    return _PLACEHOLDER.sub(lambda found: found[1] or found[2] or "", text).replace("\\$", "$")


def block(body: Any, indent: str) -> str:
    """A body as YAML in block style; its lines after the first begin with `indent`."""
    return f"\n{indent}".join(_lines(body))


def flow(body: Any) -> str:
    """A body as YAML in flow style, on one line."""
    if isinstance(body, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in body.items()) + "}"
    if isinstance(body, list):
        return "[" + ", ".join(map(flow, body)) + "]"
    return _scalar(body)


def _lines(body: Any) -> list[str]:
    if isinstance(body, dict):
        found: list[str] = []
        for key, value in body.items():
            found += _entry(f"{key}:", value)
        return found
    if isinstance(body, list):
        found = []
        for value in body:
            first, *rest = _lines(value)
            found += [f"- {first}", *(f"  {line}" for line in rest)]
        return found
    return [_scalar(body)]


def _entry(key: str, value: Any) -> list[str]:
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value)):
        return [key, *(f"  {line}" for line in _lines(value))]
    if isinstance(value, list):
        return [f"{key} [{', '.join(_scalar(one) for one in value)}]"]
    return [f"{key} {_scalar(value)}"]


def _scalar(value: Any) -> str:
    text = str(value)
    written = text[:1] == text[-1:] == '"'  # the schema quotes templates: other editors insert bodies as they are
    if not isinstance(value, str) or written or (_PLAIN.fullmatch(text) and "{{" not in text):
        return text
    return '"' + text.replace('"', '\\"') + '"'


def entry(key: str, node: Schema, items: Schema | None, indent: str) -> str:
    """What to write for a key: `key: `, with a value where the format has one to propose."""
    if "enum" in node and len(node["enum"]) > 1:
        return f"{key}: ${{1|{','.join(map(str, node['enum']))}|}}"
    if "enum" in node:
        return f"{key}: {node['enum'][0]}"
    alone = "string" in kinds(node)  # then a list or a mapping is the rarer way to write it
    if is_list(node) and not alone:
        snippets = items.get("defaultSnippets") if items is not None and "string" not in kinds(items) else None
        if snippets:
            return f"\n{indent}".join(_entry(f"{key}:", [snippets[0]["body"]]))
        return f"{key}: [$1]"
    if is_mapping(node) and not alone:
        return f"{key}:\n{indent}  $1"
    default = node.get("default")
    return f"{key}: ${{1:{default}}}" if isinstance(default, str) else f"{key}: $1"
