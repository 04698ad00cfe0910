"""Rule of conduct 4: half-typed YAML still works. What is known stays until something better is."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci_lsp.text import uris
from tests.e2e.cli import git, repository
from tests.lsp.kit import Editor, cursor, editor

pytestmark = pytest.mark.asyncio

TEXT = """\
version: 1
artifacts:
  - type: helm
    name: shop
    chartPath: chart
    targets:
      - registry: ghcr.io/acme/charts/shop
        tags: ["{{ .ChartVersion }}", "{{ .Version }}"]
  - type: artifact
    files: [{path: a.txt, mediaType: text/plain}]
    targets:
      - registry: quay.io/acme/notes
        tags: ["{{ .Version }}"]
"""
# what breaks while it is typed: a quote, a bracket, a template without quotes, a key without a colon, a stray dash
BREAKS = ['    name: "sho\n', "    x: [1,\n", "    x: {{ .Tag\n", "    platf\n", "    -\n", "    x: 'a\n", "\tx: 1\n"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "chart").mkdir(parents=True)
    (root / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.3.0\n", "utf-8")
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(TEXT, "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    return root


async def lenses(one: Editor, uri: str) -> list[tuple[int, str]]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    found = await one.client.text_document_code_lens_async(params) or ()
    return [(lens.range.start.line, lens.command.title) for lens in found if lens.command is not None]


async def links(one: Editor, uri: str) -> list[tuple[int, str | None]]:
    params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
    found = await one.client.text_document_document_link_async(params) or ()
    return [(link.range.start.line, link.target) for link in found]


@pytest.mark.parametrize("broken", BREAKS)
async def test_what_stands_beside_the_text_stays_while_it_is_broken(project: Path, tmp_path: Path, broken: str) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        hints, before, leads = await one.hints(uri), await lenses(one, uri), await links(one, uri)
        assert hints == [
            "→ ghcr.io/acme/charts/shop:0.3.0",
            "→ ghcr.io/acme/charts/shop:1.4.2",
            "→ quay.io/acme/notes:1.4.2",
        ]
        assert len(leads) == 4
        at = TEXT.index("    chartPath")
        one.change(uri, TEXT[:at] + broken + TEXT[at:])
        assert set(await one.codes(uri)) & {"yaml-syntax", "unquoted-template", "unknown-key", "wrong-type"}
        assert await one.hints(uri) == hints

        def moved(line: int) -> int:
            return line + 1 if line >= 4 else line

        assert await lenses(one, uri) == [(moved(line), title) for line, title in before]
        assert await links(one, uri) == [(moved(line), target) for line, target in leads]
        said = await one.hover(uri, (8, 21))
        assert "**ghcr.io/acme/charts/shop:0.3.0**" in said
        assert "| `.ChartVersion` | `0.3.0` |" in said
        document = types.TextDocumentIdentifier(uri)
        symbols = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(document)) or ()
        assert len(symbols) == 2
        assert await one.client.text_document_folding_range_async(types.FoldingRangeParams(document))
        labels = {item.label for item in await one.complete(uri, (8, 19))}
        assert ".ChartVersion" in labels


async def test_a_file_that_was_never_right_has_keys_and_documentation(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        text, position = cursor(TEXT.replace("    chartPath: chart\n", "    chartPath: 'c\n    ¦\n"))
        uri = one.open(".lazy", text)
        assert {"annotations"} <= {item.label for item in await one.complete(uri, position)}
        assert "Where to push" in await one.hover(uri, (6, 6))
        assert await one.hints(uri) == ["→ quay.io/acme/notes:1.4.2"]  # of the artifact that can be read


async def test_values_of_the_artifact_around_the_cursor(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        await one.diagnostics(uri)
        inside = {item.label: item.detail for item in await one.complete(uri, (7, 20))}
        assert inside[".ChartVersion"] == "0.3.0  (chart/Chart.yaml:3)"
        assert inside[".Name"] == "shop  (the artifact's name)"
        other = {item.label: item.detail for item in await one.complete(uri, (12, 20))}
        assert ".ChartVersion" not in other
        assert other[".Name"] == "not set: give the artifact a name"
        assert "**.ChartVersion** = `0.3.0` (chart/Chart.yaml:3)" in await one.hover(uri, (7, 22))


async def test_completion_is_of_the_text_as_it_is_now_whatever_is_being_checked(project: Path, tmp_path: Path) -> None:
    """Rule 6: an edit and a question at once; the answer knows the edit, and no check has been waited for."""
    text = TEXT + "".join(
        f"  - type: docker\n    name: n{n}\n    image: a{n}\n    targets: [{{registry: ghcr.io/a/b{n}, tags: ['1']}}]\n"
        for n in range(300)
    )
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(uris.from_path(project / ".lazy"), text)
        lines = text.count("\n")
        one.edit(uri, (lines, 0), (lines, 0), "  - ty")
        found = await one.complete(uri, (lines, 6))
        assert "type" in {item.label for item in found}
        assert one.published == []  # the check of the version before is still under way
        await one.until(lambda: one.published)
        assert {params.version for params in one.published} == {2}


async def test_completion_answers_also_where_no_such_thing_belongs(tmp_path: Path) -> None:
    keys = ("type", "platforms", "buildArgs", "annotations", "files", "targets", "tags", "image", "nothing")
    values = ("¦", "[¦", "[[¦", "{¦", "{a: ¦", "\n      - ¦", "\n      - - ¦", "\n        x: ¦", "'¦", '"{{ ¦')
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", "")
        for key, value in product(keys, values):
            text, position = cursor(f"version: 1\nartifacts:\n  - name: a\n    {key}: {value}")
            one.change(uri, text)
            await one.complete(uri, position)  # an internal error would be raised here


async def test_a_broken_artifact_in_a_checked_file_stays_in_outline_and_folding(project: Path, tmp_path: Path) -> None:
    """Also where its alias names nothing, and where it never was right."""
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        assert len(await one.hints(uri)) == 3
        document = types.TextDocumentIdentifier(uri)
        for broken in ('    x: "\n', "    x: [*none\n", "    platf\n", "    annotations: {a: b\n"):
            one.change(uri, TEXT.replace("    name: shop\n", f"    name: shop\n{broken}"))
            symbols = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(document)) or ()
            assert len(symbols) == 2, broken
            folds = await one.client.text_document_folding_range_async(types.FoldingRangeParams(document)) or ()
            assert {fold.start_line for fold in folds} >= {1, 2}, broken
            assert len(await one.hints(uri)) == 3
            titles = [title for _, title in await lenses(one, uri)]
            assert titles.count("Dry run") == 2
            assert titles[0].startswith("2 artifacts, 3 references")
