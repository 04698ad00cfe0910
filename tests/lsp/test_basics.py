"""Diagnostics, hover, hints, completion, actions, formatting and outline on the examples, over stdio."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.cli import git, repository
from tests.lsp.kit import EXAMPLES, apply, capabilities, cursor, editor

pytestmark = pytest.mark.asyncio

TYPO = """\
version: 1
artifacts:
  - type: artifact
    files: [{path: a.txt, mediaType: text/plain}]
    targets:
      - registry: ghcr.io/acme/app
        tags: ["{{ .Versoin }}", latest]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git repository with the version v1.4.2."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(TYPO.replace("Versoin", "Version"), "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    return root


async def test_diagnostics_are_pushed_and_taken_back(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TYPO)
        found = await one.diagnostics(uri)
        assert [(found_.code, found_.severity) for found_ in found] == [
            ("unknown-variable", types.DiagnosticSeverity.Error)
        ]
        assert found[0].range == types.Range(types.Position(6, 19), types.Position(6, 27))
        assert "did you mean .Version?" in found[0].message
        assert found[0].source == "lazyoci"
        assert found[0].code_description is not None
        assert found[0].code_description.href.endswith("/shown/unknown-variable.md")
        one.change(uri, TYPO.replace("Versoin", "Version"))
        assert await one.codes(uri) == []
        one.change(uri, TYPO)
        assert await one.codes(uri) == ["unknown-variable"]
        one.close(uri)
        await one.until(lambda: one.published[-1].diagnostics in ((), []) and one.published[-1].version is None)


