"""One version everywhere, a changelog in the form it names, and notes for the release to come."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import lazyoci

ROOT = Path(__file__).parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d|unreleased))?$", CHANGELOG, re.MULTILINE)


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == lazyoci.__version__
    assert HEADINGS[1][0] == lazyoci.__version__
    assert f"# lazyoci {lazyoci.__version__}\n" in (ROOT / f"docs/releases/{lazyoci.__version__}.md").read_text("utf-8")


def test_what_the_editors_install_has_the_version_too() -> None:
    package = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "editors/vscode/package-lock.json").read_text(encoding="utf-8"))
    crate = tomllib.loads((ROOT / "editors/zed/Cargo.toml").read_text(encoding="utf-8"))
    extension = tomllib.loads((ROOT / "editors/zed/extension.toml").read_text(encoding="utf-8"))
    emacs = (ROOT / "editors/emacs/lazyoci.el").read_text(encoding="utf-8")
    found = {package["version"], lock["version"], crate["package"]["version"], extension["version"]}
    assert found == {lazyoci.__version__}
    assert f"\n;; Version: {lazyoci.__version__}\n" in emacs
    assert f"dist/lazyoci-{lazyoci.__version__}-py3-none-any.whl" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_changelog_keeps_the_form() -> None:
    assert HEADINGS[0] == ("Unreleased", "")
    assert len(HEADINGS) == len(re.findall(r"^## ", CHANGELOG, re.MULTILINE))
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_files_named_for_contributors_are_there() -> None:
    """Paths in CONTRIBUTING.md, but for those of its example."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:lazyoci|lsp|tests|docs|schema|editors|examples|integrations)/[\w./-]*)", text)
    assert named
    places = [one for one in named if "empty" not in one and not (ROOT / one).exists()]
    assert places == []
    assert all((ROOT / "lazyoci/rules/checks" / f"{one}.py").exists() for one in ("duplicate_platform", "missing_file"))
