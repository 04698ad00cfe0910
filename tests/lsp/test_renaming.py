"""Renames of what a `.lazy` file and a Dockerfile share, of artifacts, and of files that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.diagnostic import Source
from lazyoci_lsp.text import dockerfile_names, uris
from tests.lsp.kit import Editor, apply, cursor, editor

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
