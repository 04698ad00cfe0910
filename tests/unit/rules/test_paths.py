"""Paths, globs and what git ignores."""

from __future__ import annotations

import glob
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.build import build
from lazyoci.build.files import find
from lazyoci.check import check
from lazyoci.config.model import FilesArtifact
from lazyoci.diagnostic import Severity
from lazyoci.errors import BuildError
from lazyoci.rules import Subject
from lazyoci.rules.shared.missing_paths import absence, exists
from lazyoci.rules.shared.paths import is_ignored, kind, matches
from lazyoci.world import Disk, Files, World
from lazyoci.world.glob import is_magic
from lazyoci.world.title import title
from tests.unit.build.make import context
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
    checked = check(
        "version: 1\nartifacts: [{type: docker, image: i, targets: [{registry: x.io/a/b, tags: [c]}]}]\n", None
    )
    assert checked.document and checked.config and checked.resolved and checked.plan
    world = World(files)
    return Subject(checked.source, checked.document, checked.config, checked.resolved, checked.plan, world, directory)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("above") / "tree"  # some patterns lead out of it, and there must be little
    for name in _TREE:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_text("", encoding="utf-8")
    return root


_PARTS = st.sampled_from(
    [
        "*",
        "**",
        "?.json",
        "[ab].json",
        "*.md",
        ".*",
        "docs",
        "deep",
        "d*",
        "a.json",
        "odd[1].txt",
        "x",
        ".",
        "..",
        "a**",
    ]
)
_PATTERNS = st.tuples(st.lists(_PARTS, min_size=1, max_size=4).map("/".join), st.sampled_from(["", "/", "//"])).map(
    "".join
)


def by_python(pattern: str, root: Path) -> set[str]:
    """What Python's own `glob` finds: each once, a directory without its slash, and with `**` files alone."""
    if os.path.exists(f"{root}/{pattern}"):  # noqa: PTH110  # a Path would drop the slash at the end
        return {pattern}
    listed = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207
    # before 3.13 it finds "a.json/" for a pattern that ends in /**, be that ever so much a file
    found = {path.rstrip("/") for path in listed if not (path.endswith("/") and (root / path).is_file())}
    if pattern.endswith("/"):
        found = {path for path in found if (root / path).is_dir()}
    if "**" in pattern:
        found = {path for path in found if not (root / path).is_dir()}
    found = {path.removesuffix("/.") for path in found if (root / path).exists()} - {""}
    if not is_magic(pattern):
        return found
    if not pattern.startswith("./"):  # `**/./*` finds "./a.json", where the dot is not the front of the pattern
        found = {re.sub(r"^(\./)+", "", path) for path in found} - {"", "."}
    return {once(path) for path in found}


def once(path: str) -> str:
    """The path with a `.` in its front alone: of two spellings of one file, a glob finds one."""
    front, *others = path.split("/")
    return "/".join([front, *[part for part in others if part != "."]])


@settings(max_examples=150)
@given(pattern=_PATTERNS)
def test_globs_match_what_python_finds(tree: Path, pattern: str) -> None:
    if "**" in pattern and ".." in pattern:
        return  # leads out of the tree, and into all that lies beside it
    expected = by_python(pattern, tree)
    for files, root in ((Disk(), tree), (MemoryFiles(dict.fromkeys(_TREE, "")), ROOT)):
        if root is tree or not {".", ".."} & set(pattern.split("/")):  # files in memory have no such entries
            assert set(matches(subject_of(files, root), pattern) or ()) == expected


@settings(max_examples=150)
@given(patterns=st.lists(_PATTERNS | st.sampled_from([".", "..", "./", "docs/..", "/", "gone"]), max_size=3))
def test_what_the_check_refuses_is_what_the_builder_refuses(tree: Path, patterns: list[str]) -> None:
    """Of any list of paths, as they are written."""
    if not patterns or any(".." in pattern or pattern == "/" for pattern in patterns if "*" in pattern):
        return
    files = "".join(f"      - {{path: {json.dumps(one)}, mediaType: a/b}}\n" for one in patterns)
    text = f"version: 1\nartifacts:\n  - type: artifact\n    files:\n{files}"
    text += "    targets: [{registry: x.io/a/b, tags: [c]}]\n"
    checked = check(text, tree / ".lazy", World())
    codes = {one.code for one in checked.diagnostics if one.severity is Severity.ERROR}
    assert checked.config is not None
    (artifact,) = checked.config.artifacts
    assert isinstance(artifact, FilesArtifact)
    try:
        find(artifact, context(tree))
    except BuildError:
        assert codes & {"missing-file", "duplicate-title", "invalid-title", "path-escapes"}
    else:
        assert codes == set()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**/", ()),
        ("**/**/b.md", ("docs/deep/er/b.md",)),
        ("*/", ("docs", "empty")),
        ("docs/*/", ("docs/deep",)),
        ("a.json/", ()),
        ("a.json/**", ()),
        ("a.*/", ()),
        ("docs//*.md", ("docs/a.md",)),
        ("./*.json", ("./a.json", "./b.json")),
        ("**/./**/b.md", ("docs/deep/er/b.md",)),
        ("docs/./*.md", ("docs/a.md",)),
        ("*/.", ("docs", "empty")),
        ("odd[1].txt", ("odd[1].txt",)),
    ],
)
def test_globs(tree: Path, pattern: str, expected: tuple[str, ...]) -> None:
    assert matches(subject_of(Disk(), tree), pattern) == expected