async def test_diagnostics_are_pulled_with_result_ids_and_never_pushed(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        assert one.result is not None
        assert one.result.capabilities.diagnostic_provider is not None
        uri = one.open(".lazy", TYPO)
        first = await one.pull(uri)
        assert first.kind == "full"
        assert [item.code for item in first.items] == ["unknown-variable"]
        second = await one.pull(uri, first.result_id)
        assert second.kind == "unchanged"
        one.change(uri, TYPO.replace("Versoin", "Version"))
        third = await one.pull(uri, first.result_id)
        assert (third.kind, list(third.items)) == ("full", [])
        assert third.result_id != first.result_id
        assert one.published == []


async def test_a_client_that_cannot_pull_is_not_offered_it(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        assert one.result is not None
        assert one.result.capabilities.diagnostic_provider is None


async def test_a_client_that_cannot_be_told_to_pull_again_is_pushed_to(project: Path, tmp_path: Path) -> None:
    """As Neovim 0.11: else a finding would stay until the next edit, though what it is about is mended."""
    (project / "a.txt").unlink()
    able = capabilities(pull=True, refresh=False)
    async with editor(project, tmp_path / "home", client_capabilities=able) as one:
        assert one.result is not None
        assert one.result.capabilities.diagnostic_provider is None
        uri = one.open(".lazy")
        await one.until_codes(uri, lambda codes: "missing-file" in codes)
        (project / "a.txt").write_text("a\n", "utf-8")
        one.changed_on_disk(project / "a.txt")
        await one.until_codes(uri, lambda codes: "missing-file" not in codes)


async def test_workspace_diagnostics_tell_of_files_that_are_not_open(project: Path, tmp_path: Path) -> None:
    (project / "inner").mkdir()
    (project / "inner" / ".lazy").write_text(TYPO.replace("acme/app", "acme/inner"), "utf-8")
    (project / "ignored").mkdir()
    (project / "ignored" / "x.lazy").write_text(TYPO, "utf-8")
    (project / ".gitignore").write_text("ignored/\n", "utf-8")
    async with editor(project, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        open_uri = one.open(".lazy")
        report = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        by_uri = {item.uri: [found.code for found in item.items] for item in report.items}
        assert by_uri == {open_uri: [], one.uri("inner/.lazy"): ["missing-file", "unknown-variable"]}
        known = [types.PreviousResultId(item.uri, item.result_id) for item in report.items]
        one.change(open_uri, one.text[open_uri].replace("latest", "la test"))
        again = await one.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
        kinds = {item.uri: item.kind for item in again.items}
        assert kinds == {open_uri: "full", one.uri("inner/.lazy"): "unchanged"}


async def test_hover_shows_the_reference_and_where_each_value_comes_from(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        said = await one.hover(uri, (6, 20))
        assert "**ghcr.io/acme/app:1.4.2**" in said
        assert "| `.Version` | `1.4.2` | git tag v1.4.2, on HEAD |" in said
        said = await one.hover(uri, (5, 24))
        assert "**ghcr.io/acme/app:1.4.2**" in said
        assert "**ghcr.io/acme/app:latest**" in said
        assert "Where to push" in await one.hover(uri, (4, 6))
        assert "Any files, one layer each" in await one.hover(uri, (2, 12))
        assert "2 B" in await one.hover(uri, (3, 20))


async def test_hover_does_not_repeat_what_was_found(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TYPO)
        assert await one.codes(uri) == ["unknown-variable"]
        said = await one.hover(uri, (6, 20))
        assert "ghcr.io/acme/app:{{ .Versoin }}" in said.replace("\\", "")
        assert "can't evaluate field" not in said.replace("\\", "")
        silenced = TYPO.replace("    targets:", "    # lazyoci: ignore[unknown-variable]\n    targets:")
        one.change(uri, silenced.replace("        tags:", "        # lazyoci: ignore[unknown-variable]\n        tags:"))
        assert await one.codes(uri) == ["unused-suppression"]
        assert "field Versoin" in (await one.hover(uri, (8, 20))).replace("\\", "")


async def test_hover_on_functions_charts_dockerfiles_and_suppressions(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "multi", tmp_path / "multi")
    async with editor(tmp_path / "multi", tmp_path / "home") as one:
        text = (EXAMPLES / "multi" / ".lazy").read_text("utf-8")
        text = text.replace("    name: shop\n", "    name: shop\n    dockerfile: Dockerfile\n")
        text = text.replace("{{ .GitSHA }}", "{{ .GitSHA | upper }}").replace(
            "version: 1", "version: 1  # lazyoci: ignore[null-item]"
        )
        lines = text.split("\n")
        uri = one.open(".lazy", text)
        await one.diagnostics(uri)

        def place(needle: str) -> tuple[int, int]:
            number = next(number for number, line in enumerate(lines) if needle in line)
            return number, lines[number].index(needle) + 1

        assert "upper text" in await one.hover(uri, place("upper"))
        said = await one.hover(uri, place("charts/shop"))
        assert "**shop** `0.3.0`" in said
        said = await one.hover(uri, place("Dockerfile"))
        assert "| stage | from | platform |" in said
        assert "`linux/arm64`" in said
        assert "null" in await one.hover(uri, place("null-item"))


async def test_inlay_hints_show_what_templates_become(project: Path, tmp_path: Path) -> None:
    text = TYPO.replace('"{{ .Versoin }}"', '"{{ .Version }}-{{ .GitBranch }}", "{{ .Tag }}"')
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        assert await one.hints(uri) == [
            "→ ghcr.io/acme/app:1.4.2-main",
            "→ ghcr.io/acme/app:‹Tag› (unset)",
        ]


async def test_what_to_do_about_a_missing_value_is_told_once_in_a_file(project: Path, tmp_path: Path) -> None:
    def artifact(number: int) -> str:
        return (
            "  - type: docker\n    image: nginx:alpine\n    targets:\n"
            f"      - registry: '{{{{ .Registry }}}}/a{number}'\n"
            f"        tags: ['a-{{{{ .Registry }}}}', 'b-{{{{ .Tag }}}}', '{{{{ .Tag }}}}-{number}']\n"
        )

    text = "version: 1\nartifacts:\n" + "".join(map(artifact, range(3)))

    def expected(artifacts: int) -> list[str]:
        first = [
            ".Registry has no value: set LAZYOCI_REGISTRY",
            ".Registry has no value",
            ".Tag has no value: give --tag or set LAZYOCI_TAG",
            ".Tag has no value",
        ]
        later = [".Registry has no value", ".Registry has no value", ".Tag has no value", ".Tag has no value"]
        return first + later * (artifacts - 1)

    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        assert [found.message for found in await one.diagnostics(uri)] == expected(3)
        assert [hint for hint in await one.hints(uri) if "LAZYOCI" in hint] == []
        column = text.split("\n")[5].index(".Registry") + 1
        first, second = (5, column), (10, column)
        assert "set LAZYOCI_REGISTRY" not in await one.hover(uri, first)  # the finding there says it
        assert "**.Registry** is not set: set LAZYOCI_REGISTRY" in await one.hover(uri, second)
        assert "Set LAZYOCI_REGISTRY for the preview" in await one.commands(uri, second)
        silencing = (await one.actions(uri, second))["Ignore unresolved-variable on this line"]
        assert [found.message for found in silencing.diagnostics or ()] == [".Registry has no value"]
        one.change(uri, text.replace(artifact(0), ""))  # now it is another that is the first
        assert [found.message for found in await one.diagnostics(uri)] == expected(2)
        one.change(uri, text.replace(artifact(1), artifact(0).replace("a0", "a9")))
        assert [found.message for found in await one.diagnostics(uri)] == expected(3)


async def test_completion_proposes_what_is_valid_at_the_place(project: Path, tmp_path: Path) -> None:
    head = "version: 1\nartifacts:\n"
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", head)
        await one.diagnostics(uri)

        async def labels(text: str) -> list[str]:
            plain, position = cursor(text)
            one.change(uri, plain)
            return [item.label for item in await one.complete(uri, position)]

        for brackets in ("{version: 1,\n artifacts: []}\n", "# a comment\n---\n{\n}\n"):
            assert await labels(brackets + "¦") == []
        whole = ["lazyoci: Helm chart", "lazyoci: container image"]
        of_project = {"lazyoci: 1 artifact of this project"}
        assert sorted(set(await labels("¦")) - of_project) == ["artifacts", *whole, "version"]
        artifact = await labels(head + "  - type: helm\n    ¦\n")
        assert "chartPath" in artifact
        assert "dockerfile" not in artifact
        assert "type" not in artifact
        assert set(await labels(head + "  - type: ¦\n")) == {"image", "helm", "artifact", "docker", "copy"}
        assert "helm" in await labels(head + "  - ¦")
        assert "a.txt" in await labels(head + "  - type: artifact\n    files:\n      - path: ¦\n")
        inside = await labels(head + '  - type: docker\n    targets:\n      - registry: r.io/a\n        tags: ["{{ .¦')
        assert ".Version" in inside
        assert "tagify" not in inside
        after = await labels(
            head + '  - type: docker\n    targets:\n      - registry: r.io/a\n        tags: ["{{ .Tag | ¦ }}"]'
        )
        assert "tagify" in after


async def test_completion_shows_values_and_resolves_documentation(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        await one.diagnostics(uri)
        items = {item.label: item for item in await one.complete(uri, (6, 20))}
        assert items[".Version"].detail == "1.4.2  (git tag v1.4.2, on HEAD)"
        assert items[".Tag"].detail == "not set: give --tag or set LAZYOCI_TAG"
        beside = items[".Version"].label_details
        assert beside is not None and beside.description == items[".Version"].detail, "seen before it is chosen"
        full = await one.client.completion_item_resolve_async(items[".Version"])
        assert isinstance(full.documentation, types.MarkupContent)
        assert "without prerelease" in full.documentation.value


async def test_completion_inserts_whole_members(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        text, position = cursor("version: 1\nartifacts:\n  - ¦\n")
        uri = one.open(".lazy", text)
        items = {item.label: item for item in await one.complete(uri, position)}
        edit = items["helm"].text_edit
        assert edit is not None
        assert edit.new_text.replace(":project}", ":app}") == (
            "type: helm\n  name: ${1:app}\n  chartPath: ${2:charts/app}\n  targets:\n"
            '    - registry: "${3:{{ .Registry \\}\\}/charts/app}"\n      tags: ["{{ .ChartVersion }}"]'
        )


async def test_code_actions_mend_suppress_and_rewrite(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TYPO)
        found = await one.actions(uri, (6, 22))
        mend = found["Replace with .Version"]
        assert mend.is_preferred
        assert [item.code for item in mend.diagnostics or []] == ["unknown-variable"]
        assert one.applied(uri, mend.edit) == TYPO.replace("Versoin", "Version")
        silenced = one.applied(uri, found["Ignore unknown-variable on this line"].edit)
        one.change(uri, silenced)
        assert await one.codes(uri) == []
        unquoted = TYPO.replace('["{{ .Versoin }}", latest]', "\n          - v{{ .Version }}")
        one.change(uri, unquoted)
        found = await one.actions(uri, (7, 16))
        assert set(found) >= {"Quote the template", 'Add the tag "latest"'}
        assert one.applied(uri, found["Quote the template"].edit) == unquoted.replace(
            "v{{ .Version }}", '"v{{ .Version }}"'
        )
        added = one.applied(uri, found['Add the tag "latest"'].edit)
        assert added == unquoted.replace("v{{ .Version }}", "v{{ .Version }}\n          - latest")


async def test_fix_all_is_offered_when_asked_for(project: Path, tmp_path: Path) -> None:
    broken = TYPO.replace("version: 1", 'version: "1"').replace("registry: ghcr", "registry: https://ghcr")
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", broken)
        assert "Fix all that can be fixed" not in await one.actions(uri, (0, 0))
        found = await one.actions(uri, (0, 0), only=["source.fixAll"])
        assert list(found) == ["Fix all that can be fixed"]
        assert one.applied(uri, found["Fix all that can be fixed"].edit) == TYPO.replace("Versoin", "Version")


async def test_formatting_edits_only_lines_that_change(project: Path, tmp_path: Path) -> None:
    messy = TYPO.replace("type: artifact", "type:   artifact")
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", messy)
        params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), types.FormattingOptions(2, True))
        edits = await one.client.text_document_formatting_async(params)
        assert edits is not None
        assert [edit.range.start.line for edit in edits] == [2]
        assert apply(messy, edits) == TYPO
        one.change(uri, "a: [")
        assert not await one.client.text_document_formatting_async(params)


async def test_a_range_is_formatted_alone(tmp_path: Path) -> None:
    artifact = "  - type:   docker\n    image:  a\n    targets: [{registry: r.io/a,tags: [x]}]\n"
    text = "version:   1\nartifacts:\n" + artifact + artifact.replace("r.io/a", "r.io/b")
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", text)

        async def formatted(first: int, last: int) -> str:
            params = types.DocumentRangeFormattingParams(
                types.TextDocumentIdentifier(uri),
                types.Range(types.Position(first, 0), types.Position(last, 0)),
                types.FormattingOptions(2, True),
            )
            return apply(one.text[uri], await one.client.text_document_range_formatting_async(params) or [])

        assert await formatted(2, 3) == text.replace("type:   docker", "type: docker", 1)
        assert await formatted(0, 1) == text.replace("version:   1", "version: 1")
        assert await formatted(1, 2) == text
        # lines that are indented otherwise cannot be changed one by one: then it is their artifact
        wide = "version:   1\nartifacts:\n    - type: docker\n      image: a\n"
        wide += "      targets: [{registry: r.io/a, tags: [x]}]\n"
        one.change(uri, wide)
        assert await formatted(3, 4) == wide.replace("\n    -", "\n  -").replace("\n      ", "\n    ")
        one.change(uri, "version: [\n")
        assert await formatted(0, 1) == "version: [\n"


async def test_the_outline_and_folds(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(
            ".lazy", "# one\n# two\n" + TYPO.replace("  - type: artifact\n", "  - type: artifact\n    name: notes\n")
        )
        document = types.TextDocumentIdentifier(uri)
        (symbol,) = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(document)) or ()
        assert isinstance(symbol, types.DocumentSymbol)
        assert (symbol.name, symbol.detail) == ("notes", "artifact")
        (target,) = symbol.children or ()
        assert target.name == "ghcr.io/acme/app"
        assert [tag.name for tag in target.children or ()] == ["{{ .Versoin }}", "latest"]
        folds = await one.client.text_document_folding_range_async(types.FoldingRangeParams(document))
        found = {(fold.start_line, fold.end_line, fold.kind) for fold in folds or ()}
        assert (0, 1, "comment") in found
        assert (4, 9, None) in found
