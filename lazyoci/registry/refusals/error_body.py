"""The body of an error, and what it says (distribution-spec "Error Codes")."""

from __future__ import annotations

import json
import re
from typing import Any

from lazyoci.frozen import frozen
from lazyoci.registry import redact

BODY_LIMIT = 64 << 10  # bytes of an error's body that are read


@frozen
class Detail:
    """One entry of an error body."""

    code: str = ""
    message: str = ""
    detail: str = ""


def _flat(value: object) -> str:
    if value is None or value == "" or value == {} or value == []:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parse_body(raw: bytes) -> tuple[Detail, ...]:
    """The entries of an error body: the specification's JSON, its variants, plain text or HTML; never fails."""
    text = raw[:BODY_LIMIT].decode("utf-8", "replace").strip()
    if not text or text.count("\ufffd") > len(text) // 8:  # compressed, or no text at all
        return ()
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        if "<" in text[:200] and re.search(r"<(?:html|!doctype|head|body|h1|title)", text[:2000], re.IGNORECASE):
            found = re.search(r"<(title|h1)[^>]*>(.*?)</\1", text, re.IGNORECASE | re.DOTALL)
            text = re.sub(r"<[^>]*>", " ", found.group(2)) if found else "(a web page)"
        return (Detail(message=redact.text(text)),)
    if isinstance(document, dict):
        entries = document.get("errors")
        if isinstance(entries, list):
            out = tuple(
                Detail(
                    redact.clean(str(item.get("code") or ""), limit=64),
                    redact.text(_flat(item.get("message"))),
                    redact.text(_flat(item.get("detail"))),
                )
                for item in entries[:16]
                if isinstance(item, dict)
            )
            if out:
                return out
        code = _flat(document.get("code")) or _flat(document.get("error"))
        words = next(
            (
                _flat(document[key])
                for key in ("message", "error_description", "details", "detail")
                if document.get(key)
            ),
            "",
        )
        if code or words:
            return (Detail(redact.clean(code, limit=64), redact.text(words)),)
    return (Detail(message=redact.text(text)),)


def words(details: tuple[Detail, ...], status: int) -> str:
    """What the registry said, for people: codes and messages, joined."""
    parts = []
    for entry in details:
        # a code that the message repeats, as GHCR's "denied: permission_denied", is said once
        said = entry.message or entry.detail
        if entry.code and said and not said.lower().startswith(entry.code.lower()):
            parts.append(f"{entry.code}: {said}")
        else:
            parts.append(said or entry.code)
    return redact.clean("; ".join(part for part in parts if part)) or (f"status {status}" if status else "")
