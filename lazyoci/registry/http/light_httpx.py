"""httpx without its command line, which would import rich and pygments too, and take twice the time."""

import sys

_MAIN = "httpx._main"
if "httpx" not in sys.modules:
    sys.modules[_MAIN] = None  # type: ignore[assignment]  # lets its import fail, which httpx provides for

import httpcore  # noqa: E402 - after the line above, which is the point
import httpx  # noqa: E402 - likewise

if sys.modules.get(_MAIN, sys) is None:
    del sys.modules[_MAIN]

__all__ = ["can_be_asked", "httpcore", "httpx"]


def can_be_asked(url: str) -> bool:
    """Whether the host of an address can be looked up: 1.2.3.999, xn--a or a label of 64 letters cannot."""
    try:
        httpx.URL(url).host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        return False
    return True
