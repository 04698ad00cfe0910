"""Enter writes the dash of the next member; who types it as well has one nevertheless."""

from __future__ import annotations

import pytest

from lazyoci.diagnostic import Source
from lazyoci_lsp.features.on_type_formatting import at_enter, at_space

BEGUN = """\
version: 1
artifacts:
  - type: docker
    targets:
      - registry: ghcr.io/acme/a
        tags:
          - a
"""


def test_the_dash_of_the_next_member_is_written_by_enter() -> None:
    source = Source(BEGUN + "          ")
    found = at_enter(source, 7)
    assert found is not None
    assert found[1] == "          - "


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("          - - ", "          - "),
        ("          - a - ", None),  # text
        ("          - -", None),  # before the space, -1 may be meant
        ("            - - ", None),  # not where Enter wrote it
        ('          - - "', None),
    ],
)
def test_a_dash_that_is_typed_as_well(typed: str, becomes: str | None) -> None:
    source = Source(BEGUN + typed)
    found = at_space(source, 7)
    if becomes is None:
        assert found is None
    else:
        assert found is not None
        span, text = found
        assert source.text[: span.start] + text + source.text[span.end :] == BEGUN + becomes
