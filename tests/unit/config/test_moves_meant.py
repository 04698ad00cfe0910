"""What other words than ours mean for `moves`."""

from __future__ import annotations

import pytest

from lazyoci.config.keys import MOVES
from lazyoci.config.structure.moves_meant import moves_meant


@pytest.mark.parametrize(
    ("value", "word", "certain"),
    [
        ("newer", "forward", False),
        ("Newest", "forward", False),
        ("up", "forward", False),
        ("higher", "forward", False),
        ("ahead", "forward", False),
        ("forwards", "forward", True),
        ("true", "always", False),
        ("no", "never", False),
        ("immutable", "never", False),
        ("nevr", "never", True),
    ],
)
def test_a_guess_is_in_the_direction_that_was_meant(value: str, word: str, certain: bool) -> None:
    assert moves_meant(value, MOVES) == (word, certain)
