"""The package: what the wheel and the sdist hold, and that every way of installing gives a working program."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lazyoci import __version__ as VERSION
from tests.e2e.checkout import clone

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environ, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, so that a build leaves nothing in the real one."""
    return clone(tmp_path_factory.mktemp("clone") / "lazyoci")


@pytest.fixture(scope="module")
def dist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", place, cwd=checkout)
    return place


def test_the_wheel_holds_two_packages_and_the_schemas(dist: Path) -> None:
    names = zipfile.ZipFile(dist / f"lazyoci-{VERSION}-py3-none-any.whl").namelist()
    assert {name.partition("/")[0] for name in names} == {"lazyoci", "lazyoci_lsp", f"lazyoci-{VERSION}.dist-info"}
    assert "lazyoci/schema/lazy.schema.json" in names
    assert {
        "lazyoci/py.typed",
        "lazyoci/init/lazy.j2",
        "lazyoci/report/preview.css",
        "lazyoci/report/preview.html.j2",
        "lazyoci/report/preview_main.html.j2",
        "lazyoci/rules/rules.md",
    } <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".lazy")) or "/tests/" in name]


def test_the_sdist_can_build_the_wheel(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(dist / f"lazyoci-{VERSION}.tar.gz") as archive:
        names = archive.getnames()
        archive.extractall(tmp_path)  # our own archive; filter= came with 3.11.4
    assert f"lazyoci-{VERSION}/schema/lazy.schema.json" in names
    run(
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        tmp_path / "out",
        cwd=tmp_path / names[0].partition("/")[0],
    )
    assert (tmp_path / "out" / f"lazyoci-{VERSION}-py3-none-any.whl").exists()


@pytest.mark.parametrize("form", ["wheel", "sdist", "git", "directory"])
def test_installs_and_runs(form: str, dist: Path, checkout: Path, tmp_path: Path) -> None:
    what = {
        "wheel": dist / f"lazyoci-{VERSION}-py3-none-any.whl",
        "sdist": dist / f"lazyoci-{VERSION}.tar.gz",
        "git": f"git+{checkout.as_uri()}",
        "directory": checkout,
    }[form]
    place = tmp_path / "site-packages"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    pip += ("--no-compile",)  # which takes as long as the rest
    run(*pip, "--target", place, what, cwd=tmp_path)
    tops = {entry.name for entry in place.iterdir()} - {"bin", "__pycache__"}
    assert tops == {"lazyoci", "lazyoci_lsp", f"lazyoci-{VERSION}.dist-info"}
    environ = dict(os.environ) | {"PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"}
    for arguments, says in ((("--version",), VERSION), (("schema",), '"$schema"')):
        out = run(sys.executable, "-m", "lazyoci", *arguments, cwd=tmp_path, environ=environ)
        assert says in out
    where = run(sys.executable, "-c", "import lazyoci; print(lazyoci.__file__)", cwd=tmp_path, environ=environ)
    assert Path(where.strip()).is_relative_to(place)


def test_the_editable_install_finds_both_packages_and_the_schema(checkout: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    inherited = [path for path in sys.path if path.endswith("site-packages")]
    # the build backend and the dependencies come from the running environment, after the new one's own
    environ = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(inherited)}
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--no-index", "--editable", checkout, cwd=tmp_path, environ=environ)
    code = "import lazyoci, lazyoci_lsp; from lazyoci.config import schema; print(lazyoci.__file__, schema.find())"
    shown = run(python, "-c", code, cwd=tmp_path, environ=environ)
    assert shown.count(str(checkout)) == 2
