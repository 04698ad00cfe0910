"""What the editor shows of tags that are not always due: hovers, hints, lenses, scenarios, colours, the outline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.check.scenarios import STANDARD
from lazyoci_lsp.features.legend import TOKEN_TYPES
from tests.e2e.cli import git, repository
from tests.lsp.kit import Editor, capabilities, editor

pytestmark = pytest.mark.asyncio

TEXT = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    files: [{path: a.txt, mediaType: text/plain}]
    targets:
      - registry: ghcr.io/acme/notes
        tags:
          - "{{ .GitSHA }}"
          - {tag: "{{ .VersionFull }}", when: [release, prerelease]}
          - {tag: latest, when: release, moves: forward}
          - tag: edge
            when: default-branch
          - {tag: "pr-{{ .PullRequest }}", when: pull-request}
  - type: artifact
    name: api
    versionFrom: {tag: "api-v*"}
    when: {all: ["branch:release/*", not schedule]}
    files: [{path: a.txt, mediaType: text/plain}]
    targets:
      - registry: ghcr.io/acme/api
        tags: ["{{ .Version }}"]
"""
SHA, VERSION, LATEST, EDGE, PULL, FROM, WHEN, API = 8, 9, 10, 11, 13, 16, 17, 21


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(TEXT, "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    git(root, "tag", "api-v2.0.0")
    (root / "b.txt").write_text("b\n", "utf-8")
    git(root, "add", "b.txt")
    git(root, "commit", "-m", "more")
    git(root, "remote", "add", "origin", "https://example.com/acme/notes.git")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return root


def column(line: int, text: str) -> tuple[int, int]:
    return line, TEXT.splitlines()[line].index(text) + 1


async def run(one: Editor, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(command, list(arguments))
    return await one.client.workspace_execute_command_async(params)


async def lenses(one: Editor, uri: str) -> list[str]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    found = await one.client.text_document_code_lens_async(params) or ()
    return [lens.command.title for lens in found if lens.command is not None]


async def test_a_tag_that_is_not_due_says_so_in_the_place_of_its_reference(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        hints = await one.hints(uri)
        assert hints[0].startswith("→ ghcr.io/acme/notes:")
        assert hints[1:] == [
            "not now: not a release, not a prerelease",
            "not now: not a release",
            "not now: not for a pull request",
            "not now: not for a branch like release/*",
        ]
        titles = await lenses(one, uri)
        assert titles[0] == "2 artifacts, 2 references, 1 registry, 4 not now"
        assert [title for title in titles if title.startswith("Push")] == ["Push (2 references)", "Push (0 references)"]


async def test_hover_on_a_tag_shows_what_becomes_of_it_on_every_occasion(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        said = await one.hover(uri, column(LATEST, "latest"))
        assert "not now: not a release: this run is for the branch main" in said
        rows = dict(line.strip("| ").split(" | ") for line in said.splitlines() if line.startswith("| "))
        assert [name for name in rows if name != "on"] == [one.name for one in STANDARD]
        assert rows["here and now"] == "not now: not a release"
        assert rows["next release"] == "`latest`"
        assert rows["its candidate"] == "not now: not a release"
        assert rows["pull request 7"] == "not now: not a release"
        said = await one.hover(uri, column(VERSION, '"{{'))
        assert "| next release | `1.4.3` |" in said
        assert "| its candidate | `1.4.3-rc.1` |" in said
        said = await one.hover(uri, column(PULL, '"pr'))
        assert "| pull request 7 | `pr-7` |" in said
        said = await one.hover(uri, column(EDGE, "edge"))
        assert "**ghcr.io/acme/notes:edge**" in said
        assert "| branch feature/x | not now: not for the default branch |" in said
        assert "| on |" not in await one.hover(uri, column(6, "ghcr"))


async def test_hover_on_a_condition_says_whether_it_holds_now_and_why(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        said = await one.hover(uri, column(LATEST, "when"))
        assert said.startswith("**not now**: not a release: this run is for the branch main")
        assert "On which occasions the tag is due" in said
        said = await one.hover(uri, column(EDGE + 1, "default"))
        assert said.startswith("**holds now**: this run is for the branch main")
        assert "`default-branch`: the run is for the branch that all others are merged into" in said
        said = await one.hover(uri, column(WHEN, "not schedule"))
        assert "**not now**: not for a branch like release" in said
        assert "`not schedule`: not: a timer of the CI service started the run" in said
        assert "glob matches" in await one.hover(uri, column(WHEN, "branch:"))
        assert "follows releases" in await one.hover(uri, column(LATEST, "forward"))
        assert "Where the artifact's version comes from" in await one.hover(uri, column(FROM, "versionFrom"))
        assert "2.0.0" in await one.hover(uri, column(API, "Version")), "of the artifact's own line"


async def test_a_condition_that_nobody_can_tell_says_what_would(tmp_path: Path) -> None:
    root = tmp_path / "bare"
    root.mkdir()
    text = TEXT.replace("when: release,", "when: default-branch,")
    async with editor(root, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        said = await one.hover(uri, (LATEST, 26))
        assert said.startswith("**not known**")
        assert "--occasion" in said
        assert any(hint.startswith("not known: ") for hint in await one.hints(uri))


async def test_preview_as_shows_another_occasion_everywhere(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        before = await one.hints(uri)
        await run(one, "lazyoci.setPreviewTag", {"scenario": "next release"})
        hints = await one.hints(uri)
        assert "→ ghcr.io/acme/notes:1.4.3" in hints
        assert "not now: not for a branch like release/*" in hints, "a release of its own line is for no branch"
        titles = await lenses(one, uri)
        assert titles[0].startswith("next release: 2 artifacts, 3 references")
        assert "Push (2 references)" in titles, "what is pushed is of here and now"
        assert "= `1.4.3`" in await one.hover(uri, column(VERSION, ".VersionFull"))
        assert "= `2.0.1`" in await one.hover(uri, column(API, ".Version"))
        assert "not now: not a release" in await one.hover(uri, column(LATEST, "latest")), "the row of here and now"
        told = await run(one, "lazyoci.preview", uri)
        assert told["text"].startswith("Previewed as next release\n\n.lazy  (")
        assert "version 1.4.3" in told["text"]
        assert "pull request 7" in told["text"], "the table of all scenarios"
        chosen = await run(one, "lazyoci.scenarios")
        assert [each["name"] for each in chosen if each["chosen"]] == ["next release"]

        await run(one, "lazyoci.setPreviewTag", {"scenario": "pull-request=12"})
        assert "→ ghcr.io/acme/notes:pr-12" in await one.hints(uri)
        await run(one, "lazyoci.setPreviewTag", "v3.0.0")
        assert "→ ghcr.io/acme/notes:3.0.0" in await one.hints(uri)
        await run(one, "lazyoci.setPreviewTag", {"scenario": "here and now"})
        assert await one.hints(uri) == before


async def test_a_large_file_is_not_waited_for(project: Path, tmp_path: Path) -> None:
    many = "".join(
        f"  - type: docker\n    name: n{n}\n    image: a{n}\n"
        f"    targets: [{{registry: ghcr.io/a/b{n}, tags: ['1', {{tag: x, when: release}}]}}]\n"
        for n in range(60)
    )
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TEXT + many)
        await one.diagnostics(uri)
        said = await one.hover(uri, column(LATEST, "latest"))
        assert "not now" in said
        assert "next release" not in said
        while "| next release | `latest` |" not in said:
            said = await one.hover(uri, column(LATEST, "latest"))


async def test_the_status_says_which_occasion_is_shown(project: Path, tmp_path: Path) -> None:
    able = capabilities()
    able.experimental = {"serverStatusNotification": True}
    async with editor(project, tmp_path / "home", client_capabilities=able) as one:
        one.open(".lazy")
        for chosen in ({"scenario": "schedule"}, {"scenario": "schedule"}, "v3.0.0", ""):
            await run(one, "lazyoci.setPreviewTag", chosen)
        await one.until(lambda: len(one.statuses) > 2)
        assert one.statuses == ["ok: previewed as schedule", "ok: previewed with the tag v3.0.0", "ok: "]


async def test_preview_as_asks_clients_that_name_no_occasion(project: Path, tmp_path: Path) -> None:
    for answer, shown in (("pull request 7", "→ ghcr.io/acme/notes:pr-7"), ("none of them", "not now: not a release")):
        async with editor(project, tmp_path / "home", answer=answer) as one:
            uri = one.open(".lazy")
            await run(one, "lazyoci.setPreviewTag")
            assert types.WINDOW_SHOW_MESSAGE_REQUEST in one.requests
            assert shown in await one.hints(uri)


@pytest.mark.parametrize("wrong", [{"scenario": "no such"}, {"scenario": ""}, {"scenario": 7}, {"tag": "v1"}, 7])
async def test_what_is_no_occasion_is_refused(project: Path, tmp_path: Path, wrong: object) -> None:
    async with editor(project, tmp_path / "home") as one:
        one.open(".lazy")
        with pytest.raises(JsonRpcException):
            await run(one, "lazyoci.setPreviewTag", wrong)


async def test_words_of_conditions_are_coloured(project: Path, tmp_path: Path) -> None:
    text = TEXT + (
        "  - type: docker\n    image: a\n    annotations: {when: release}\n    labels:\n      when: release\n"
        "    when:\n      - release  # not schedule\n      - all: [tag:v1.*, 'not local']\n      - '{{ .Tag }}'\n"
        "    targets: []\n"
    )
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", text)
        params = types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
        found = await one.client.text_document_semantic_tokens_full_async(params)
        assert found is not None
        lines, line, at, seen = text.splitlines(), 0, 0, []
        for index in range(0, len(found.data), 5):
            down, right, length, kind, _ = found.data[index : index + 5]
            line, at = line + down, right + (0 if down else at)
            seen.append((line, lines[line][at : at + length], TOKEN_TYPES[kind]))
        words = [(number, word, kind) for number, word, kind in seen if "{{" not in lines[number]]
        assert words == [
            (LATEST, "release", "keyword"),
            (EDGE + 1, "default-branch", "keyword"),
            (WHEN, "branch", "keyword"),
            (WHEN, "release/*", "string"),
            (WHEN, "not", "operator"),
            (WHEN, "schedule", "keyword"),
            (28, "release", "keyword"),
            (29, "tag", "keyword"),
            (29, "v1.*", "string"),
            (29, "not", "operator"),
            (29, "local", "keyword"),
        ]
        assert (VERSION, "prerelease", "keyword") in seen
        assert (PULL, "pull-request", "keyword") in seen


async def test_the_outline_and_rewrites_know_tags_that_are_mappings(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        notes, _ = await one.client.text_document_document_symbol_async(params) or ()
        assert isinstance(notes, types.DocumentSymbol)
        tags = notes.children[0].children if notes.children else None
        assert [(tag.name, tag.detail) for tag in tags or ()] == [
            ("{{ .GitSHA }}", None),
            ("{{ .VersionFull }}", "[release, prerelease]"),
            ("latest", "release"),
            ("edge", "default-branch"),
            ("pr-{{ .PullRequest }}", "pull-request"),
        ]
        assert 'Add the tag "latest"' not in await one.actions(uri, column(LATEST, "latest"))
        text = TEXT.replace("          - {tag: latest, when: release, moves: forward}\n", "")
        for ending in ("", "          - tag: last\n            when: release\n"):
            pull = '          - {tag: "pr-{{ .PullRequest }}", when: pull-request}\n'
            edited = text.replace(pull, pull + ending)
            one.change(uri, edited)
            offered = (await one.actions(uri, column(6, "ghcr")))['Add the tag "latest"']
            after = one.applied(uri, offered.edit)
            added = "          - {tag: latest, when: release}\n"
            assert after == edited.replace(pull + ending, pull + ending + added)


async def test_a_version_file_is_a_link_and_a_definition(project: Path, tmp_path: Path) -> None:
    (project / "VERSION").write_text("2.1.0\n", "utf-8")
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", TEXT.replace('{tag: "api-v*"}', "{file: VERSION}"))
        links = await one.client.text_document_document_link_async(
            types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
        )
        assert one.uri("VERSION") in {link.target for link in links or ()}
        where = types.DefinitionParams(**one.at(uri, (FROM, 26)))
        assert await one.hover(uri, (FROM, 26)) == "The version is `2.1.0` (VERSION)\n"
        found = await one.client.text_document_definition_async(where)
        assert isinstance(found, types.Location)
        assert found.uri == one.uri("VERSION")


async def test_hover_on_metadata_shows_what_it_adds(project: Path, tmp_path: Path) -> None:
    text = TEXT.replace("    name: notes\n", "    name: notes\n    metadata: auto\n    annotations: {a: b}\n")
    (project / ".lazy").write_text(text, "utf-8")
    commit = git(project, "rev-parse", "HEAD").strip()
    git(project, "commit", "-aqm", "metadata")
    head = git(project, "rev-parse", "HEAD").strip()
    assert head != commit
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy")
        for column_ in (6, 16):
            shown = await one.hover(uri, (4, column_))
            assert "| annotation | | |" in shown
            assert f"| `org.opencontainers.image.revision` | `{head}` | git HEAD |" in shown
            assert "| `org.opencontainers.image.source` | `https://example.com/acme/notes` | git remote |" in shown
            assert "| `org.opencontainers.image.title` | `notes` | the artifact's name |" in shown
            assert "| `org.opencontainers.image.version` | *left out* | this run is not for a version |" in shown
            assert "Written in the file: `a`" in shown
            assert "adds the standard annotations" in shown
