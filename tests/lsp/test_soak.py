"""A short soak of the server by the seed, as `make soak` does for ten minutes; and that the soak sees what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import lsp_soak  # noqa: E402


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_and_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    for name in ("LAZYOCI_TAG", "LAZYOCI_REGISTRY", "LAZYOCI_VERSION"):
        monkeypatch.delenv(name, raising=False)
    soak = lsp_soak.run(tmp_path, seed, steps=1_500)
    assert soak.problems == []
    assert soak.answered == soak.asked > 500
    assert soak.edits > 500
    assert soak.cancelled > 50


def test_memory_that_grows_is_seen() -> None:
    soak = lsp_soak.Soak.__new__(lsp_soak.Soak)
    soak.memory = [(float(n), 60.0 + 2 * (n % 2)) for n in range(40)]
    assert lsp_soak.growth(soak) == ""
    soak.memory = [(float(n), 60.0 + n) for n in range(40)]
    assert "memory grew" in lsp_soak.growth(soak)


def test_positions_of_the_soak_are_those_of_lsp() -> None:
    text = "a😀\r\nb\rc\u2028d\n"
    places = [(0, 0), (0, 1), (0, 3), (1, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    for offset, (line, character) in enumerate(places):
        assert lsp_soak._position(text, offset) == {"line": line, "character": character}
    assert lsp_soak._position(text, len(text)) == {"line": 3, "character": 0}
