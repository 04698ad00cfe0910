"""`lazyoci validate` without options goes a shorter way, and says what the command line says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.cli import lazyoci

GOOD = "version: 1\nartifacts:\n- type: docker\n  image: a:1\n  targets: [{registry: ghcr.io/a/b, tags: [v1]}]\n"
BAD = GOOD.replace("[v1]", '["a/b"]')
ODD = GOOD.replace("- type", "- nmae: x\n  type")


def tree(root: Path, count: int) -> list[str]:
    """`count` files, every seventh with an error of one kind, every fiftieth with one of another."""
    names = []
    for number in range(count):
        path = root / f"d{number:03d}" / ".lazy"
        path.parent.mkdir(parents=True)
        text = BAD if number % 7 == 2 else ODD if number % 50 == 9 else GOOD
        path.write_text(text.replace("ghcr.io/a/b", f"ghcr.io/a/b{number}"), encoding="utf-8")
        names.append(path.relative_to(root).as_posix())
    return names


@pytest.mark.parametrize("count", [3, 400])
def test_it_is_what_the_command_line_says(tmp_path: Path, count: int) -> None:
    names = tree(tmp_path, count)
    by_click = lazyoci("validate", *names, "--color=never", cwd=tmp_path)
    assert by_click.code == 1
    assert lazyoci("validate", *names, cwd=tmp_path) == by_click
    assert lazyoci("validate", ".", cwd=tmp_path) == by_click
    assert f"{count} files" in by_click.out


def test_many_good_files(tmp_path: Path) -> None:
    names = [name for number, name in enumerate(tree(tmp_path, 500)) if number % 7 != 2 and number % 50 != 9]
    done = lazyoci("validate", *names, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, f"{len(names)} files, no problems\n", "")


def test_what_is_unusual_is_left_to_the_command_line(tmp_path: Path) -> None:
    names = tree(tmp_path, 4)
    (tmp_path / names[1]).unlink()
    (tmp_path / names[1]).symlink_to("/proc/self/mem")  # is there, and cannot be read, not even by root
    if not Path("/proc/self/mem").exists():
        pytest.skip("no file here that nobody can read")
    by_click = lazyoci("validate", *names, "--color=never", cwd=tmp_path)
    assert by_click.code == 2
    assert "cannot be read" in by_click.err
    assert lazyoci("validate", *names, cwd=tmp_path) == by_click


def test_settings_that_are_wrong(tmp_path: Path) -> None:
    names = tree(tmp_path, 3)
    (tmp_path / "d001" / ".lazyoci.yaml").write_text("select: [nope]\n", encoding="utf-8")
    done = lazyoci("validate", *names, cwd=tmp_path)
    assert done.code == 1
    assert "nope" in done.err
