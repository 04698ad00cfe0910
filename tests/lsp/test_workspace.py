"""Workspaces with many files: all are checked and it is told how far that is, or it is told that some are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci.diagnostic import Severity
from lazyoci.world import NoGit
from lazyoci_lsp.state import workspace
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.workers import Background
from tests.lsp.kit import capabilities, editor

pytestmark = pytest.mark.asyncio

TEXT = """\
version: 1
artifacts:
  - type: docker
    image: nginx:1.29
    targets: [{registry: ghcr.io/acme/web, tags: ["{{ .Versoin }}", "{{ .Tag }}"]}]
"""


def write(root: Path, count: int) -> None:
    for number in range(count):
        path = root / f"s{number:03}" / ".lazy"
        path.parent.mkdir(parents=True)
        path.write_text(TEXT.replace("acme/web", f"acme/web{number}"), "utf-8")


async def test_all_are_checked_and_it_is_told_how_far_that_is(tmp_path: Path) -> None:
    write(tmp_path / "many", 230)
    able = capabilities(pull=True)
    async with editor(tmp_path / "many", tmp_path / "home", client_capabilities=able) as one:
        report = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[]))
        assert len(report.items) == 230
        found = [item for item in report.items if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)]
        assert {tuple(each.code for each in item.items) for item in found} == {("unknown-variable",)}
        told = [each for said in one.client.progress_reports.values() for each in said]
        assert isinstance(told[0], types.WorkDoneProgressBegin)
        assert isinstance(told[-1], types.WorkDoneProgressEnd)
        assert any(isinstance(each, types.WorkDoneProgressReport) and each.message for each in told)


async def test_what_is_left_out_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "_MOST", 3)
    write(tmp_path, 5)
    warned: list[str] = []
    changes = Changes(lambda: None)
    files = WorkspaceFiles(
        lambda: (tmp_path,),
        changes,
        Background(),
        conditions=lambda: Conditions(Configuration(), NoGit(), {}, tmp_path, changes.generation),
        tell=lambda done, total: None,
        warn=warned.append,
    )
    paths = await files.paths()
    assert len(paths) == 3
    files.forget()
    assert await files.paths() == paths
    assert warned == ["more than 3 .lazy files are in the workspace; only 3 of them are checked"]
    found = await files.findings(paths[0])
    assert found is not None
    assert [(one.code, one.severity) for one in found.diagnostics] == [("unknown-variable", Severity.ERROR)]
    assert await files.findings(paths[0]) is found
    changes.generation += 1
    again = await files.findings(paths[0])
    assert again is not found
    assert await files.findings(tmp_path / "none" / ".lazy") is None
