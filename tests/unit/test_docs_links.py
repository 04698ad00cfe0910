"""Links of all documents lead somewhere, and no document installs the package by a name that an index may give away."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.pages import ROOT, blocks, documents, prose

DOCUMENTS = documents()
IDS = [page.relative_to(ROOT).as_posix() for page in DOCUMENTS]
_LINK = re.compile(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
# what would ask an index for lazyoci, whatever stands between: options, extras, versions, quotes
_BARE = re.compile(
    r"\b(?:pip3?|pipx|uv(?: tool| pip)?|uvx|conda|poetry|pdm)\s+(?:install|add|run|download)\b[^\n`|;&]*?[\s\"']"
    r"lazyoci(?:\[[\w,]*\])?(?:[=<>~!][^\s`]*)?(?=[\s\"'`]|$)(?! @ git\+)|\buvx\s+lazyoci\b",
)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and the site make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose(page), re.MULTILINE):
        base = slug(heading)
        found.add(next(one for n in range(99) if (one := f"{base}-{n}" if n else base) not in found))
    return found


@pytest.mark.parametrize("page", DOCUMENTS, ids=IDS)
def test_links_within_the_repository(page: Path) -> None:
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{page.name}: {target} leads nowhere"
        assert there.is_relative_to(ROOT), f"{page.name}: {target} leads out of the repository"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{page.name}: {target}: there is no such heading"


def test_nothing_installs_by_a_bare_name() -> None:
    """No document, message, editor or CI file; only tests name what must not be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith("tests/")]
    assert "README.md" in names
    for name in names:
        if (ROOT / name).is_file():
            assert not _BARE.search((ROOT / name).read_text("utf-8", "replace")), name


@pytest.mark.parametrize(
    "line", ["pip install lazyoci", "uv tool install 'lazyoci[x]>=1'", "pipx install --force lazyoci", "uvx lazyoci"]
)
def test_a_bare_name_would_be_seen(line: str) -> None:
    assert _BARE.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install git+https://x/lazyoci@v1",
        "pipx install .",
        "pip install ./lazyoci",
        "pip install 'lazyoci[x] @ git+https://x/lazyoci'",
    ],
)
def test_an_address_is_no_bare_name(line: str) -> None:
    assert not _BARE.search(line)


@pytest.mark.parametrize("page", DOCUMENTS, ids=IDS)
def test_fences_are_closed(page: Path) -> None:
    blocks(page)  # asserts it
    assert page.read_text("utf-8").startswith(("# ", "<!-- Written by")), "a page begins with its title"


def test_the_readme_opens_with_what_it_is_then_how_to_run_it() -> None:
    """Three sentences and a picture, one line of prerequisites, two commands: all before the first further heading."""
    opening = (ROOT / "README.md").read_text("utf-8").split("\n## ", 1)[0]
    marks = ("A repository declares", "![", "Prerequisites: git, make, and Python", "$ make demo", "$ make test")
    places = [opening.index(mark) for mark in marks]
    assert places == sorted(places)
    assert opening.count("\n") < 30


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# a tag of lazyoci's own repository, or an address of it, in a place where the reader would type or copy it
_OWN_TAG = re.compile(r"(?:\brev:|\bref:|lazyoci(?:\.git)?@|ADDRESS@|git\+\S+@)[ \t]*[\"']?v?\d+\.\d+")


def test_no_document_names_a_tag_or_an_address_that_does_not_exist() -> None:
    for name in _tracked():
        if name.startswith(("tests/", "docs/releases/")) or name.endswith((".png", ".svg")):
            continue
        text = (ROOT / name).read_text("utf-8", "replace")
        assert not _OWN_TAG.search(text), name
        assert "GIT_ADDRESS" not in text, name
        if "git+ADDRESS" in text or "@COMMIT" in text:
            assert "git remote get-url origin" in text or "OWNER/lazyoci" in text, f"{name}: what is ADDRESS?"
            assert "git rev-parse HEAD" in text or "@COMMIT" not in text, f"{name}: what is COMMIT?"


@pytest.mark.parametrize("line", ["rev: v0.1.0", "    ref: v1.2.3", "git+https://x/y@v0.1.0", "OWNER/lazyoci@v1.0"])
def test_a_tag_would_be_seen(line: str) -> None:
    assert _OWN_TAG.search(line)
