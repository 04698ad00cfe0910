"""Renames of what a `.lazy` file and a Dockerfile share, of artifacts, and of files that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.diagnostic import Source
from lazyoci_lsp.text import dockerfile_names, uris
from tests.e2e.cli import repository
from tests.lsp.kit import Editor, apply, capabilities, cursor, editor

DOCKERFILE = """\
# REVISION in a comment, $REVISION too
ARG REVISION=none
FROM alpine:$REVISION AS Build
ARG REVISION \\
    OTHER=${REVISION:-x}
LABEL a="${REVISION}" b=\\$REVISION c=$REVISIONS
FROM build AS last
COPY --from=build /a /b
RUN --mount=type=bind,from=build,target=/x true build
"""
TEXT = """\
version: 1
artifacts:
  - type: image
    name: shop
    target: build
    buildArgs: {REVISION: "1", OTHER: "2"}
    targets: [{registry: ghcr.io/acme/shop, tags: ["{{ .Name }}"]}]
  - type: image
    name: other
    dockerfile: other.Dockerfile
    buildArgs: {REVISION: "1"}
    targets: [{registry: ghcr.io/acme/other, tags: [v1]}]
"""
INNER = """\
version: 1
artifacts:
  - type: image
    dockerfile: ../Dockerfile
    context: ..
    target: BUILD
    buildArgs: {"REVISION": x}
    targets: [{registry: ghcr.io/acme/inner, tags: [v1]}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "inner").mkdir(parents=True)
    (root / "Dockerfile").write_text(DOCKERFILE, "utf-8")
    (root / "other.Dockerfile").write_text("FROM scratch\nARG REVISION\n", "utf-8")
    (root / ".lazy").write_text(TEXT, "utf-8")
    (root / "inner" / ".lazy").write_text(INNER, "utf-8")
    return root


def place(needle: str, within: int = 1) -> tuple[int, int]:
    return cursor(TEXT.replace(needle, needle[:within] + "¦" + needle[within:], 1))[1]


async def rename(one: Editor, uri: str, at: tuple[int, int], name: str) -> dict[str, str]:
    """The texts of all files after a rename, by their names relative to the workspace."""
    params = types.RenameParams(new_name=name, **one.at(uri, at))
    return after(one, await one.client.text_document_rename_async(params))


def after(one: Editor, edit: types.WorkspaceEdit | None) -> dict[str, str]:
    assert edit is not None
    assert one.root is not None
    found = {}
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        path = uris.to_path(change.text_document.uri)
        assert path is not None
        edits = [item for item in change.edits if isinstance(item, types.TextEdit)]
        found[path.relative_to(one.root).as_posix()] = apply(path.read_text("utf-8"), edits)
    return found


def test_where_a_dockerfile_writes_a_name() -> None:
    source = Source(DOCKERFILE)
    spans = dockerfile_names.argument(source, "REVISION")
    assert [source.position(span.start) for span in spans] == [(1, 4), (2, 13), (3, 4), (4, 12), (5, 11)]
    assert {source.text[span.start : span.end] for span in spans} == {"REVISION"}
    spans = dockerfile_names.stage(source, "build")
    assert [source.position(span.start) for span in spans] == [(2, 25), (6, 5), (7, 12), (8, 27)]
    assert not dockerfile_names.sets_variable(source, "REVISION")
    assert dockerfile_names.sets_variable(Source("FROM a\nENV A=1 \\\n  REVISION=2\n"), "REVISION")


