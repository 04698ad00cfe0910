"""Every form in which a program may repeat a secret: the one list, by which output and messages are cleared of them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

_TELLING = 6  # characters of a part of an encoding that cannot be mistaken for something else


def encodings(secret: str, *, least: int) -> Iterator[str]:
    """A secret as it is, and as URLs, JSON, HTML, Python, hexadecimal digits and base64 have it.

    `least` is the number of characters below which a form is left out, since it would be found in any text. Bytes that
    are no UTF-8 are surrogates, as in the environment.
    """
    data = secret.encode("utf-8", "surrogateescape")
    found = {secret, secret.strip(), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found |= {json.dumps(secret)[1:-1].replace("/", "\\/"), html.escape(secret), html.escape(secret, quote=False)}
    found |= {repr(secret)[1:-1], repr(data)[2:-1]}
    for safe in ("", "/", ":/"):
        found |= {quote(data, safe=safe), quote_plus(data, safe=safe)}
    found |= {re.sub("%[0-9A-F]{2}", lambda octet: octet[0].lower(), one) for one in found if "%" in one}
    yield from (one for one in found if len(one) >= least)
    yield from (one for one in (data.hex(), data.hex().upper()) if len(one) >= 2 * least)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from (one for one in _in_base64(data, encode) if len(one) >= _TELLING)


def _in_base64(data: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """The encoding alone, and what the encoding of any longer text contains, wherever in it the data begins."""
    whole = encode(data).decode()
    yield from {whole, whole.rstrip("="), quote(whole, safe="")}
    for offset in range(3):
        # the first characters hold bits of what stands in front, and the last of what follows
        yield encode(bytes(offset) + data).decode()[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
