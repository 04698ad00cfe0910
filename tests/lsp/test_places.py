"""Positions as clients count them, and documents wherever they lie."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from lsprotocol import types

from lazyoci_lsp.text import uris
from tests.e2e.cli import repository
from tests.lsp.kit import EXAMPLES, Editor, capabilities, editor

pytestmark = pytest.mark.asyncio

# every kind of width before what is wrong, on one line: emoji, joiners, right-to-left text, line separators of Unicode
ODD = 'version: 1\nartifacts:\n  - type: docker\n    image: a\n    name: "é😀👩\u200d🚀שלום\u2028\u2029x"\n'
ODD += '    annotations: {"é😀": "{{ .Versoin }}"}\n    targets:\n      - registry: ghcr.io/acme/a\n        tags: [x]\n'
ENCODED = {"utf-8": 8, "utf-16": 16, "utf-32": 32}


def width(text: str, encoding: str) -> int:
    if encoding == "utf-32":
        return len(text)
    return len(text.encode()) if encoding == "utf-8" else len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("encoding", list(ENCODED))
async def test_ranges_and_edits_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(encodings=[encoding])) as one:
        assert one.result is not None
        assert one.result.capabilities.position_encoding == encoding
        for number, (mark, newline) in enumerate(product(("", "\ufeff"), ("\n", "\r\n"))):
            text = mark + ODD.replace("acme/a", f"acme/a{number}").replace("\n", newline)
            uri = one.open(f"{number}.lazy", text)
            (found,) = await one.diagnostics(uri)
            assert found.code == "unknown-variable"
            lines = text.split(newline)
            start = width(lines[5][: lines[5].index(".Versoin")], encoding)
            end = start + len(".Versoin")
            assert found.range == types.Range(types.Position(5, start), types.Position(5, end))
            # mend it as a client would: the server's text must then be the client's
            one.edit(uri, (5, start), (5, end), ".Version")
            assert await one.codes(uri) == []
            one.edit(uri, (4, width(lines[4], encoding)), (5, 0), f"{newline}    x: 1{newline}")
            assert await one.codes(uri) == ["unknown-key"]
            said = await one.hover(uri, (6, width('    annotations: {"é😀": "{{ .Ve', encoding)))
            assert "The version without prerelease" in said


async def test_without_an_offer_positions_are_utf_16(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        assert one.result is not None
        assert one.result.capabilities.position_encoding == "utf-16"


async def test_tabs_and_lone_carriage_returns(tmp_path: Path) -> None:
    text = "version: 1\rartifacts:\r  - type: docker\r    image:\ta\r"
    text += "    targets: [{registry: ghcr.io/a/b, tags: ['a b']}]\r"
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        (found,) = await one.diagnostics(uri)
        assert (found.code, found.range.start.line) == ("invalid-tag", 4)


async def test_a_document_that_was_never_saved(tmp_path: Path) -> None:
    """Its paths are relative to the workspace folder; without a folder nothing is said of files."""
    text = "version: 1\nartifacts:\n  - type: image\n"
    text += "    targets: [{registry: ghcr.io/a/b, tags: ['{{ .GitSHA }}', 'a b']}]\n"
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", "utf-8")
    async with editor(None, tmp_path / "home") as one:
        uri = one.open("untitled:Untitled-1", text)
        assert await one.codes(uri) == ["invalid-tag"]
        assert (await one.hints(uri))[0].startswith("→ ghcr.io/a/b:‹GitSHA›")
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open("untitled:Untitled-1", text)
        assert await one.codes(uri) == ["invalid-tag"]
    (tmp_path / "Dockerfile").unlink()
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open("untitled:Untitled-1", text)
        assert await one.codes(uri) == ["missing-dockerfile", "invalid-tag"]


async def test_a_file_opened_alone_without_a_folder(tmp_path: Path) -> None:
    root = repository(tmp_path / "elsewhere")
    (root / ".lazy").write_text((EXAMPLES / "docker" / ".lazy").read_text("utf-8"), "utf-8")
    async with editor(None, tmp_path / "home") as one:
        uri = one.open(uris.from_path(root / ".lazy"))
        assert await one.codes(uri) == []
        assert ".GitSHA" in str(await one.complete(uri, (0, 0))) or await one.hints(uri)


async def test_two_folders_each_with_its_own_files(tmp_path: Path) -> None:
    text = "version: 1\nartifacts:\n  - type: helm\n    chartPath: c\n"
    text += "    targets: [{registry: r.io/a, tags: ['{{ .ChartVersion }}']}]\n"
    for name, version in (("one", "1.0.0"), ("two", "2.0.0")):
        (tmp_path / name / "c").mkdir(parents=True)
        (tmp_path / name / "c" / "Chart.yaml").write_text(f"apiVersion: v2\nname: a\nversion: {version}\n", "utf-8")
        (tmp_path / name / ".lazy").write_text(text, "utf-8")
    folders = [tmp_path / "one", tmp_path / "two"]
    async with editor(None, tmp_path / "home", folders=folders, client_capabilities=capabilities(pull=True)) as one:
        hints = []
        for folder in folders:
            hints += await one.hints(one.open(uris.from_path(folder / ".lazy")))
        assert hints == ["→ r.io/a:1.0.0", "→ r.io/a:2.0.0"]
        report = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        assert [item.uri for item in report.items] == [uris.from_path(folder / ".lazy") for folder in folders]


async def test_a_uri_may_be_spelt_in_several_ways(tmp_path: Path) -> None:
    folder = tmp_path / "a b é"
    folder.mkdir()
    path = folder / ".lazy"
    spelt = "file://" + quote(str(path), safe="/").replace("a%20b", "%61%20b")
    async with editor(folder, tmp_path / "home") as one:
        uri = one.open(spelt, (EXAMPLES / "docker" / ".lazy").read_text("utf-8"))
        assert await one.codes(uri) == []  # published under the client's own spelling
        other = types.TextDocumentIdentifier(uris.from_path(path))
        hints = await one.client.text_document_inlay_hint_async(
            types.InlayHintParams(other, types.Range(types.Position(0, 0), types.Position(99, 0)))
        )
        assert hints


async def test_every_prefix_of_a_file_as_it_is_typed(tmp_path: Path) -> None:
    """Character by character: completion answers each time, and so do symbols and hover now and then."""
    text = (EXAMPLES / "multi" / ".lazy").read_text("utf-8")
    async with editor(EXAMPLES / "multi", tmp_path / "home") as one:
        uri = one.open(".lazy", "")
        line = column = 0
        for number, ch in enumerate(text):
            one.edit(uri, (line, column), (line, column), ch)
            line, column = (line + 1, 0) if ch == "\n" else (line, column + 1)
            await asked(one, uri, (line, column), number)
        one.text[uri] = text
        assert "yaml-syntax" not in await one.codes(uri)


async def asked(one: Editor, uri: str, position: tuple[int, int], number: int) -> None:
    """Completion must answer at every letter; every few letters the rest has to, too."""
    answer = await one.client.text_document_completion_async(types.CompletionParams(**one.at(uri, position)))
    assert answer is not None
    if number % 40 == 0:
        document = types.TextDocumentIdentifier(uri)
        await asyncio.gather(
            one.hover(uri, position),
            one.hints(uri),
            one.actions(uri, position),
            one.client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
            one.client.text_document_folding_range_async(types.FoldingRangeParams(document)),
        )


async def test_the_outline_of_half_typed_text(tmp_path: Path) -> None:
    text = (EXAMPLES / "multi" / ".lazy").read_text("utf-8")
    async with editor(EXAMPLES / "multi", tmp_path / "home") as one:
        uri = one.open(".lazy", text.replace("    name: shop-chart\n", "    name: shop-chart\n    pla\n"))
        document = types.TextDocumentIdentifier(uri)
        symbols = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert [symbol.name for symbol in symbols or ()] == ["shop", "shop-chart", "shop-api"]
        assert "Where to push" in await one.hover(uri, (7, 6))


async def test_build_arguments_and_labels_are_templates(tmp_path: Path) -> None:
    text = (
        "version: 1\nartifacts:\n  - type: image\n    name: api\n    buildArgs:\n      NAME: '{{ .Name }}'\n"
        "      NPM_TOKEN: '{{ .Name }}-x'\n    labels:\n      a: 'of {{ .Name | }}'\n"
        "    targets: [{registry: ghcr.io/acme/api, tags: [v1]}]\n"
    )
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "Dockerfile").write_text("FROM scratch\nARG NAME\nARG NPM_TOKEN\n", encoding="utf-8")
    async with editor(tmp_path / "p", tmp_path / "home") as one:
        uri = one.open(".lazy", text.replace(" | }}", " }}"))
        assert await one.hints(uri) == ["→ api", "→ of api"]
        hover = await one.hover(uri, (5, 14))
        assert "**api**" in hover
        assert "hidden" in await one.hover(uri, (6, 18))
        one.change(uri, text)
        offered = await one.complete(uri, (8, text.splitlines()[8].index("| ") + 2))
        assert {"upper", "lower"} <= {item.label for item in offered}
