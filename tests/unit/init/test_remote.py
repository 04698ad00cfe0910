"""Where artifacts belong, by the git remote."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazyoci.init.remote import Home, find_home, split_url
from lazyoci.oci.reference import parse_repository
from lazyoci.oci.repository_part import repository_part
from tests.e2e.cli import git, repository


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("git@github.com:Acme/Shop.git", ("github.com", "Acme/Shop")),
        ("github.com:acme/shop", ("github.com", "acme/shop")),
        ("https://GitHub.com/acme/shop/", ("github.com", "acme/shop")),
        ("https://user:secret@github.com/acme/shop.git", ("github.com", "acme/shop")),
        ("ssh://git@ssh.github.com:443/acme/shop.git", ("ssh.github.com", "acme/shop")),
        ("https://gitlab.com/group/sub/project.git", ("gitlab.com", "group/sub/project")),
        ("git@host:/srv/git/x.git", ("host", "srv/git/x")),
        ("/srv/git/x.git", None),
        ("../x", None),
        ("file:///srv/git/x", None),
        ("C:\\repositories\\x", None),
        ("C:/repositories/x", None),
        ("ext::sh -c x", None),
        ("https://[bad", None),
        ("", None),
    ],
)
def test_split_url(url: str, expected: tuple[str, str] | None) -> None:
    assert split_url(url) == expected


@given(st.text(max_size=40))
@example("A__b--c..d._e")
@example("a_-b")
@example("___")
def test_a_path_part_is_one_or_empty(text: str) -> None:
    part = repository_part(text)
    if part:
        assert parse_repository(f"r.example/{part}").path == part
    assert repository_part(part) == part


@pytest.mark.parametrize(
    ("remotes", "expected"),
    [
        ({"origin": "git@github.com:Acme/Shop.git"}, Home("ghcr.io/acme/shop", "shop", True)),
        (
            {"fork": "https://github.com/me/shop", "origin": "https://gitlab.com/Group/Sub/Shop"},
            Home("registry.gitlab.com/group/sub/shop", "shop", True),
        ),
        ({"upstream": "https://github.com/acme/other"}, Home("ghcr.io/acme/other", "other", True)),
        ({"origin": "https://git.example.com/team/tool.git"}, Home("", "tool", True)),
        ({"origin": "https://github.com/acme"}, Home("", "acme", True)),
        ({}, Home("", "here", True)),
    ],
)
def test_find_home(remotes: dict[str, str], expected: Home, tmp_path: Path) -> None:
    project = repository(tmp_path / "Here")
    for name, url in remotes.items():
        git(project, "remote", "add", name, url)
    assert find_home(project) == expected


def test_a_part_of_a_repository_has_a_part_of_its_registry(tmp_path: Path) -> None:
    project = repository(tmp_path / "shop")
    git(project, "remote", "add", "origin", "git@github.com:acme/shop")
    (project / "services" / "API").mkdir(parents=True)
    assert find_home(project / "services" / "API") == Home("ghcr.io/acme/shop/api", "api", True)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "My App").mkdir()
    assert find_home(tmp_path / "My App") == Home("", "my-app", False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_home(tmp_path / "My App") == Home("", "my-app", False)