@pytest.mark.asyncio
async def test_a_build_argument_is_renamed_in_all_that_uses_its_dockerfile(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        found = await rename(one, uri, place("REVISION"), "COMMIT")
        assert found == {
            ".lazy": TEXT.replace("REVISION", "COMMIT", 1),
            "inner/.lazy": INNER.replace("REVISION", "COMMIT"),
            "Dockerfile": DOCKERFILE.replace("ARG REVISION", "ARG COMMIT")
            .replace("alpine:$REVISION", "alpine:$COMMIT")
            .replace("${REVISION", "${COMMIT"),
        }
        for name, words in (("OTHER", "has OTHER already"), ("a-b", "cannot name"), ("HTTP_PROXY", "cannot name")):
            with pytest.raises(JsonRpcException, match=words):
                await rename(one, uri, place("REVISION"), name)


@pytest.mark.asyncio
async def test_a_stage_is_renamed(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        found = await rename(one, uri, place("target: build", 9), "compile")
        assert found[".lazy"] == TEXT.replace("target: build", "target: compile")
        assert found["inner/.lazy"] == INNER.replace("BUILD", "compile")
        assert found["Dockerfile"] == (
            DOCKERFILE.replace("AS Build", "AS compile")
            .replace("FROM build", "FROM compile")
            .replace("from=build", "from=compile")
        )
        for name, words in (("last", "has last already"), ("1a", "cannot name a stage")):
            with pytest.raises(JsonRpcException, match=words):
                await rename(one, uri, place("target: build", 9), name)


@pytest.mark.asyncio
async def test_an_artifact_is_renamed_where_it_says_its_name(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        assert await rename(one, uri, place("name: shop", 7), "on") == {
            ".lazy": TEXT.replace("name: shop", 'name: "on"')
        }
        with pytest.raises(JsonRpcException, match="line 9 has it"):
            await rename(one, uri, place("name: shop", 7), "other")


@pytest.mark.asyncio
async def test_only_the_workspace_is_changed(project: Path, tmp_path: Path) -> None:
    (project / ".lazy").rename(project / "inner" / "own.lazy")
    async with editor(project / "inner", tmp_path / "home") as one:
        uri = one.open(".lazy")
        line = INNER.splitlines().index('    buildArgs: {"REVISION": x}')
        with pytest.raises(JsonRpcException, match="outside of the workspace"):
            await rename(one, uri, (line, 18), "COMMIT")


NAMES = """\
version: 1
artifacts:
  - type: image
    context: ./services/api
    dockerfile: ./services/api/Dockerfile
    targets: [{registry: ghcr.io/acme/api, tags: [v1]}]
  - type: image
    targets: [{registry: ghcr.io/acme/app, tags: [v1]}]
  - type: helm
    chartPath: charts/api/
    versionFrom: {file: charts/api/Chart.yaml}
    targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .ChartVersion }}"]}]
  - type: artifact
    files:
      - {path: "docs/*.md", mediaType: text/markdown}
      - {path: docs, mediaType: text/markdown}
    targets: [{registry: ghcr.io/acme/docs, tags: [v1]}]
"""


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A workspace whose `.lazy` file names files and directories of every kind."""
    root = tmp_path / "named"
    for name, text in {
        "services/api/Dockerfile": "FROM scratch\n",
        "Dockerfile": "FROM scratch\n",
        "charts/api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
        "docs/a.md": "a\n",
        ".lazy": NAMES,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def moving() -> types.ClientCapabilities:
    able = capabilities(pull=True)
    assert able.workspace is not None
    able.workspace.file_operations = types.FileOperationClientCapabilities(will_rename=True)
    return able


@pytest.mark.asyncio
@pytest.mark.parametrize("opened", [True, False])
@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        (
            "services/api/Dockerfile",
            "services/api/prod.Dockerfile",
            {"./services/api/Dockerfile": "./services/api/prod.Dockerfile"},
        ),
        ("services", "apps", {"./services/api": "./apps/api"}),
        ("charts/api", "charts/shop", {"charts/api/": "charts/shop/"}),
        ("docs", "pages/docs", {'"docs/*.md"': '"pages/docs/*.md"', "path: docs,": "path: pages/docs,"}),
        (
            "Dockerfile",
            "Containerfile",
            {"  - type: image\n    targets": "  - type: image\n    dockerfile: Containerfile\n    targets"},
        ),
        ("docs/a.md", "docs/b.md", None),
    ],
)
async def test_paths_follow_what_they_name(
    named: Path, tmp_path: Path, old: str, new: str, replaced: dict[str, str] | None, opened: bool
) -> None:
    async with editor(named, tmp_path / "home", client_capabilities=moving()) as one:
        uri = one.open(".lazy") if opened else one.uri(".lazy")
        params = types.RenameFilesParams([types.FileRename(one.uri(old), one.uri(new))])
        edit = await one.client.workspace_will_rename_files_async(params)
        if replaced is None:
            assert edit is None
            return
        wanted = NAMES
        for before, now in replaced.items():
            assert before in wanted
            wanted = wanted.replace(before, now)
        assert after(one, edit) == {".lazy": wanted}
        (named / new).parent.mkdir(parents=True, exist_ok=True)
        (named / old).rename(named / new)
        (named / ".lazy").write_text(wanted, "utf-8")
        uri = one.open(".lazy")
        assert [
            item.code for item in (await one.pull(uri)).items if item.severity == types.DiagnosticSeverity.Error
        ] == []


@pytest.mark.asyncio
async def test_the_paths_of_a_file_that_is_moved_itself(named: Path, tmp_path: Path) -> None:
    repository(named)  # within it paths may lead upwards
    async with editor(named, tmp_path / "home", client_capabilities=moving()) as one:
        params = types.RenameFilesParams([types.FileRename(one.uri(".lazy"), one.uri("deploy/.lazy"))])
        moved = after(one, await one.client.workspace_will_rename_files_async(params))[".lazy"]
        (named / "deploy").mkdir()
        (named / ".lazy").unlink()
        (named / "deploy" / ".lazy").write_text(moved, "utf-8")
        assert "  - type: image\n    context: ..\n    dockerfile: ../Dockerfile\n" in moved
        uri = one.open("deploy/.lazy")
        assert [
            item.code for item in (await one.pull(uri)).items if item.severity == types.DiagnosticSeverity.Error
        ] == []
