"""Commands in a directory with pipes, endless devices and huge files: each has its message, and the rest is done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.cli import lazyoci as run
from tests.unit.test_reader import hostile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
LAZY = "version: 1\nartifacts:\n  - type: docker\n    image: a:1\n    targets: [{registry: r.example/a, tags: [v1]}]\n"


@pytest.mark.parametrize("kind", ["pipe", "endless", "sparse", "loop"])
@pytest.mark.parametrize("command", ["validate", "preview", "build --dry-run", "format"])
def test_a_lazy_file_that_is_none(kind: str, command: str, tmp_path: Path) -> None:
    hostile(kind, tmp_path / "x.lazy")
    result = run(*command.split(), "x.lazy", cwd=tmp_path)
    assert result.code in (1, 2), result.err
    assert "x.lazy" in result.err
    assert "internal error" not in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("kind", ["pipe", "endless", "sparse", "loop"])
@pytest.mark.parametrize("name", ["Chart.yaml", "Dockerfile", ".gitignore", ".lazyoci.yaml", "pyproject.toml"])
def test_a_file_beside_it_costs_itself_only(kind: str, name: str, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(
        LAZY.replace("type: docker\n    image: a:1", "type: helm\n    chartPath: .\n    name: a")
        if name == "Chart.yaml"
        else LAZY.replace("type: docker\n    image: a:1", "type: image\n    name: a")
    )
    (tmp_path / "good.lazy").write_text(LAZY)
    hostile(kind, tmp_path / name)
    for arguments in (("validate", "."), ("preview",), ("init", "--stdout")):
        result = run(*arguments, cwd=tmp_path)
        assert result.code in (0, 1, 2), result.err
        assert "Traceback" not in result.err
        assert "internal error" not in result.err
    if name not in (".lazyoci.yaml", "pyproject.toml"):
        assert run("validate", "good.lazy", cwd=tmp_path).code == 0


@pytest.mark.parametrize("kind", ["pipe", "endless", "sparse", "loop"])
def test_a_chart_with_one(kind: str, tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    hostile(kind, chart / ".helmignore")
    (tmp_path / ".lazy").write_text(
        LAZY.replace("type: docker\n    image: a:1", "type: helm\n    chartPath: chart\n    name: a")
    )
    result = run("build", "--no-push", "--dry-run", cwd=tmp_path)
    assert "Traceback" not in result.err
    assert "internal error" not in result.err
    assert result.code in (0, 1)
