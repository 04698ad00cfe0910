"""`lazyoci mcp` without its extra says how to install it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.running import Runner


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setattr("lazyoci.cli.mcp.find_spec", lambda name: None)
    ran = Runner(monkeypatch, capsys, {"HOME": str(tmp_path)})("mcp")
    assert ran.code == 2
    assert "need the extra mcp, which is not installed" in ran.err
    assert "pip install 'CHECKOUT[mcp]'" in ran.err
    assert "'lazyoci[mcp] @ git+ADDRESS'" in ran.err
    assert ran.out == ""
