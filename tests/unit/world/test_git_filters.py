"""Files with filters, which are switched off: those of Git LFS are known by their pointers, others are not known."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from lazyoci.world import GitState, RealGit
from tests.git_traps import Trap, git

CONTENT = b"a film\n"


def pointer(content: bytes) -> bytes:
    oid = sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    (tmp_path / "trap").mkdir()
    return Trap(tmp_path / "trap")


def place(
    tmp_path: Path, trap: Trap, *, stored: bytes, there: bytes, filtered: str = "lfs", form: str = "sha1"
) -> Path:
    """A repository whose commit holds `stored`, as the filter would have made it, and its work tree `there`."""
    root = tmp_path / "place"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main", f"--object-format={form}")
    (root / ".gitattributes").write_text(f"*.bin filter={filtered} -text\n")
    for name in ("a film.bin", "plain"):
        (root / name).write_bytes(stored)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=one")
    git(root, "tag", "v1.0.0")
    for key in ("clean", "smudge", "process"):
        git(root, "config", f"filter.{filtered}.{key}", f"{trap.script} {key}")
    git(root, "config", f"filter.{filtered}.required", "true")
    (root / "a film.bin").write_bytes(there)
    os.utime(root / "a film.bin", (1_000_000_000, 1_000_000_000))  # so that git has to compare
    return root


def state(root: Path, trap: Trap) -> GitState:
    found = RealGit().state(root)
    assert trap.runs == []
    assert found.reason == ""
    return found


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_file_of_lfs_is_what_its_pointer_says(tmp_path: Path, trap: Trap, form: str) -> None:
    found = state(place(tmp_path, trap, stored=pointer(CONTENT), there=CONTENT, form=form), trap)
    assert (found.dirty, found.changed, found.unknown) == (False, (), ())


def test_a_pointer_that_was_not_replaced(tmp_path: Path, trap: Trap) -> None:
    found = state(place(tmp_path, trap, stored=pointer(CONTENT), there=pointer(CONTENT)), trap)
    assert (found.dirty, found.changed, found.unknown) == (False, (), ())


def test_an_empty_file_has_no_pointer(tmp_path: Path, trap: Trap) -> None:
    found = state(place(tmp_path, trap, stored=b"", there=b""), trap)
    assert (found.dirty, found.unknown) == (False, ())


@pytest.mark.parametrize("there", [b"a fi1m\n", b"a film", b"", pointer(b"another")])
def test_a_file_of_lfs_that_has_changed(tmp_path: Path, trap: Trap, there: bytes) -> None:
    found = state(place(tmp_path, trap, stored=pointer(CONTENT), there=there), trap)
    assert (found.dirty, found.changed, found.unknown) == (True, ("a film.bin",), ())


def test_what_lfs_does_not_store(tmp_path: Path, trap: Trap) -> None:
    root = place(tmp_path, trap, stored=pointer(CONTENT), there=CONTENT)
    (root / "plain").write_bytes(CONTENT)  # no filter is for it: the pointer is its text
    assert state(root, trap).changed == ("plain",)


def test_what_is_staged_or_is_another_kind_of_file(tmp_path: Path, trap: Trap) -> None:
    root = place(tmp_path, trap, stored=pointer(CONTENT), there=CONTENT)
    (root / "a film.bin").chmod(0o755)
    assert state(root, trap).changed == ("a film.bin",)
    (root / "a film.bin").chmod(0o644)
    (root / "plain").write_bytes(b"2\n")
    git(root, "add", "plain")
    assert state(root, trap).changed == ("plain",)
    git(root, "reset", "--quiet")
    git(root, "checkout", "--quiet", "plain")
    assert state(root, trap).changed == ()
    (root / "a film.bin").unlink()
    (root / "a film.bin").symlink_to("plain")
    assert state(root, trap).changed == ("a film.bin",)


def test_what_another_filter_makes_is_not_known(tmp_path: Path, trap: Trap) -> None:
    root = place(tmp_path, trap, stored=b"encrypted\n", there=b"clear\n", filtered="crypt")
    found = state(root, trap)
    assert (found.dirty, found.changed, found.unknown) == (False, (), ("a film.bin",))
    (root / "plain").write_bytes(b"2\n")
    assert state(root, trap).changed == ("plain",)


def test_an_attribute_without_its_filter_changes_nothing(tmp_path: Path, trap: Trap) -> None:
    root = place(tmp_path, trap, stored=b"1\n", there=b"2\n", filtered="crypt")
    git(root, "config", "--remove-section", "filter.crypt")
    assert state(root, trap).changed == ("a film.bin",)


def test_what_git_does_not_have(tmp_path: Path, trap: Trap) -> None:
    root = place(tmp_path, trap, stored=pointer(CONTENT), there=CONTENT)
    (root / ".gitignore").write_text("*.log\n")
    git(root, "add", ".gitignore")
    git(root, "commit", "--quiet", "--message=two")
    assert state(root, trap).untracked == ()
    for name in ("new ü.txt", "a.log", "docs/sub/note"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"1")
    found = state(root, trap)
    assert (sorted(found.untracked), found.changed, found.dirty) == (["docs/", "new ü.txt"], (), False)
