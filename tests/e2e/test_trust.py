"""The table of docs/explanation/trust.md: what each face starts in a stranger's repository, with traps that record."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.cli import lazyoci
from tests.git_traps import Trap, arm, bare, repository
from tests.lsp.kit import capabilities, editor, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")
LAZY = (
    "version: 1\nartifacts:\n  - type: artifact\n    files: [{path: README, mediaType: text/plain}]\n"
    "    targets: [{registry: registry.invalid/a, tags: ['{{ .Version }}', '{{ .GitSHA }}', 'x{{ .GitDirty }}']}]\n"
)
PLANTED = ("git", "docker", "docker-buildx", "buildah", "podman", "skopeo", "docker-credential-x", "sh", "python3")
FACES = {
    "validate": ["validate"],
    "hook": ["validate", ".lazy"],
    "resolve": ["validate", "--resolve"],
    "preview": ["preview"],
    "html": ["preview", "-o", "html"],
    "dry run": ["build", "--dry-run", "--allow-unresolved"],
    "no push": ["build", "--no-push"],
    "init": ["init", "--stdout"],
    "start": [],
}


@pytest.fixture(params=["clone", "bare inside"])
def hostile(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Trap]:
    """A repository with every trap, and its programs in the directory that is worked in."""
    (tmp_path / "trap").mkdir()
    trap = Trap(tmp_path / "trap")
    root = repository(tmp_path / "clone")
    if request.param == "clone":
        arm(root, trap)
        place = root
    else:
        place = bare(root / "sub" / "inner", trap)
    (place / ".lazy").write_text(LAZY)
    (place / "README").write_text("x")
    for name in PLANTED:
        (place / name).write_text(trap.script.read_text())
        (place / name).chmod(0o755)
    return place, trap


@pytest.mark.parametrize("face", FACES)
def test_no_command_runs_what_a_repository_names(face: str, hostile: tuple[Path, Trap]) -> None:
    place, trap = hostile
    ran = lazyoci(*FACES[face], cwd=place, PATH=f".:{os.environ['PATH']}")
    assert trap.runs == []
    assert ran.code in (0, 1)
    if face in ("preview", "dry run"):
        assert "1.2.3" in ran.out  # git was asked, and has answered


@pytest.mark.asyncio
@pytest.mark.parametrize("trusted", [True, False])
async def test_no_editor_does(trusted: bool, hostile: tuple[Path, Trap], tmp_path: Path) -> None:
    place, trap = hostile
    options = {"trusted": trusted, "registry": {"checks": "off"}}
    environ = environment(
        tmp_path / "home", {"PATH": f".:{os.path.relpath(place, tmp_path / 'home')}:{os.environ['PATH']}"}
    )
    able = capabilities(pull=True)
    async with editor(place, tmp_path / "home", options=options, environ=environ, client_capabilities=able) as one:
        found = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        assert [item.uri for item in found.items]
        assert await one.client.workspace_symbol_async(types.WorkspaceSymbolParams(""))
        uri = one.open(".lazy")
        hints = await one.hints(uri)
        assert hints
        assert ("1.2.3" in json.dumps(hints)) is trusted
        await one.hover(uri, (4, 60))
    assert trap.runs == []
