"""Tabs as indentation are replaced by the spaces that make the file a valid one."""

from __future__ import annotations

import pytest

from lazyoci.check import check
from lazyoci.yaml.edits import apply

GOOD = """\
version: 1
artifacts:
  - type: docker
    image: a
    targets:
      - registry: r.io/a
        tags:
          - x
"""


@pytest.mark.parametrize(
    ("spaces", "tabs"),
    [
        ("\n  - type", "\n\t- type"),
        ("\n    image", "\n\timage"),
        ("\n    image", "\n   \timage"),
        ("\n    image", "\n  \timage"),
        ("- registry", "- \tregistry"),
        ("\n          - x", "\n        \t- x"),
        ("\n      - registry: r.io/a\n        tags", "\n\t- registry: r.io/a\n\t  tags"),
        ("\n        tags:\n          - x", "\n\ttags:\n\t  - x"),
    ],
)
def test_the_fix_makes_the_file_valid(spaces: str, tabs: str) -> None:
    assert spaces in GOOD
    text = GOOD.replace(spaces, tabs)
    found = check(text, None).diagnostics
    assert [one.message for one in found] == ["tabs cannot indent; use spaces"]
    fix = found[0].fix
    assert fix is not None
    mended = apply(text, fix.edits)
    assert not check(mended, None).diagnostics
    assert "\t" not in mended
