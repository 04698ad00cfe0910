from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.running import Runner
from tests.unit.version_lines.components import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], repository: Repository) -> Runner:
    monkeypatch.chdir(repository.root)
    return Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(repository.root / "home")})
