"""What may be shown of URLs and of the words of a registry: no secret, no control character."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from lazyoci.clean import UNSAFE
from lazyoci.registry.sent_secrets import SENT

WORDS_LIMIT = 400  # characters of a registry's own words that are shown

# the parameters of a query whose values are shown; others are signatures, tokens or the state of an upload
_OPEN_PARAMETERS = frozenset({"digest", "mount", "from", "n", "last", "service", "scope", "artifacttype", "page_size"})
_URL = r"(?i)https?://[^\s\"'<>]+"
_BEARER = r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
# a secret in a registry's own JSON words
_PAIR = (
    r"""(?i)(["']?\b(?:access_token|refresh_token|identitytoken|id_token|token|password|secret)["']?\s*[:=]\s*["']?)"""
    r"""[^\s"',;&}]{6,}"""
)
_CONTROL = re.compile(f"{UNSAFE}+")


def url(text: str) -> str:
    """A URL without user, password and the values of query parameters that may be secret."""
    try:
        parts = urlsplit(SENT.hide(text))
        host = parts.netloc.rpartition("@")[2]
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(unreadable URL)"
    query = "&".join(
        f"{quote(key, safe='')}={quote(value, safe=':/,') if key.lower() in _OPEN_PARAMETERS else '…'}"
        for key, value in pairs
    )
    return clean(urlunsplit((parts.scheme, host, parts.path, query, "")), limit=2000)


def clean(words: str, *, limit: int = WORDS_LIMIT) -> str:
    """`words` on one line, without the secrets that were sent and control characters, at most `limit` characters."""
    out = _CONTROL.sub(" ", SENT.hide(words))
    out = " ".join(out.split())
    return out if len(out) <= limit else out[: limit - 1] + "…"


def text(words: str, *, limit: int = WORDS_LIMIT) -> str:
    """A registry's own words as they may be shown: cleaned, with URLs and tokens in them redacted."""
    # before it is cut, since half a secret would not be known again
    out = _CONTROL.sub(" ", SENT.hide(words)[: limit * 8])
    out = re.sub(_URL, lambda found: url(found.group()), out)
    out = re.sub(_BEARER, lambda found: f"{found.group(1)} …", out)
    out = re.sub(_PAIR, lambda found: f"{found.group(1)}…", out)
    return clean(out, limit=limit)
