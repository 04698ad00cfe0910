"""Files of a hostile repository: each costs itself only, and nobody waits."""

from __future__ import annotations

import errno
import os
import pty
from pathlib import Path

import pytest

from lazyoci import reader
from lazyoci.errors import UsageError
from lazyoci.init.survey import is_wanted, survey
from lazyoci.world import Disk

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")


def hostile(kind: str, path: Path) -> None:
    """Make a file that is not to be read."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "terminal":
        path.symlink_to(os.ttyname(pty.openpty()[1]))
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "null":
        path.symlink_to("/dev/null")


KINDS = ("pipe", "endless", "terminal", "sparse", "loop", "null")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_an_error_with_words(kind: str, tmp_path: Path) -> None:
    hostile(kind, tmp_path / "f")
    with pytest.raises(OSError) as caught:
        reader.read(tmp_path / "f")
    assert caught.value.strerror
    with pytest.raises(OSError):
        Disk().read(tmp_path / "f")


def test_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 10)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link").symlink_to("f")
    assert reader.read(tmp_path / "f", 10) == reader.read(tmp_path / "link") == b"x" * 10
    assert reader.read(tmp_path / "empty", 0) == b""
    with pytest.raises(OSError, match="it has 10 B, and at most 9 B are read") as caught:
        reader.read(tmp_path / "f", 9)
    assert caught.value.errno == errno.EFBIG
    with pytest.raises(IsADirectoryError):
        reader.read(tmp_path)


def test_a_file_without_a_size_is_read_up_to_the_limit() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc")
    assert reader.read("/proc/self/status")  # its size is told as 0
    with pytest.raises(OSError, match="more than 5 B"):
        reader.read("/proc/self/status", 5)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        (".lazy", reader.LAZY),
        ("a.lazy", reader.LAZY),
        ("c-1.tgz", reader.PACKAGE),
        ("Chart.yaml", reader.CHART),
        ("x.yaml", reader.SMALL),
    ],
)
def test_limits_by_purpose(name: str, limit: int) -> None:
    assert reader.limit_of(Path("x") / name) == limit


def test_a_survey_passes_it_over(tmp_path: Path) -> None:
    hostile("sparse", tmp_path / "Chart.yaml")
    assert is_wanted("Chart.yaml")
    found = survey(tmp_path, [tmp_path / "Chart.yaml"])
    assert found.passed_over == (
        "Chart.yaml: 1073741824 bytes; Helm loads no file of a chart above 5242880, and 104857600 in all",
    )


def test_usage_error_says_why(tmp_path: Path) -> None:
    from lazyoci.cli.arguments import read

    os.mkfifo(tmp_path / ".lazy")
    with pytest.raises(UsageError, match="cannot be read: it is not a regular file"):
        read(tmp_path / ".lazy")
