"""`build --platform`: what the file is told of a platform, the option is told too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.files import make_place


@pytest.mark.parametrize(
    ("given", "meant"),
    [("darwin/arm64", "linux/arm64"), ("linux/amd64,darwin/amd64", "linux/amd64"), ("linux/arm64", "")],
)
def test_a_platform_without_containers(
    given: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_place(tmp_path, monkeypatch, capsys)
    place.write(".lazy")
    ran = place("build", "--dry-run", "--platform", given)
    assert ran.code == 0
    name = given.rpartition(",")[2]
    warning = f"warning: --platform: there are no containers for {name}; did you mean {meant}?\n"
    assert ran.err == (warning if meant else "")
    assert place("build", "--dry-run", "--platform", given, "--quiet").err == ""
