"""Which versions have a number with a leading zero, and what is meant."""

from __future__ import annotations

import pytest

from lazyoci import semver
from lazyoci.rules.checks.leading_zero import plain


@pytest.mark.parametrize(
    ("version", "meant"),
    [
        ("01.2.3", "1.2.3"),
        ("v1.01.0", "1.1.0"),
        ("1.1.0-rc.01", "1.1.0-rc.1"),
        ("1.0.00", "1.0.0"),
        ("1.0.0-0a.0", "1.0.0-0a.0"),
        ("2024.01.15", "2024.01.15"),
        ("24.01.15", "24.01.15"),
    ],
)
def test_what_is_meant(version: str, meant: str) -> None:
    parsed = semver.parse(version)
    assert parsed is not None and plain(parsed) == meant
