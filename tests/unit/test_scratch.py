"""Temporary files that outlive no run: gone at the end, or at the next run; those of a living one are never touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lazyoci import scratch
from lazyoci.errors import LazyociError

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@contextmanager
def another(code: str, place: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has made what `code` makes in `place`, and holds it until it is ended."""
    script = f"import sys\nfrom pathlib import Path\nfrom lazyoci import scratch\nplace = Path({str(place)!r})\n{code}"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process:
        assert process.stdout is not None and process.stdout.readline() == "made\n"
        try:
            yield process
        finally:
            process.kill()


DIRECTORY = """
with scratch.directory(place) as path:
    (path / "sub").mkdir()
    (path / "sub" / "large").write_bytes(bytes(1000))
    print("made", flush=True)
    sys.stdin.read()
"""
FILE = """
with scratch.file(place) as (stream, path):
    stream.write(bytes(1000))
    print("made", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(("code", "prefix"), [(DIRECTORY, scratch.PREFIX), (FILE, scratch.PARTIAL)])
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_is_not(
    code: str, prefix: str, tmp_path: Path
) -> None:
    with another(code, tmp_path) as living, another(code, tmp_path) as killed:
        before = set(tmp_path.iterdir())
        assert len(before) == 2
        killed.send_signal(KILL)
        killed.wait()
        scratch.sweep(tmp_path, prefix)
        (left,) = tmp_path.iterdir()
        assert living.poll() is None and left in before
        living.send_signal(KILL)
        living.wait()
        scratch.sweep(tmp_path, prefix)
        assert list(tmp_path.iterdir()) == []


def test_the_next_directory_sweeps_by_itself(tmp_path: Path) -> None:
    with another(DIRECTORY, tmp_path) as killed:
        killed.send_signal(KILL)
        killed.wait()
    assert len(list(tmp_path.iterdir())) == 1
    with scratch.directory(tmp_path) as path:
        assert list(tmp_path.iterdir()) == [path]
    assert list(tmp_path.iterdir()) == []


def test_gone_at_the_end_however_it_ends(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch.directory(tmp_path) as path:
        (path / "sub" / "deep").mkdir(parents=True)
        (path / "sub" / "deep" / "file").write_text("x")
        (path / "link").symlink_to(tmp_path)
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), scratch.file(tmp_path / "made") as (stream, path):
        stream.write(b"x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == [tmp_path / "made"]
    assert list((tmp_path / "made").iterdir()) == []


def test_a_file_is_moved_to_its_place(tmp_path: Path) -> None:
    goal = tmp_path / "sub" / "goal"
    with scratch.file(tmp_path) as (stream, path):
        stream.write(b"content")
        scratch.publish(stream, path, goal)  # whose directory was tidied away
    assert goal.read_bytes() == b"content"
    assert [one.name for one in tmp_path.iterdir()] == ["sub"]
    if os.name == "posix":
        assert goal.stat().st_mode & 0o777 == 0o644


def test_what_is_not_of_this_module_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious").write_text("mine")
    random = "0123456789abcdef"
    (tmp_path / f"lazyoci-{random}").symlink_to(tmp_path / "outside", target_is_directory=True)
    for name in ("lazyoci-mine", "lazyoci-abcd1234", f"lazyoci-{random}.json", f"other-{random}"):
        (tmp_path / name).mkdir()
    full = tmp_path / "lazyoci-ffffffffffffffff"  # no file says whose it is, and it holds something
    full.mkdir()
    (full / "file").write_text("x")
    (tmp_path / "lazyoci-eeeeeeeeeeeeeeee").mkdir()  # killed before it was locked
    before = sorted(path.name for path in tmp_path.iterdir())
    scratch.sweep(tmp_path, scratch.PREFIX)
    after = sorted(path.name for path in tmp_path.iterdir())
    assert after == [name for name in before if name != "lazyoci-eeeeeeeeeeeeeeee"]
    assert (tmp_path / "outside" / "precious").read_text() == "mine"


def test_no_directory_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(LazyociError, match="no temporary directory can be made in") as caught,
        scratch.directory(tmp_path / "file" / "sub"),
    ):
        pass
    assert caught.value.hint
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "gone")])
    with pytest.raises(LazyociError, match="no directory for temporary files") as caught, scratch.directory():
        pass
    assert "TMPDIR" in caught.value.hint
