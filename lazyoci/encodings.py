"""All encodings in which a program may print a secret; output and messages are searched for each of them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

_TELLING = 6  # a part of an encoding with so many characters is unlikely to be something else


def encodings(secret: str, *, least: int) -> Iterator[str]:
    """A secret as it is, and encoded as in URLs, JSON, HTML, Python, hexadecimal and base64.

    Encodings of fewer than `least` characters are left out, because they would be found in any text. Bytes that are not
    UTF-8 are surrogates, as in `os.environ`.
    """
    import html  # where there are secrets

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
    """The encoding, and its part that is the same inside the encoding of a longer text, for each offset there."""
    whole = encode(data).decode()
    yield from {whole, whole.rstrip("="), quote(whole, safe="")}
    for offset in range(3):
        # the first characters depend on the data before it, and the last ones on the data after it
        yield encode(bytes(offset) + data).decode()[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
