"""Hides secrets in what is shown: the password of an address, `user:password@host`, and what looks like a token.

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

# the last word of the name: TOKEN_URL, SECRET_NAME and PASSWORD_FILE hold no secret themselves
_KEYS = tuple(f"{kind}{gap}key" for kind in ("api", "access", "secret", "private", "signing") for gap in ("", "_"))
_NAMES = (*_KEYS, "password", "passwd", "passphrase", "pword", "secret", "token", "credential", "credentials")
_ENDINGS = tuple(f"_{name}" for name in _NAMES)
_HARMLESS = frozenset({"", "true", "false", "yes", "no", "0", "1", "none", "null"})
# beginnings of the secrets that well-known services issue
_BEGINNINGS = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "xoxb-", "xoxp-", "sk_live_", "hvs."),
    *("AKIA", "dckr_pat_", "pypi-AgE", "-----BEGIN "),
)
# parts of the names above, by which a line that can have none of them is passed over
_WORDS = ("key", "passw", "passphrase", "pword", "secret", "token", "credential")
# an entry of a mapping, or NAME=value: its name, and its value up to what ends it
_ENTRY = (
    r"""([\w.-]{1,128})["']?\s{0,8}[:=]\s{0,32}"""
    r"""("[^"]{0,4096}"?|'[^']{0,4096}'?|[^\s"',}\]\[{#&*|>][^,}\]]{0,4096})"""
)
_TOKEN = rf"(?<![\w-])(?:{'|'.join(map(re.escape, _BEGINNINGS))})[\w+/=.-]{{8,4096}}"
_SHORTEST = 20  # least number of characters of a secret that is recognised by its beginning


def names_secret(name: str) -> bool:
    """Whether a name is usual for a secret."""
    words = f"_{name.lower().replace('-', '_')}"
    return words.endswith(_ENDINGS) and "_public_" not in words


def may_be_secret(value: str) -> bool:
    """Whether a value could be a secret: not empty, not a switch such as `true`, and not a reference to a variable."""
    return value.lower() not in _HARMLESS and not value.startswith("$")


def begins_as_secret(value: str) -> bool:
    """Whether a value begins like the secrets of a well-known service."""
    return len(value) >= _SHORTEST and value.startswith(_BEGINNINGS)


def masked(text: str) -> str:
    """`text` with the passwords of addresses in it hidden."""
    if "@" not in text:
        return text
    text = re.sub(_REGISTRY, lambda found: found[1] + registry(found[2] + "@")[:-1], text)
    return re.sub(_PASSWORD, lambda found: _hide(found[0], found.start(1) - found.start(), len(found[0]) - 1), text)


def masked_line(text: str) -> str:
    """A line of a file with the passwords of addresses hidden, the values of names such as NPM_TOKEN, and tokens."""
    hidden = masked(text)
    lowered = hidden.lower()
    if any(name in lowered for name in _WORDS):
        hidden = re.sub(_ENTRY, _hide_value, hidden)
    if any(word in hidden for word in _BEGINNINGS):
        hidden = re.sub(_TOKEN, lambda found: "*" * len(found[0]), hidden)
    return hidden


def _hide_value(found: re.Match[str]) -> str:
    value = found[2]
    if not names_secret(found[1]) or "{{" in value or not may_be_secret(value.strip("\"'")):
        return found[0]
    return _hide(found[0], found.start(2) - found.start(), len(found[0]))


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
