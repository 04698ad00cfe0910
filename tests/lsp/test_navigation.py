"""Going places: definitions, links, references, colours, signatures, lenses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci.values.variables import NAMES
from lazyoci_lsp.features.legend import TOKEN_TYPES
from lazyoci_lsp.text import uris
from tests.e2e.cli import git, repository
from tests.lsp.kit import EXAMPLES, cursor, editor

pytestmark = pytest.mark.asyncio

TEXT = """\
version: 1
x-tags: &tags ["{{ .Version }}", latest]
artifacts:
  - type: image
    name: shop
    dockerfile: Dockerfile
    target: run
    buildArgs:
      SHELL_VERSION: "1"
    targets:
      - registry: docker.io/acme/shop
        tags: *tags
  - type: helm
    chartPath: charts/shop
    targets:
      - registry: ghcr.io/acme/charts/shop
        tags: ["{{ .ChartVersion | replace \\"+\\" (printf \\"%s\\" .Tag) }}"]
      - registry: quay.io/acme/shop
        tags: *tags
  - type: artifact
    files: [{path: api/openapi.yaml, mediaType: application/yaml}]
    targets: [{registry: reg.lan:5000/api, tags: [x]}]
"""
DOCKERFILE = "# a shop\nFROM alpine AS build\nARG SHELL_VERSION=2\nFROM scratch AS run\nARG SHELL_VERSION\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(EXAMPLES / "multi", root)
    (root / "Dockerfile").write_text(DOCKERFILE, "utf-8")
    (root / ".lazy").write_text(TEXT, "utf-8")
    return root


def place(needle: str, within: int = 1) -> tuple[int, int]:
    return cursor(TEXT.replace(needle, needle[:within] + "¦" + needle[within:], 1))[1]


async def test_definitions(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")

        async def where(needle: str, within: int = 1) -> tuple[str, int] | None:
            params = types.DefinitionParams(**one.at(uri, place(needle, within)))
            found = await one.client.text_document_definition_async(params)
            if found is None:
                return None
            assert isinstance(found, types.Location)
            path = uris.to_path(found.uri)
            assert path is not None
            return path.relative_to(project).as_posix(), found.range.start.line

        chart = (project / "charts/shop/Chart.yaml").read_text("utf-8").split("\n")
        version = next(number for number, line in enumerate(chart) if line.startswith("version:"))
        assert await where("charts/shop") == ("charts/shop/Chart.yaml", 0)
        assert await where(".ChartVersion", 3) == ("charts/shop/Chart.yaml", version)
        assert await where("Dockerfile") == ("Dockerfile", 0)
        assert await where("target: run", 9) == ("Dockerfile", 3)
        assert await where("SHELL_VERSION") == ("Dockerfile", 2)
        assert await where("api/openapi.yaml") == ("api/openapi.yaml", 0)
        assert await where("*tags", 2) == (".lazy", 1)
        assert await where("version: 1") is None
        # an unsaved Dockerfile counts as it is in the editor
        one.open("Dockerfile", "FROM scratch\nFROM scratch\nARG SHELL_VERSION\n", language="dockerfile")
        assert await where("SHELL_VERSION") == ("Dockerfile", 2)


async def test_references_and_highlights(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")

        async def lines(needle: str, *, declaration: bool = True) -> list[int]:
            context = types.ReferenceContext(declaration)
            params = types.ReferenceParams(context=context, **one.at(uri, place(needle, 2)))
            return [found.range.start.line for found in await one.client.text_document_references_async(params) or ()]

        assert await lines("*tags") == [1, 11, 18]
        assert await lines("&tags", declaration=False) == [11, 18]
        assert await lines(".Version") == [1]
        params = types.DocumentHighlightParams(**one.at(uri, place("&tags", 2)))
        found = await one.client.text_document_document_highlight_async(params) or ()
        assert [one_.kind for one_ in found] == [2 + 1, 2, 2]


async def test_links_lead_to_files_and_pages(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
        found = await one.client.text_document_document_link_async(params) or ()
        by_line = {link.range.start.line: link.target for link in found}
        assert by_line == {
            5: one.uri("Dockerfile"),
            10: "https://hub.docker.com/r/acme/shop",
            13: one.uri("charts/shop/Chart.yaml"),
            15: "https://ghcr.io/acme/charts/shop",
            17: "https://quay.io/repository/acme/shop",
            20: one.uri("api/openapi.yaml"),
        }


async def test_semantic_tokens_are_those_of_the_templates(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TEXT + "# {{ .Tag }}\n")
        params = types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
        found = await one.client.text_document_semantic_tokens_full_async(params)
        assert found is not None
        words, line, column = [], 0, 0
        source = one.text[uri].split("\n")
        for ahead, right, length, kind, _ in zip(*[iter(found.data)] * 5, strict=True):
            line, column = line + ahead, right + (0 if ahead else column)
            words.append((source[line][column : column + length], TOKEN_TYPES[kind]))
        assert words[:3] == [("{{", "operator"), (".Version", "variable"), ("}}", "operator")]
        assert ("replace", "function") in words
        assert ("|", "operator") in words
        assert (".Tag", "variable") in words
        assert max(range(len(source)), key=lambda number: "ChartVersion" in source[number]) == line
        two = types.Range(types.Position(0, 0), types.Position(2, 0))
        part = await one.client.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(types.TextDocumentIdentifier(uri), two)
        )
        assert part is not None
        assert list(part.data) == list(found.data[:15])


async def test_signatures(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")

        async def help_at(template: str) -> tuple[str, int | None] | None:
            marked = TEXT.replace('"{{ .Version }}"', f"'{template}'", 1)
            text, position = cursor(marked)
            one.change(uri, text)
            params = types.SignatureHelpParams(**one.at(uri, position))
            found = await one.client.text_document_signature_help_async(params)
            return None if found is None else (found.signatures[0].label, found.active_parameter)

        assert await help_at("{{ replace ¦ }}") == ("replace old new text", 0)
        assert await help_at('{{ replace "+" ¦ }}') == ("replace old new text", 1)
        assert await help_at('{{ .Tag | replace "+" "-"¦ }}') == ("replace old new text", 1)
        assert await help_at('{{ printf "%s" (trunc 7 ¦.Tag) }}') == ("trunc length text", 1)
        assert await help_at('{{ printf "%s" (trunc 7 .Tag) ¦ }}') == ("printf format values…", 1)
        assert await help_at("{{ .Tag¦ }}") is None
        assert await help_at("plain¦") is None


async def test_lenses_say_what_can_be_done(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        found = await one.client.text_document_code_lens_async(params) or ()
        titles = [(lens.range.start.line, lens.command.title) for lens in found if lens.command is not None]
        assert titles[:4] == [
            (0, "3 artifacts, 6 references, 4 registries"),
            (3, "Dry run"),
            (3, "Build"),
            (3, "Push (2 references)"),
        ]
        assert found[1].command is not None
        assert list(found[1].command.arguments or ()) == [uri, 0]


async def test_lenses_offer_no_build_where_nothing_is_trusted(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home", options={"trusted": False}) as one:
        uri = one.open(".lazy")
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        found = await one.client.text_document_code_lens_async(params) or ()
        assert {lens.command.command for lens in found if lens.command} == {"lazyoci.preview", "lazyoci.dryRun"}


async def test_every_variable_has_a_place(tmp_path: Path) -> None:
    """Where git keeps tag, commit and branch; the version's file; else a page that says where it is from."""
    root = tmp_path / "project"
    root.mkdir()
    names = [name for name in NAMES if name not in ("ChartVersion", "Name")]
    tags = "".join(f'          - "{{{{ .{name} }}}}"\n' for name in [*names, "Var.REGION"])
    head = "version: 1\nartifacts:\n  - type: docker\n    image: a\n    name: app\n"
    text = head + "    targets:\n      - registry: ghcr.io/acme/app\n        tags:\n" + tags
    text += "          - x{{ .Name }}\n"
    text += "  - type: docker\n    image: a\n    name: own\n    versionFrom: {file: VERSION}\n"
    text += "    targets: [{registry: ghcr.io/acme/own, tags: ['{{ .VersionFull }}']}]\n"
    (root / ".lazy").write_text(text, "utf-8")
    (root / "VERSION").write_text("2.0.0\n", "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    async with editor(root, tmp_path / "home") as one:
        uri = one.open(".lazy")

        async def leads(needle: str) -> tuple[str, str]:
            """The path from the workspace, or the name of a page; and the line there."""
            line = next(number for number, line in enumerate(text.split("\n")) if needle in line)
            column = text.split("\n")[line].index(needle) + 1
            found = await one.client.text_document_definition_async(
                types.DefinitionParams(**one.at(uri, (line, column)))
            )
            assert isinstance(found, types.Location), needle
            path = uris.to_path(found.uri)
            assert path is not None
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
            return name, path.read_text("utf-8").split("\n")[found.range.start.line]

        commit = git(root, "rev-parse", "HEAD").strip()
        assert await leads(".GitSHA }}") == (".git/refs/heads/main", commit)
        assert await leads(".GitBranch }}") == (".git/HEAD", "ref: refs/heads/main")
        assert (await leads(".VersionMajor }}"))[0] == ".git/refs/tags/v1.4.2"
        git(root, "pack-refs", "--all")
        assert await leads(".VersionMajor }}") == (".git/packed-refs", f"{commit} refs/tags/v1.4.2")
        assert await leads(".GitSHALong }}") == (".git/packed-refs", f"{commit} refs/heads/main")
        assert await leads(".Name }}") == (".lazy", "    name: app")
        assert (await leads(".VersionFull }}']"))[0] == "VERSION"
        for name in ("Registry", "Tag", "Date", "PullRequest", "Var.REGION"):
            assert await leads(f".{name} }}}}") == (f"variable-{name}.md", f"# .{name}")
        for name in names:
            await leads(f".{name} }}}}")
    told = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": commit}
    async with editor(root, tmp_path / "home", environ=told) as one:
        uri = one.open(".lazy")
        page, _ = await leads(".GitBranch }}")
        assert "https://docs.github.com/" in (tmp_path / "home/.cache/lazyoci/shown" / page).read_text("utf-8")
