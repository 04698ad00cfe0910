"""Hides the password of an address, `user:password@host`, wherever it was written: in a `.lazy` file, in a variable.

Each character is replaced by one other, so that columns stay the same.
"""

from __future__ import annotations

import re

# compiled at its first use; most runs do not need it
_DIGEST = r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{16,}"
# at the start of a word; neither `mailto:anna@example.com` nor `app:v1@sha256:…` has a password
# (lengths are bounded, so that no line takes long)
_PASSWORD = (
    r"""(?i)(?:(?<=//)|(?<![^\s"'`=(\[{,<>|]))(?!mailto:)"""
    r"""[^\s/:@"'`=(\[{,<>|]{1,256}:(?!//)([^\s/"'`<>]{1,512})@(?!sha\d+:)"""
)
# the registry in a line of a file
_REGISTRY = r"""(?i)(\bregistry["']?\s*[:=]\s*["']?)([^\s"',{}]{1,512})(?=@(?!sha\d+:))"""


def masked(text: str) -> str:
    """`text` with the passwords of addresses in it hidden."""
    if "@" not in text:
        return text
    text = re.sub(_REGISTRY, lambda found: found[1] + registry(found[2] + "@")[:-1], text)
    return re.sub(_PASSWORD, lambda found: _hide(found[0], found.start(1) - found.start(), len(found[0]) - 1), text)


def registry(text: str) -> str:
    """The text of a registry without its password, whatever characters that has, or the token in its place."""
    before, at, after = text.rpartition("@")
    if not at or re.fullmatch(_DIGEST, after):
        return text
    scheme = re.match(r"[a-z]+://", before)
    start = scheme.end() if scheme else 0
    colon = before.find(":", start)
    return _hide(text, colon + 1 if colon >= 0 else start, len(before))


def _hide(text: str, start: int, end: int) -> str:
    return text[:start] + "*" * (end - start) + text[end:]
