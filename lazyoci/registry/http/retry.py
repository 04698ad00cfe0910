"""When to try again, and after how long. A policy without I/O: its callers sleep."""

from __future__ import annotations

from typing import Literal

from lazyoci.frozen import frozen

ATTEMPTS = 6
BASE = 0.5  # seconds, doubled each time, times a random share ("full jitter")
CAP = 30.0  # seconds of back-off at most
RETRY_AFTER_CAP = 120.0  # seconds that a registry may ask to wait; asked for more, fail and say so
STATUSES = frozenset({408, 429, 499, 500, 502, 503, 504, 522})

Kind = Literal[
    "status",
    "connect-timeout",
    "timeout",
    "reset",
    "refused",
    "name",
    "name-later",
    "proxy",
    "tls",
    "protocol",
    "slow",
    "flood",
]

# how many attempts there are after each kind of failure: a refused connection, an unknown name or a reply that is not
# HTTP will be the same in seconds, and a server that sends without end is not asked for more
_ATTEMPTS: dict[Kind, int] = {
    "status": ATTEMPTS,
    "timeout": ATTEMPTS,
    "reset": ATTEMPTS,
    "protocol": 2,
    "connect-timeout": 3,
    "name-later": 3,
    "refused": 1,
    "name": 1,
    "proxy": 1,
    "tls": 1,
    "slow": 1,
    "flood": 1,
}


@frozen
class Failed:
    """How an attempt failed: a status (with its Retry-After, if any), or a kind of transport error."""

    kind: Kind
    status: int = 0
    retry_after: str = ""


def seconds(retry_after: str, now: float) -> float | None:
    """A Retry-After value, seconds or HTTP-date, as seconds from `now` (Unix time); None if it is neither."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    from email.utils import parsedate_to_datetime  # brings in much, and dates are rare

    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, moment - now)


def wait_asked(outcome: Failed, now: float) -> float | None:
    """How long the registry asked to wait, in seconds; None when it did not."""
    if outcome.kind == "status" and outcome.status in (429, 503) and outcome.retry_after:
        return seconds(outcome.retry_after, now)
    return None


def delay(attempt: int, outcome: Failed, *, now: float, jitter: float = 1.0, attempts: int = ATTEMPTS) -> float | None:
    """Seconds to wait before the next attempt, or None to give up.

    `attempt` counts the attempts made (1 after the first); `jitter` is a random number in 0…1; `now` is Unix time.
    """
    if outcome.kind == "status" and outcome.status not in STATUSES:
        return None
    if attempt >= min(attempts, _ATTEMPTS[outcome.kind]):
        return None
    asked = wait_asked(outcome, now)
    if asked is not None:
        return asked if asked <= RETRY_AFTER_CAP else None
    return float(min(CAP, BASE * 2 ** (attempt - 1)) * jitter)
