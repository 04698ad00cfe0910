"""The site builds without a warning, wrong links and anchors included, and asks no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LOADED = re.compile(r"""<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]*)|<link\b[^>]*\bhref="([^"]*)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--site-dir",
            str(place),
        ],  # --quiet would count no warning
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return place


def test_all_pages_are_there(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}
    assert "make demo" in (site / "index.html").read_text("utf-8")


def test_no_page_stands_twice_in_the_navigation(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    navigation = html.partition('<nav class="md-nav md-nav--primary')[2].partition('data-md-component="sidebar"')[0]
    places = re.findall(r'<a href="([^"#]+)" class="md-nav__link', navigation)
    assert "how-to/editors.html" in places
    assert sorted(set(places)) == sorted(places)


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = {one for pair in _LOADED.findall(page.read_text("utf-8")) for one in pair if one}
        assert not [one for one in loaded if re.match(r"(?:[a-z]+:)?//", one)], page
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet
