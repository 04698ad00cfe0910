"""The lowest versions that pyproject.toml admits are enough: each dependency is installed in that, and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.e2e.checkout import ROOT
from tests.e2e.cli import environment

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# what uses a dependency, in one process: the exit codes of commands, and what is drawn only on a terminal
USES = """
import io, json, sys
import lazyoci
from lazyoci.cli import main
from lazyoci.report.bars import Bars
from lazyoci.report.style import Style
from lazyoci.report.table import table

def run(*arguments):
    return main(list(arguments))

bars = Bars(io.StringIO(), width=80)
bars.started("one", "pushing"); bars.total("one", 2); bars.sent("one", 1); bars.finished("one"); bars.close()
folded = table(("A", "B"), [["x " * 30, "y"]], Style(columns=30)).splitlines()
try:
    lazyoci.pull_artifact("localhost:1/a/b:v1", "layout", insecure=True)
except lazyoci.LazyociError as error:
    asked = type(error).__name__
codes = {
    "validate": run("validate", "good"),
    "invalid": run("validate", "bad"),
    "format": run("format", "good"),
    "build": run("build", "good", "--no-push", "--layout", "out"),
    "preview": run("preview", "good", "-o", "html"),
}
known = {"click", "yaml", "ruamel.yaml", "jsonschema", "jinja2", "httpx", "pathspec", "rich", "isal"}
told = {"codes": codes, "folded": len(folded), "asked": asked, "unused": sorted(known - sys.modules.keys())}
print(json.dumps(told), file=sys.stderr)
"""
FILE = """\
version: 1
artifacts:
  - type: artifact
    name:   site # packed as a directory
    files: [{path: pages/, mediaType: application/vnd.oci.image.layer.v1.tar+gzip}]
    targets: [{registry: r.example/site, tags: [v1]}]
"""


def lowest() -> list[str]:
    """Each dependency in the lowest version that is admitted."""
    found = []
    for text in PROJECT["dependencies"]:
        wanted = Requirement(text)
        (least,) = [one.version for one in wanted.specifier if one.operator == ">="]
        found.append(f"{wanted.name}=={least}")
    return found


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with these versions, and what they themselves need."""
    least = PROJECT["requires-python"].removeprefix(">=")
    if sys.version_info[:2] != tuple(map(int, least.split("."))):
        pytest.skip(f"the lowest versions have wheels for Python {least}")
    place = tmp_path_factory.mktemp("lowest") / "packages"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(place)]
    done = subprocess.run([*install, *lowest()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place


def run(packages: Path, place: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python with these packages and no others (`-S`)."""
    paths = os.pathsep.join((str(packages), str(ROOT), str(ROOT / "lsp")))
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        input=stdin,
        cwd=place,
        env=environment(place) | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.index
def test_everything_works_with_the_lowest_versions(packages: Path, tmp_path: Path) -> None:
    for name, text in (("good", FILE), ("bad", FILE.replace("type: artifact", "type: artefact"))):
        (tmp_path / name / "pages").mkdir(parents=True)
        (tmp_path / name / "pages" / "index.html").write_text("<p>one</p>")
        (tmp_path / name / ".lazy").write_text(text)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    done = run(packages, tmp_path, "-c", USES)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stderr.splitlines()[-1])
    codes = {"validate": 0, "invalid": 1, "format": 0, "build": 0, "preview": 0}
    assert told == {"codes": codes, "folded": 4, "asked": "Unreachable", "unused": []}, done.stdout + done.stderr
    assert "name: site  # packed" in (tmp_path / "good/.lazy").read_text()
    assert list((tmp_path / "out/blobs/sha256").iterdir())
    assert len(PROJECT["dependencies"]) == 10, "let what is new be used above; the language server has pygls"


@pytest.mark.index
def test_the_language_server_answers_with_the_lowest_versions(packages: Path, tmp_path: Path) -> None:
    about = {"processId": None, "rootUri": None, "capabilities": {}}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about})
    asked = f"Content-Length: {len(message)}\r\n\r\n{message}"
    done = run(packages, tmp_path, "-m", "lazyoci", "lsp", stdin=asked)
    assert '"hoverProvider"' in done.stdout, done.stderr
