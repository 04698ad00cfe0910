"""Long lists are checked by two processes, and nothing is lost or turned round."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci import half
from lazyoci.diagnostic import Source

GOOD = "version: 1\nartifacts:\n- type: docker\n  image: a:1\n  targets: [{registry: ghcr.io/a/b, tags: [v1]}]\n"


def tree(root: Path, count: int) -> list[Path]:
    """Files of which every second has an error."""
    paths = [root / f"ü{number:04d}.lazy" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(GOOD.replace("v1", "a/b") if number % 2 else GOOD, encoding="utf-8")
    return paths


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are."""
    monkeypatch.setattr(half, "_processors", lambda: 2)


def names(shares: list[half.Share]) -> list[str]:
    sources: list[Source] = [file.source for share in shares for file in share.found]
    return [Path(source.name).name for source in sources]


def test_short_lists_are_checked_here(tmp_path: Path) -> None:
    paths = tree(tmp_path, 4)
    (share,) = half.check_all(paths)
    assert (share.files, share.failed) == (4, True)
    assert names([share]) == [paths[1].name, paths[3].name]


def test_long_lists_are_shared(tmp_path: Path) -> None:
    paths = tree(tmp_path, half.ENOUGH)
    shares = half.check_all(paths)
    assert len(shares) == 2
    assert sum(share.files for share in shares) == half.ENOUGH
    assert all(share.failed for share in shares)
    assert names(shares) == [path.name for path in paths[1::2]]
    assert shares[1].found[-1].diagnostics == half.check(paths[-1:]).found[0].diagnostics


def test_a_failure_of_the_second_process_is_told(tmp_path: Path) -> None:
    paths = tree(tmp_path, half.ENOUGH)
    paths[-1].unlink()
    with pytest.raises(OSError, match="the second process failed"):
        half.check_all(paths)


def test_a_failure_here_ends_the_second_process(tmp_path: Path) -> None:
    paths = tree(tmp_path, half.ENOUGH)
    paths[0].unlink()
    with pytest.raises(OSError, match="cannot be read"):
        half.check_all(paths)
