"""The pages of docs/ that the code gives are current: `make docs` writes them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATED = [f"reference/{name}.md" for name in ("rules", "lazy-file", "templates", "cli")]
GENERATED += ["explanation/messages.md", "explanation/messages.svg"]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """What the generator gives in a process of its own: click remembers the help option of a command used alone."""
    code = "import docs, json, sys; json.dump(docs.pages(), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tools", capture_output=True, check=True)
    made: dict[str, str] = json.loads(done.stdout)
    return made


def test_all_pages_are_held(pages: dict[str, str]) -> None:
    assert list(pages) == GENERATED


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_is_current(name: str, pages: dict[str, str]) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages[name], "run: make docs"


def test_every_link_within_a_page_leads_somewhere(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        anchors = {line.lstrip("# ").strip("`") for line in text.splitlines() if line.startswith("#")}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors, name


def test_fences_are_closed(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert sum(line.startswith("```") for line in text.splitlines()) % 2 == 0, name
