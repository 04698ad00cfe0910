"""What changes outside of the editor shows in it without an edit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lazyoci_lsp.state.watching import Watcher, git_files, signature
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Documents
from lazyoci_lsp.workers import Background
from tests.e2e.cli import environment, git, repository
from tests.lsp.kit import Editor, capabilities, editor

TEXT = """\
version: 1
artifacts:
  - type: artifact
    files: [{path: a.txt, mediaType: text/plain}]
    targets:
      - registry: ghcr.io/acme/app
        tags: ["{{ .Version }}", "{{ .GitBranch }}"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(TEXT, "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    return root


async def refreshed(one: Editor, before: int) -> None:
    """Wait until the server has the client ask for hints again."""
    await one.until(lambda: one.requests.count(types.WORKSPACE_INLAY_HINT_REFRESH) > before)


async def until_same(one: Editor, ask: Callable[[], Awaitable[list[Any]]], wanted: list[Any]) -> None:
    """Ask again whenever the server says so, until this is answered: git changes its files one after the other."""
    while True:
        before = one.requests.count(types.WORKSPACE_INLAY_HINT_REFRESH)
        if await ask() == wanted:
            return
        await refreshed(one, before)


async def pulled(one: Editor, uri: str) -> list[Any]:
    """The codes of the diagnostics that the server answers."""
    return [item.code for item in (await one.pull(uri)).items]


@pytest.mark.asyncio
async def test_a_branch_switch_changes_hints_and_brings_a_fix(project: Path, tmp_path: Path) -> None:
    """Hover, another branch, a diagnostic, its fix."""
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        assert await one.hints(uri) == ["→ ghcr.io/acme/app:1.4.2", "→ ghcr.io/acme/app:main"]
        assert "git tag v1.4.2, on HEAD" in await one.hover(uri, (6, 20))
        assert await one.codes(uri) == []
        git(project, "checkout", "--quiet", "-b", "feature/x")
        await until_same(one, lambda: one.hints(uri), ["→ ghcr.io/acme/app:1.4.2", "→ ghcr.io/acme/app:feature/x"])
        await one.until_codes(uri, lambda codes: codes == ["invalid-tag"])
        (action,) = [one_ for title, one_ in (await one.actions(uri, (6, 40))).items() if "tagify" in title]
        one.change(uri, one.applied(uri, action.edit))
        assert await one.codes(uri) == []
        assert (await one.hints(uri))[1] == "→ ghcr.io/acme/app:feature-x"


@pytest.mark.asyncio
async def test_commits_and_tags_show(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy")
        await one.hints(uri)
        git(project, "commit", "--quiet", "--allow-empty", "--message=two")
        await until_same(one, lambda: pulled(one, uri), ["version-from-ancestor"])
        assert types.WORKSPACE_DIAGNOSTIC_REFRESH in one.requests
        git(project, "tag", "v1.5.0")
        await until_same(one, lambda: one.hints(uri), ["→ ghcr.io/acme/app:1.5.0", "→ ghcr.io/acme/app:main"])


@pytest.mark.asyncio
async def test_files_that_the_client_watches(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        await one.until(lambda: types.CLIENT_REGISTER_CAPABILITY in one.requests)
        uri = one.open(".lazy")
        assert await one.codes(uri) == []
        (project / "a.txt").unlink()
        one.changed_on_disk(project / "a.txt")
        assert "missing-file" in await one.until_codes(uri, lambda codes: "missing-file" in codes)


@pytest.mark.asyncio
async def test_files_that_nobody_watches_are_looked_at(project: Path, tmp_path: Path) -> None:
    able = capabilities()
    assert able.workspace is not None
    able.workspace.did_change_watched_files = None
    async with editor(project, tmp_path / "home", client_capabilities=able) as one:
        uri = one.open(".lazy")
        assert await one.codes(uri) == []
        # the first looks only remember how things are, so the file has to change after them: change it until it shows
        while "missing-file" not in [str(found.code) for found in one.published[-1].diagnostics]:
            (project / "a.txt").write_text("a\n", "utf-8")
            await asyncio.sleep(4.0)
            (project / "a.txt").unlink()
            await asyncio.sleep(4.0)


@pytest.mark.asyncio
async def test_an_unsaved_dockerfile_counts(tmp_path: Path) -> None:
    text = TEXT.replace("type: artifact", "type: image").replace(
        "files: [{path: a.txt, mediaType: text/plain}]", "buildArgs: {GO: '1'}"
    )
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", "utf-8")
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        assert await one.codes(uri) == ["unused-build-arg"]
        one.open("Dockerfile", "FROM scratch\nARG GO\n", language="dockerfile")
        await one.until_codes(uri, lambda codes: "unused-build-arg" not in codes)


@pytest.mark.asyncio
async def test_settings_are_asked_for_and_taken(project: Path, tmp_path: Path) -> None:
    settings = {
        "preview": {"tag": "v9.0.0"},
        "registry": {"checks": "off"},
        "rules": {"severities": {"unknown-variable": "info", "empty-list": "off"}},
    }
    async with editor(project, tmp_path / "home", settings=settings) as one:
        uri = one.open(".lazy", TEXT.replace(".GitBranch", ".Branch"))
        await one.until(lambda: one.published and one.published[-1].diagnostics)
        await one.until(lambda: one.published[-1].diagnostics[0].severity == types.DiagnosticSeverity.Information)
        assert (await one.hints(uri))[0].endswith(":9.0.0")
        one.client.set_configuration({"preview": {"tag": "v9.1.0"}}, section="lazyoci")
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
        await one.until(lambda: one.published[-1].diagnostics[0].severity == types.DiagnosticSeverity.Error)
        assert (await one.hints(uri))[0].endswith(":9.1.0")
        one.client.set_configuration({"preview": {"tag": 3}}, section="lazyoci")
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
        await one.until(lambda: any("lazyoci.preview.tag has to be a text" in message for message in one.shown))


@pytest.mark.asyncio
async def test_a_login_before_the_first_look_is_noticed(tmp_path: Path) -> None:
    environ, changes = environment(tmp_path), list[str]()

    class Listening:
        def world_changed(self, *, git: bool = False) -> None:
            changes.append("git" if git else "world")

        def user_changed(self) -> None:
            changes.append("user")

    watcher = Watcher(
        Documents(Converter()), Background(), seen=frozenset, environ=lambda: environ, listener=Listening()
    )
    watcher.remember_user(environ)  # as the prober does before it reads credentials
    docker = Path(environ["HOME"]) / ".docker"
    docker.mkdir(parents=True)
    (docker / "config.json").write_text("{}", "utf-8")
    await watcher._look_at_user()
    await watcher._look_at_user()
    assert changes == ["user"]


def test_git_files_of_worktrees_and_packed_references(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(project, "worktree", "add", "--quiet", str(other), "-b", "side")
    for directory, change in (
        (project, ["commit", "--quiet", "--allow-empty", "--message=x"]),
        (other, ["commit", "--quiet", "--allow-empty", "--message=y"]),
        (other, ["tag", "v3"]),
        (project, ["checkout", "--quiet", "-b", "third"]),
        (project, ["pack-refs", "--all"]),
    ):
        before = signature(git_files(directory))
        assert before.count(None) <= 1  # packed-refs may not be there yet
        git(directory, *change)
        assert signature(git_files(directory)) != before
    assert git_files(tmp_path / "home") == []
