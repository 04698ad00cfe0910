"""Directories are walked as git would look at them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from lazyoci.cli.walk import lazy_files
from lazyoci.walk import walk


def lay(root: Path, files: Mapping[str, str]) -> None:
    """Write files; a name that ends in a slash is a directory."""
    for name, text in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def found(root: Path, below: str = ".") -> list[str]:
    return [path.relative_to(root).as_posix() for path in walk(root / below, pytest.fail)]


def test_the_names_that_are_ours_in_order(tmp_path: Path) -> None:
    lay(tmp_path, dict.fromkeys(["b/.lazy", "a/x.lazy", ".lazy", "a.lazy", "lazy", "x.lazy.bak", "c/d/.lazy"], ""))
    assert found(tmp_path) == [".lazy", "a.lazy", "a/x.lazy", "b/.lazy", "c/d/.lazy"]


def test_a_directory_may_be_called_lazy(tmp_path: Path) -> None:
    lay(tmp_path, {".lazy/inner.lazy": ""})
    assert found(tmp_path) == [".lazy/inner.lazy"]


def test_gitignore(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".gitignore": "/build/\n*.gen.lazy\n!keep.gen.lazy\nvendor/**\n# comment\n",
            "build/.lazy": "",
            "sub/build/.lazy": "",
            "x.gen.lazy": "",
            "keep.gen.lazy": "",
            "vendor/a/.lazy": "",
            "sub/.gitignore": "!y.gen.lazy\nlocal.lazy\n",
            "sub/y.gen.lazy": "",
            "sub/local.lazy": "",
            "local.lazy": "",
        },
    )
    assert found(tmp_path) == ["keep.gen.lazy", "local.lazy", "sub/y.gen.lazy", "sub/build/.lazy"]


def test_rules_above_count_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".gitignore": "*.lazy\n",  # outside
            "repo/.git/": "",
            "repo/.gitignore": "/svc/out/\nold.lazy\n",
            "repo/svc/out/.lazy": "",
            "repo/svc/old.lazy": "",
            "repo/svc/new.lazy": "",
        },
    )
    assert found(tmp_path, "repo/svc") == ["repo/svc/new.lazy"]


def test_git_itself_is_not_looked_into(tmp_path: Path) -> None:
    lay(tmp_path, {".git/x.lazy": "", "a.lazy": ""})
    assert found(tmp_path) == ["a.lazy"]


def test_the_same_files_as_git(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".gitignore": "a/*\n!a/keep\n*.tmp.lazy\n/top.lazy\nb/**/deep\n\\#x.lazy\ntrailing.lazy \n",
            "a/.lazy": "",
            "a/keep/.lazy": "",
            "c.tmp.lazy": "",
            "top.lazy": "",
            "sub/top.lazy": "",
            "b/1/deep/.lazy": "",
            "b/1/deeper/.lazy": "",
            "#x.lazy": "",
            "trailing.lazy": "",
            "sub/.gitignore": "/*.lazy\n!/yes.lazy\n",
            "sub/yes.lazy": "",
            "sub/inner/no.lazy": "",
        },
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    told = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.lazy"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert sorted(found(tmp_path)) == sorted(told.stdout.split())


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_to_directories_are_not_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"a/.lazy": ""})
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "b.lazy").symlink_to(tmp_path / "a" / ".lazy")
    assert found(tmp_path) == ["b.lazy", "a/.lazy"]


def test_a_named_file_counts_although_it_is_ignored(tmp_path: Path) -> None:
    lay(tmp_path, {".gitignore": "*.lazy\n", "x.lazy": ""})
    assert list(lazy_files([str(tmp_path / "x.lazy")])) == [tmp_path / "x.lazy"]
