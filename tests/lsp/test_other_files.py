"""References that two files of the workspace write: told in the one that is open, whether the other is or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.kit import Editor, capabilities, editor

FILE = """\
version: 1
artifacts:
  - type: docker
    name: {name}
    image: nginx:1.27
    targets:
      - registry: ghcr.io/acme/{repository}
        tags: ["{tag}"]
"""


def write(root: Path, name: str, repository: str = "app", tag: str = "v1.2.3") -> Path:
    path = root / name / ".lazy"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE.format(name=name, repository=repository, tag=tag), encoding="utf-8")
    return path


def collisions(one: Editor, uri: str) -> list[types.Diagnostic] | None:
    """Those last published of a document; None before anything was."""
    mine = [params for params in one.published if params.uri == uri]
    return [found for found in mine[-1].diagnostics if found.code == "reference-collision"] if mine else None


async def collision(one: Editor, uri: str) -> types.Diagnostic:
    """The only one, once there is one."""
    found = await one.until(lambda: collisions(one, uri))
    assert len(found) == 1
    return found[0]


@pytest.mark.asyncio
@pytest.mark.parametrize("tag", ["v1.2.3", "{{ .Version }}"])
async def test_a_file_that_is_not_open_is_compared(tmp_path: Path, tag: str) -> None:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    write(root, "a", tag=tag)
    write(root, "b", tag=tag)
    write(root, "c", "other", tag=tag)
    async with editor(root, tmp_path / "home") as one:
        uri = one.open("a/.lazy")
        found = await collision(one, uri)
        assert '"b" of' in found.message
        assert found.related_information is not None
        (other,) = found.related_information
        assert other.location.uri.endswith("/b/.lazy")
        assert other.location.range.start == types.Position(7, 15)
        # mended in the text of the editor, then broken by the file that is not open
        one.change(uri, one.text[uri].replace("acme/app", "acme/mine"))
        assert await one.until(lambda: collisions(one, uri) == [])
        one.changed_on_disk(write(root, "c", "mine", tag=tag))
        assert '"c" of' in (await collision(one, uri)).message


@pytest.mark.asyncio
async def test_two_open_files_tell_each_of_the_other(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(root, "a")
    write(root, "b", "other")
    async with editor(root, tmp_path / "home") as one:
        a, b = one.open("a/.lazy"), one.open("b/.lazy")
        assert await one.until(lambda: collisions(one, a) == collisions(one, b) == [])
        one.change(b, one.text[b].replace("acme/other", "acme/app"))
        assert await one.until(lambda: collisions(one, a) and collisions(one, b))
        one.change(a, one.text[a].replace("v1.2.3", "v1.2.4"))
        assert await one.until(lambda: collisions(one, a) == collisions(one, b) == [])
        one.close(b)
        one.change(a, one.text[a].replace("acme/app", "acme/other").replace("v1.2.4", "v1.2.3"))
        assert '"b" of' in (await collision(one, a)).message  # as it lies on the disk


@pytest.mark.asyncio
async def test_a_workspace_pull_tells_both(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(root, "a")
    write(root, "b")
    async with editor(root, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:

        async def told() -> set[str]:
            report = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
            return {
                Path(item.uri).parent.name
                for item in report.items
                if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)
                and any(found.code == "reference-collision" for found in item.items)
            }

        await one.until(lambda: types.WORKSPACE_DIAGNOSTIC_REFRESH in one.requests)
        assert await told() == {"a", "b"}


@pytest.mark.asyncio
async def test_files_that_are_not_open_tell_no_information(tmp_path: Path) -> None:
    """Of hundreds of files the missing values would hide what is wrong."""
    root = tmp_path / "project"
    for name in ("a", "b"):
        write(root, name, name, tag="{{ .Tag }}")
    async with editor(root, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open("a/.lazy")
        report = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        told = {
            item.uri: [found.code for found in item.items]
            for item in report.items
            if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)
        }
        assert told == {uri: ["unresolved-variable"], one.uri("b/.lazy"): []}
