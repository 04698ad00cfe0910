"""SOURCE_DATE_EPOCH, the time that a build is to name instead of the present."""

from __future__ import annotations

from collections.abc import Mapping

from lazyoci.errors import UsageError


def source_date_epoch(environ: Mapping[str, str]) -> int | None:
    """SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), in seconds; raises UsageError."""
    given = environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or int(given) > 253402300799:  # 9999-12-31, Python's last date
        raise UsageError(f"SOURCE_DATE_EPOCH is {given!r}; expected whole seconds since 1970")
    return int(given)
