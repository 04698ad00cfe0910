"""What registries say shows in the editor, by itself and in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.cli import lazyoci
from tests.lsp.kit import Editor, editor
from tests.servers import docker_registry

pytestmark = pytest.mark.asyncio

FILE = """\
version: 1
artifacts:
  - type: artifact
    name: app
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - registry: {0}/team/app
        tags: ["1.4.2", latest]
"""
REGISTRY, TAG = (6, 25), (7, 17)


def options(checks: str = "anonymous", **registry: Any) -> dict[str, Any]:
    return {"registry": {"checks": checks, **registry}}


def write(root: Path, host: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(FILE.format(host), "utf-8")
    return root


async def hover_until(one: Editor, uri: str, place: tuple[int, int], words: str) -> str:
    """Hover again and again, as long as the registry is being asked."""
    said = ""
    while words not in said:
        said = await one.hover(uri, place)
    return said


async def test_a_tag_is_absent_until_it_is_pushed(tmp_path: Path) -> None:
    """The story of issue 5: absent, pushed, there; the registry goes away, and comes back."""
    with docker_registry(tmp_path / "registry") as real:
        root = write(tmp_path / "project", real.host)
        port = int(real.host.rpartition(":")[2])
        async with editor(root, tmp_path / "home", options=options(retryAfter=1)) as one:
            uri = one.open(".lazy")
            said = await hover_until(one, uri, TAG, "absent")
            assert "**absent**: a push would create it (checked " in said
            assert "ago, anonymously)" in said
            assert await one.codes(uri) == []
            built = lazyoci("build", ".lazy", cwd=root)
            assert built.code == 0, built.err
            digest = real.tag("team/app", "1.4.2")
            said = await hover_until(one, uri, TAG, "**exists**")
            assert f"**exists**: `{digest}`" in said
            said = await hover_until(one, uri, TAG, "the same as a push would give")
            assert await one.codes(uri) == []
            real.process.terminate()
            real.process.wait()
            one.save(uri)  # what is there is believed for ten minutes
            await one.client.workspace_execute_command_async(
                types.ExecuteCommandParams("lazyoci.checkAgain", arguments=[uri])
            )
            await one.until_codes(uri, lambda codes: codes == ["registry-unreachable"])
            (found,) = await one.diagnostics(uri)
            assert found.severity == types.DiagnosticSeverity.Information
            assert f"nothing listens at {real.host}" in found.message
            assert "(checked at " in found.message
            assert "cannot be reached" in await one.hover(uri, TAG)
            with docker_registry(tmp_path / "registry", port=port):
                await one.until_codes(uri, lambda codes: codes == [])
