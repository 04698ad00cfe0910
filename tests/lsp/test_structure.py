"""Growing selections, renames, symbols of the workspace, build arguments in all their places."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.config.read import read
from lazyoci.diagnostic import Source
from lazyoci_lsp.features.selection_range import spans
from lazyoci_lsp.features.workspace_symbol import matches
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.recovery import read_broken
from tests.lsp.kit import EXAMPLES, MARK, Editor, capabilities, cursor, editor

TEXT = """\
version: 1
x-tags: &tags ["{{ .Version }}", latest]
artifacts:
  - type: image
    name: shop
    buildArgs: &args
      GO: "1"
    targets:
      - registry: docker.io/acme/shop
        tags: *tags
  - type: image
    name: other
    dockerfile: other/Dockerfile
    buildArgs: {GO: "2"}
    targets:
      - registry: docker.io/acme/shop
        tags: ["{{ .Tag | default \\"x\\" }}"]
  # a-comment
  - # another - with dashes
    type: image
    buildArgs: *args
    targets: [{registry: quay.io/acme/shop, tags: *tags}]
"""


def growing(marked: str) -> list[str]:
    text = marked.replace(MARK, "")
    source = Source(text)
    document, _ = read(source)
    return [text[one.start : one.end] for one in spans(source, document or read_broken(source), marked.index(MARK))]


def test_selections_grow_by_what_belongs_together() -> None:
    found = growing(TEXT.replace("{{ .Tag", "{{ .T¦ag"))
    artifact = TEXT[TEXT.index("type: image\n    name: other") : TEXT.index("\n  # a-comment")]
    assert found == [
        ".Tag",
        '.Tag | default \\"x\\"',
        '{{ .Tag | default \\"x\\" }}',
        '"{{ .Tag | default \\"x\\" }}"',
        '["{{ .Tag | default \\"x\\" }}"]',
        'tags: ["{{ .Tag | default \\"x\\" }}"]',
        'registry: docker.io/acme/shop\n        tags: ["{{ .Tag | default \\"x\\" }}"]',
        '- registry: docker.io/acme/shop\n        tags: ["{{ .Tag | default \\"x\\" }}"]',
        'targets:\n      - registry: docker.io/acme/shop\n        tags: ["{{ .Tag | default \\"x\\" }}"]',
        artifact,
        f"- {artifact}",
        TEXT[TEXT.index("- type") : -1],
        TEXT[TEXT.index("artifacts:") : -1],
        TEXT[:-1],
        TEXT,
    ]


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        (TEXT.replace("latest]", "lat¦est]"), ["latest", '["{{ .Version }}", latest]']),
        (TEXT.replace("name: shop", "na¦me: shop"), ["name", "name: shop"]),
        (TEXT.replace('GO: "1"', 'GO: "¦1"'), ["1", '"1"', 'GO: "1"']),
        (
            TEXT.replace("    type: image\n    buildArgs: *args", "    type: im¦age\n    buildArgs: *args"),
            ["image", "type: image"],
        ),
        ("version: 1\nartifacts:\n  - type: helm\n    name: a\n    targets: {{ .R¦\n", [".R", "{{ .R"]),
        ("", [""]),
        ("¦", [""]),
    ],
)
def test_selections_begin_with_the_word(marked: str, first: list[str]) -> None:
    marked = marked if MARK in marked else marked + MARK
    assert growing(marked)[: len(first)] == first


def test_an_item_begins_with_its_own_dash() -> None:
    found = growing(TEXT.replace("    type: image\n    buildArgs: *args", "    ¦type: image\n    buildArgs: *args"))
    assert TEXT[TEXT.index("- # another") : -1] in found


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
@settings(max_examples=150, deadline=None)
def test_each_selection_is_within_the_next(at: int, cut: int) -> None:
    source = Source(TEXT[:cut])
    document, _ = read(source)
    found = spans(source, document or read_broken(source), min(at, cut))
    for inner, outer in itertools.pairwise(found):
        assert outer.start <= inner.start <= inner.end <= outer.end
        assert inner != outer
    assert found[-1] == (0, cut)


async def renamed(one: Editor, uri: str, marked: str, name: str) -> str:
    text, position = cursor(marked)
    one.change(uri, text)
    edit = await one.client.text_document_rename_async(types.RenameParams(new_name=name, **one.at(uri, position)))
    return one.applied(uri, edit)


@pytest.mark.asyncio
async def test_an_anchor_is_renamed_with_its_aliases(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        assert one.result is not None
        assert one.result.capabilities.rename_provider == types.RenameOptions(prepare_provider=True)
        uri = one.open(".lazy", TEXT)
        wanted = TEXT.replace("&tags", "&usual").replace("*tags", "*usual")
        for marked in (TEXT.replace("&tags", "&ta¦gs"), TEXT.replace("*tags\n  - type", "*tags¦\n  - type")):
            assert await renamed(one, uri, marked, "usual") == wanted
        assert await renamed(one, uri, TEXT.replace("*args", "¦*args"), "*a_1") == TEXT.replace(
            "&args", "&a_1"
        ).replace("*args", "*a_1")
        # of two anchors with one name, each has its own aliases
        twice = "version: 1\nx-a: &a [x]\nx-b: *a\nx-c: &a [y]\nx-d: *¦a\n"
        assert await renamed(one, uri, twice, "b") == twice.replace("&a [y]", "&b [y]").replace("*¦a", "*b")


@pytest.mark.asyncio
async def test_a_rename_says_what_it_would_change_and_refuses_what_would_break(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        text, position = cursor(TEXT.replace("*tags}", "*t¦ags}"))
        uri = one.open(".lazy", text)
        found = await one.client.text_document_prepare_rename_async(types.PrepareRenameParams(**one.at(uri, position)))
        assert isinstance(found, types.PrepareRenamePlaceholder)
        assert found.placeholder == "tags"
        assert (found.range.start.character, found.range.end.character) == (position[1] - 1, position[1] + 3)
        nothing = types.PrepareRenameParams(**one.at(uri, (0, 2)))
        assert await one.client.text_document_prepare_rename_async(nothing) is None
        for name, words in (("a b", "cannot name an anchor"), ("", "cannot name"), ("args", "line 6 defines it")):
            with pytest.raises(JsonRpcException, match=words):
                params = types.RenameParams(new_name=name, **one.at(uri, position))
                await one.client.text_document_rename_async(params)
        plain = types.RenameParams(new_name="x", **one.at(uri, (0, 2)))
        assert await one.client.text_document_rename_async(plain) is None


@pytest.mark.asyncio
async def test_symbols_of_the_workspace_are_of_files_open_or_not(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        shutil.copytree(EXAMPLES / "multi", folder)
    async with editor(None, tmp_path / "home", folders=folders) as one:
        uri = one.open(uris.from_path(folders[0] / ".lazy"))
        one.change(uri, one.text[uri].replace("name: shop-chart", "name: unsaved-chart"))

        async def found(query: str) -> list[tuple[str, str | None]]:
            answer = await one.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or ()
            return [(symbol.name, symbol.container_name) for symbol in answer]

        assert await found("Chart") == [
            ("unsaved-chart", "one/.lazy"),
            ("{{ .Registry }}/examples/charts/shop", "unsaved-chart · one/.lazy"),
            ("shop-chart", "two/.lazy"),
            ("{{ .Registry }}/examples/charts/shop", "shop-chart · two/.lazy"),
        ]
        assert await found("no such") == []
        everything = await found("")
        assert {where for _, where in everything} >= {"one/.lazy", "two/.lazy"}
        assert len(everything) == 2 * len({name for name, where in everything if where and where.endswith("two/.lazy")})


def test_queries_match_letters_in_their_order() -> None:
    assert matches("gac", "ghcr.io/acme")
    assert matches("G A", "ghcr.io/acme")
    assert not matches("ag", "ghcr.io")


@pytest.mark.asyncio
async def test_build_arguments_are_found_in_their_dockerfile_and_their_artifacts(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch AS a\nARG GO\nFROM scratch\n  ARG GO=2\n", "utf-8")
    async with editor(tmp_path, tmp_path / "home") as one:
        text, position = cursor(TEXT.replace('GO: "1"', 'G¦O: "1"'))
        uri = one.open(".lazy", text)

        async def places(*, declaration: bool) -> list[tuple[str, int]]:
            params = types.ReferenceParams(context=types.ReferenceContext(declaration), **one.at(uri, position))
            found = await one.client.text_document_references_async(params) or ()
            return [(location.uri.rpartition("/")[2], location.range.start.line) for location in found]

        assert await places(declaration=True) == [("Dockerfile", 1), ("Dockerfile", 3), (".lazy", 6)]
        assert await places(declaration=False) == [(".lazy", 6)]
        params = types.DocumentHighlightParams(**one.at(uri, position))
        (mark,) = await one.client.text_document_document_highlight_async(params) or ()
        assert mark.range == types.Range(types.Position(6, 6), types.Position(6, 8))


@pytest.mark.asyncio
async def test_a_client_that_names_no_such_ability_still_renames(tmp_path: Path) -> None:
    able = capabilities()
    assert able.text_document is not None
    assert able.workspace is not None
    able.text_document.rename = None
    able.workspace.workspace_edit = None
    async with editor(tmp_path, tmp_path / "home", client_capabilities=able) as one:
        assert one.result is not None
        assert one.result.capabilities.rename_provider is True
        uri = one.open(".lazy", "")
        assert "&x [" in await renamed(one, uri, TEXT.replace("&tags", "&tags¦"), "x")
