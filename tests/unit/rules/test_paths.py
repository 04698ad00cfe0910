"""Paths, globs and what git ignores."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.build.files import globbed
from lazyoci.check import check
from lazyoci.rules import Subject
from lazyoci.rules.paths import is_ignored, kind, leads_out, matches, title
from lazyoci.world import Disk, Files, World
from tests.worlds import ROOT, MemoryFiles

_TREE = (
    "a.json",
    "b.json",
    ".hidden.json",
    "odd[1].txt",
    "docs/a.md",
    "docs/deep/er/b.md",
    "docs/deep/.c.md",
    ".git/x.md",
    "empty/",
)


def subject_of(files: Files, directory: Path) -> Subject:
    """A subject of which only files and directory matter."""
    checked = check("version: 1\nartifacts: [{type: docker, image: i, targets: [{registry: a/b, tags: [c]}]}]\n", None)
    assert checked.document and checked.config and checked.resolved and checked.plan
    world = World(files)
    return Subject(checked.source, checked.document, checked.config, checked.resolved, checked.plan, world, directory)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name in _TREE:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_text("", encoding="utf-8")
    return root


_PATTERNS = st.lists(
    st.sampled_from(
        ["*", "**", "?.json", "[ab].json", "*.md", ".*", "docs", "deep", "d*", "a.json", "odd[1].txt", "x"]
    ),
    min_size=1,
    max_size=4,
).map("/".join)


@settings(max_examples=150)
@given(pattern=_PATTERNS)
def test_globs_match_what_the_builder_finds(tree: Path, pattern: str) -> None:
    expected = {path.rstrip("/") for path in globbed(pattern, tree) if (tree / path).exists()} - {""}
    for files, root in ((Disk(), tree), (MemoryFiles(dict.fromkeys(_TREE, "")), ROOT)):
        assert set(matches(subject_of(files, root), pattern) or ()) == expected


def test_nothing_lies_below_a_file(tree: Path) -> None:
    assert globbed("a.json/**", tree) == []
    assert matches(subject_of(Disk(), tree), "a.json/**") == ()


def test_a_glob_over_too_much_stays_unknown() -> None:
    class Endless(MemoryFiles):
        def kind(self, path: str | Path) -> str:
            return "dir"

        def list(self, path: str | Path) -> list[str]:
            return ["a", "b"]

    assert matches(subject_of(Endless({}), ROOT), "**/*.md") is None


def test_a_path_is_looked_at_once() -> None:
    asked: list[str | Path] = []

    class Counting(MemoryFiles):
        def kind(self, path: str | Path) -> str:
            asked.append(path)
            return super().kind(path)

    subject = subject_of(Counting({"a": ""}), ROOT)
    assert [kind(subject, "a"), kind(subject, "a"), kind(subject, "b")] == ["file", "file", ""]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.json", "a.json"),
        ("./docs//a.md", "docs/a.md"),
        ("docs/", "docs"),
        ("docs/../a.json", "a.json"),
        ("../shared/a.json", "a.json"),
        ("/etc/passwd", "passwd"),
    ],
)
def test_title(path: str, expected: str) -> None:
    assert title(path) == expected


@pytest.mark.parametrize(
    ("path", "out"),
    [("..", True), ("../a", True), ("a/../../b", True), ("a/../b", False), ("..a", False), ("/a", False)],
)
def test_leads_out(path: str, out: bool) -> None:
    assert leads_out(path) is out


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("dist/app.wasm", True),
        ("../dist/app.wasm", True),
        ("keep/app.wasm", False),
        ("notes.log", True),
        ("important.log", False),
        ("app.go", False),
        ("../../outside.log", False),
        ("build", True),
    ],
)
def test_what_git_ignores(path: str, ignored: bool) -> None:
    files = {
        ".git/HEAD": "",
        ".gitignore": "dist/\n*.log\n/service/build/\n",
        "service/.gitignore": "!important.log\n",
        "../.gitignore": "*\n",
    }
    assert is_ignored(subject_of(MemoryFiles(files), ROOT / "service"), path) is ignored


def test_outside_a_repository_nothing_is_ignored() -> None:
    assert not is_ignored(subject_of(MemoryFiles({".gitignore": "*\n"}), ROOT), "dist/app.wasm")
