"""Writing a layout beside other runs."""

from pathlib import Path

import pytest

from lazyoci import scratch
from lazyoci.layout import write


def test_the_mark_of_another_run_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers lock the file that marks a layout: were it replaced, two could hold the lock at the same time."""
    mark = tmp_path / "oci-layout"
    made: list[int] = []

    def looked(directory: Path) -> bool:
        with scratch.file(directory) as (out, temporary):
            out.write(write.LAYOUT_BYTES)
            scratch.publish(out, temporary, mark)
        made.append(mark.stat().st_ino)
        return False  # as of the moment before the other run made it

    exists = Path.exists
    monkeypatch.setattr(write, "is_layout", looked)
    monkeypatch.setattr(Path, "exists", lambda self: False if self == mark else exists(self))
    write._mark(tmp_path)
    assert [mark.stat().st_ino] == made


def test_publishing_anew_never_replaces(tmp_path: Path) -> None:
    goal = tmp_path / "goal"
    for content in (b"first", b"second"):
        with scratch.file(tmp_path) as (out, temporary):
            out.write(content)
            scratch.publish_new(out, temporary, goal)
    assert goal.read_bytes() == b"first"


def test_publishing_anew_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    test_publishing_anew_never_replaces(tmp_path)