def test_one_glob_may_find_two_files_of_one_title(tmp_path: Path) -> None:
    """Of files outside the directory only the names are kept; the check sees what the builder would."""
    for name in ("a/config.json", "b/config.json", "service/own.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    for pattern in ("../**/*.json", "../*/../a/*.json"):
        text = "version: 1\nartifacts:\n- type: artifact\n  targets: [{registry: x.io/a/b, tags: [c]}]\n"
        text += f"  files: [{{path: '{pattern}', mediaType: a/b}}]\n"
        checked = check(text, tmp_path / "service" / ".lazy", World(outside=(str(tmp_path),)))
        (found,) = checked.diagnostics
        assert found.code == "duplicate-title"
        assert found.message.endswith('which would both be titled "config.json"; name the one that is meant')
        assert checked.config is not None
        (artifact,) = checked.config.artifacts
        assert isinstance(artifact, FilesArtifact)
        with pytest.raises(BuildError, match="would both be titled"):
            find(artifact, context(tmp_path / "service"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
def test_what_is_neither_file_nor_directory_is_refused_by_both(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "lost").symlink_to("nowhere")
    for pattern in ("pipe", "lost", "p*", "l*", "**"):
        text = "version: 1\nartifacts:\n- type: artifact\n  targets: [{registry: x.io/a/b, tags: [c]}]\n"
        text += f"  files: [{{path: '{pattern}', mediaType: a/b}}]\n"
        checked = check(text, tmp_path / ".lazy", World())
        assert [one.code for one in checked.diagnostics] == ["missing-file"]
        assert checked.config is not None
        with pytest.raises(BuildError, match="is not a file or a directory"):
            build(checked.config.artifacts[0], context(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_there_and_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to-pipe").symlink_to("pipe")
    (tmp_path / "Dockerfile").mkdir()
    says = {
        "dangling": 'is a link to "nowhere", where nothing is; name a file or a directory, or put one there',
        "loop": "is a link that leads to itself; name a file or a directory, or put one there",
        "pipe": "is a named pipe; name a file or a directory, or put one there",
        "to-pipe": "is a named pipe; name a file or a directory, or put one there",
        "danglin": "does not exist; paths are relative to the directory of the .lazy file",  # nothing is at dangling
    }
    head, target = "version: 1\nartifacts:\n", "    targets: [{registry: ghcr.io/acme/a, tags: [v1]}]\n"
    for path, text in says.items():
        artifact = f"  - type: artifact\n    files: [{{path: {path}, mediaType: a/b}}]\n{target}"
        found = check(head + artifact, tmp_path / ".lazy", World()).diagnostics
        assert [one.message for one in found] == [f'file "{path}" {text}']
        chart = f"  - type: helm\n    chartPath: {path}\n{target}"
        messages = [one.message for one in check(head + chart, tmp_path / ".lazy", World()).diagnostics]
        assert f'chart "{path}" {text}' in messages
    found = check(f"{head}  - type: image\n{target}", tmp_path / ".lazy", World()).diagnostics
    assert [one.message for one in found] == ['"Dockerfile" is a directory; name the file with dockerfile:']


def test_a_glob_over_too_much_stays_unknown() -> None:
    class Endless(MemoryFiles):
        def kind(self, path: str | Path) -> str:
            return "" if "*" in str(path) else "dir"

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


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("services/api/spec.yaml", "spec.yaml"),
        ("README.md", "../../README.md"),
        ("services/web", "../web"),
        ("services/api/none.yaml", ""),
        ("../README.md", ""),
    ],
)
def test_a_path_from_the_root_of_the_repository(path: str, meant: str) -> None:
    files = MemoryFiles(dict.fromkeys([".git/HEAD", "README.md", "services/api/spec.yaml", "services/web/a"], b""))
    subject = subject_of(files, ROOT / "services" / "api")
    found = absence(subject, path, exists(subject))
    said = "does not exist; paths are relative to the directory of the .lazy file"
    assert found.words == said + (f': write "{meant}"' if meant else "")
    assert found.instead == meant
    assert not meant or kind(subject, meant)
