"""The secrets that this process has sent, so that they can be cut out of whatever comes back.

A registry may repeat what it was shown, by mistake or on purpose, and messages are printed, logged and kept by CI. So
what was sent is hidden in them. It is remembered for the whole process, since it may come back in any thread and with
any later reply.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections import OrderedDict

from lazyoci.encodings import encodings

_MOST = 500  # secrets: a language server gets a new token every few minutes, for days
_SHORT = 4  # characters below which a secret cannot be told from any word; its Basic header can
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

        `least` is the number of characters below which a secret is left. It is for texts that are partly our own, in
        which a short one may be a word.
        """
        with self._lock:
            if self._forms is None:
                found = {form for one in self._known for form in encodings(one, least=_SHORT)}
                self._forms = tuple(sorted(found, key=len, reverse=True))
            hidden = self._forms
        for form in hidden:
            if len(form) >= least and form in text:
                text = text.replace(form, SHOWN)
        return text


SENT = Secrets()
