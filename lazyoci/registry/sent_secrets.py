"""The secrets that this process sends, to be cut out of whatever comes back.

A registry that repeats what it was shown, by mistake or on purpose, would otherwise have it printed, logged and kept by
CI. They are remembered for the whole process, since what comes back may come in any thread and any later request.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_MOST = 500  # secrets: a language server gets a new token every few minutes, for days
_SHORT = 4  # characters below which a secret cannot be told from any word; its Basic header can
_TELLING = 6  # characters of a part of an encoding that are hidden wherever they stand
SHOWN = "…"


class Secrets:
    """Secrets and all forms in which they may come back. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._forms: tuple[str, ...] | None = ()

    def add(self, secret: str) -> None:
        """Remember a secret that is about to be sent."""
        if not secret:
            return
        with self._lock:
            if secret not in self._known:
                self._known[secret] = None
                self._forms = None
            self._known.move_to_end(secret)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def add_header(self, authorization: str) -> None:
        """Remember what the value of an `Authorization` header holds: a token, or a user's password."""
        scheme, _, value = authorization.partition(" ")
        self.add(value)
        if scheme.lower() == "basic":
            try:
                self.add(base64.b64decode(value).decode().partition(":")[2])
            except (binascii.Error, ValueError):
                return

    def hide(self, text: str, *, least: int = 0) -> str:
        """`text` without any of the secrets, however it is encoded.

        `least` is for texts that are partly our own, in which a short secret may well be a word: its characters.
        """
        with self._lock:
            if self._forms is None:
                self._forms = tuple(sorted({form for one in self._known for form in forms(one)}, key=len, reverse=True))
            hidden = self._forms
        for form in hidden:
            if len(form) >= least and form in text:
                text = text.replace(form, SHOWN)
        return text


def forms(secret: str) -> Iterator[str]:
    """A secret as it is, and as URLs, JSON, HTML, Python, hexadecimal digits and base64 have it."""
    data = secret.encode("utf-8", "surrogateescape")
    found = {secret, secret.strip(), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found |= {json.dumps(secret)[1:-1].replace("/", "\\/"), html.escape(secret), html.escape(secret, quote=False)}
    found |= {repr(secret)[1:-1], repr(data)[2:-1]}
    for safe in ("", "/", ":/"):
        found |= {quote(data, safe=safe), quote_plus(data, safe=safe)}
    found |= {re.sub("%[0-9A-F]{2}", lambda octet: octet[0].lower(), one) for one in found if "%" in one}
    yield from (one for one in found if len(one) >= _SHORT)
    yield from (one for one in (data.hex(), data.hex().upper()) if len(one) >= 2 * _SHORT)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(data).decode()
        yield from (one for one in {whole, whole.rstrip("="), quote(whole, safe="")} if len(one) >= _TELLING)
        for offset in range(3):
            # within a longer text: the first letters hold bits of what stands before, the last of what follows
            part = encode(bytes(offset) + data).decode()[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
            if len(part) >= _TELLING:
                yield part


SENT = Secrets()
