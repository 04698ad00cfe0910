"""Completion of what says when a tag is due, whether it moves, and where versions come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci.config.load import load
from lazyoci.config.model import Config, Text
from lazyoci.diagnostic import Source
from lazyoci.when import WORDS, texts
from lazyoci.when.misspelt import misspelt
from lazyoci_lsp.features import occasions
from tests.e2e.cli import git, repository
from tests.lsp.kit import MARK, Editor, apply, capabilities, cursor, editor

pytestmark = pytest.mark.asyncio

HEAD = "version: 1\nartifacts:\n  - type: docker\n    image: a\n"
TARGET = "    targets:\n      - registry: ghcr.io/acme/app\n        tags: "
PLAIN = TARGET + "[x]\n"
# every kind of place of a condition: alone, quoted, behind `not`, in lists and mappings of both styles, begun globs
CONDITIONS = [
    HEAD + "    when: ¦\n" + PLAIN,
    HEAD + "    when: rel¦\n" + PLAIN,
    HEAD + '    when: "¦"\n' + PLAIN,
    HEAD + "    when: 'not ¦'\n" + PLAIN,
    HEAD + "    when: not ¦\n" + PLAIN,
    HEAD + "    when: branch:¦\n" + PLAIN,
    HEAD + "    when: branch:fea¦\n" + PLAIN,
    HEAD + "    when: not tag:¦\n" + PLAIN,
    HEAD + "    when: [¦]\n" + PLAIN,
    HEAD + "    when: [release, ¦]\n" + PLAIN,
    HEAD + "    when: [release, branch:¦]\n" + PLAIN,
    HEAD + "    when: [not ¦, release]\n" + PLAIN,
    HEAD + "    when:\n      - ¦\n" + PLAIN,
    HEAD + "    when:\n      - branch:¦\n" + PLAIN,
    HEAD + "    when:\n      - release\n      - not ¦\n" + PLAIN,
    HEAD + "    when: {all: [¦]}\n" + PLAIN,
    HEAD + "    when: {all: [branch, [¦]]}\n" + PLAIN,
    HEAD + "    when:\n      all:\n        - ¦\n" + PLAIN,
    HEAD + TARGET + "[x]\n        when: ¦\n",
    HEAD + TARGET + "[{tag: x, when: ¦}]\n",
    HEAD + TARGET + "[{tag: x, when: [¦]}]\n",
    HEAD + TARGET + "[{tag: x, when: {all: [tag:¦, release]}}]\n",
    HEAD + TARGET + "\n          - {tag: x, when: ¦}\n",
    HEAD + TARGET + "\n          - tag: x\n            when: ¦\n",
    HEAD + TARGET + "\n          - tag: x\n            when:\n              - ¦\n",
]
# the same for the other keys, and for tags
OTHERS = [
    HEAD + TARGET + "[x, ¦]\n",
    HEAD + TARGET + "\n          - ¦\n",
    HEAD + TARGET + "\n          - tag: ¦\n",
    HEAD + TARGET + "[{tag: ¦, when: release}]\n",
    HEAD + TARGET + "[{tag: '¦'}]\n",
    HEAD + TARGET + "[{tag: x, moves: ¦}]\n",
    HEAD + TARGET + "[x]\n        moves: ¦\n",
    HEAD + "    versionFrom: {tag: ¦}\n" + PLAIN,
    HEAD + "    versionFrom:\n      tag: ¦\n" + PLAIN,
    HEAD + "    versionFrom: {file: ¦}\n" + PLAIN,
    HEAD + "    versionFrom:\n      file: charts/¦\n" + PLAIN,
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = repository(tmp_path / "project")
    for tag in ("v1.4.2", "v1.3.0", "api-v2.0.0", "@acme/cli@3.1.0", "nightly"):
        git(root, "tag", tag)
    for branch in ("feature/one", "release/1.4", "o'brien", "a,b"):
        git(root, "branch", branch)
    git(root, "pack-refs", "--all")
    git(root, "branch", "release/1.5")
    (root / "charts/api").mkdir(parents=True)
    (root / "charts/api/Chart.yaml").write_text("apiVersion: v2\nname: api\nversion: 0.3.0\n", "utf-8")
    (root / "VERSION").write_text("1.4.3\n", "utf-8")
    (root / "web/node_modules/x").mkdir(parents=True)
    for path in ("web", "web/node_modules/x"):
        (root / path / "package.json").write_text('{"version": "2.0.0"}\n', "utf-8")
    return root


async def proposed(one: Editor, uri: str, marked: str) -> dict[str, types.CompletionItem]:
    text, position = cursor(marked)
    one.change(uri, text)
    return {item.label: item for item in await one.complete(uri, position)}


def accepted(marked: str, item: types.CompletionItem) -> str:
    assert isinstance(item.text_edit, types.TextEdit)
    return apply(marked.replace(MARK, ""), [item.text_edit])


def conditions(config: Config) -> Iterator[Text]:
    for artifact in config.artifacts:
        targets = artifact.targets
        for one in (artifact, *targets, *[tag for target in targets for tag in target.tags]):
            if one.when is not None:
                yield from texts(one.when)


async def test_every_word_has_a_line_of_its_own() -> None:
    assert tuple(occasions.WORDS) == WORDS
    assert len(set(occasions.WORDS.values())) == len(WORDS)


async def test_words_and_the_repositorys_own_names_are_proposed_wherever_a_condition_is(
    project: Path, tmp_path: Path
) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", HEAD + PLAIN)
        await one.diagnostics(uri)
        for marked in CONDITIONS:
            found = await proposed(one, uri, marked)
            assert set(WORDS) <= set(found), marked
            assert found["schedule"].detail == "a timer of the CI service started the run"
            assert {"branch:release/*", "branch:feature/one", "branch:release/1.5", "branch:main"} <= set(found), marked
            assert {"tag:v*", "tag:api-v*", "tag:v1.*"} <= set(found), marked
            assert "tag:nightly" not in found
            assert ("not" in found) is ("not ¦" not in marked and "not tag" not in marked), marked
        assert found["branch:main"].detail == "the current branch"
        assert found["tag:v*"].detail == "tags such as v1.4.2"


@pytest.mark.parametrize("snippets", [True, False])
async def test_whatever_is_accepted_the_file_decodes(project: Path, tmp_path: Path, snippets: bool) -> None:
    """Without snippets placeholders become what they propose; with them what is no snippet is right as it is."""
    able = capabilities(pull=True)
    assert able.text_document is not None
    if not snippets:
        able.text_document.completion = None
    async with editor(project, tmp_path / "home", client_capabilities=able) as one:
        uri = one.open(".lazy", HEAD + PLAIN)
        await one.pull(uri)
        for marked in (*CONDITIONS, *OTHERS):
            items = await proposed(one, uri, marked)
            assert items, marked
            for label, item in items.items():
                assert isinstance(item.text_edit, types.TextEdit)
                if item.insert_text_format == types.InsertTextFormat.Snippet:
                    continue
                if item.kind == types.CompletionItemKind.Property or item.text_edit.new_text == "- ":
                    continue  # a key, or a dash, is not all of it yet
                text = accepted(marked, item)
                loaded = load(Source(text))
                assert loaded.config is not None, (label, text, loaded.diagnostics)
                assert not loaded.diagnostics, (label, text)
                wrong = [misspelt(written.value) for written in conditions(loaded.config) if not written.is_template]
                assert not any(wrong), (text, wrong)


async def test_a_tag_may_be_a_mapping(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", HEAD + PLAIN)
        await one.diagnostics(uri)
        inside = await proposed(one, uri, HEAD + TARGET + "[{tag: x, ¦}]\n")
        assert set(inside) == {"when", "moves"}
        block = await proposed(one, uri, HEAD + TARGET + "\n          - tag: x\n            ¦\n")
        first = sorted(block.values(), key=lambda item: item.sort_text or "")[:2]
        assert [item.label for item in first] == ["when", "moves"]
        marked = HEAD + TARGET + "[¦]\n"
        member = await proposed(one, uri, marked)
        assert "when" not in member, "which would be a mapping of its own"
        text = accepted(marked, member["tag of releases"])
        assert text.endswith("tags: [{tag: ${1:latest}, when: ${2:release}, moves: ${3:forward}}]\n")
        assert "{{ .VersionFull }}" in member
        begun = HEAD + TARGET + "[{tag: ¦, when: release}]\n"
        tags = await proposed(one, uri, begun)
        assert accepted(begun, tags["{{ .VersionFull }}"]).endswith('[{tag: "{{ .VersionFull }}", when: release}]\n')
        template = await proposed(one, uri, HEAD + TARGET + "[{tag: '{{ ¦ }}'}]\n")
        assert ".VersionFull" in template
        written = await proposed(one, uri, HEAD + "    ¦\n" + PLAIN)
        assert isinstance(written["when"].text_edit, types.TextEdit)
        assert written["when"].text_edit.new_text == "when: ${1:release}"
        assert isinstance(written["versionFrom"].text_edit, types.TextEdit)
        assert written["versionFrom"].text_edit.new_text == 'versionFrom:\n  tag: "${1:@acme/cli@*}"'


async def test_where_versions_come_from_and_whether_tags_move(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", HEAD + PLAIN)
        await one.diagnostics(uri)
        files = await proposed(one, uri, HEAD + "    versionFrom: {file: ¦}\n" + PLAIN)
        assert {label: item.detail for label, item in files.items()} == {
            "VERSION": "1.4.3",
            "charts/api/Chart.yaml": "0.3.0",
            "web/package.json": "2.0.0",
        }
        marked = HEAD + "    versionFrom: {tag: ¦}\n" + PLAIN
        found = await proposed(one, uri, marked)
        assert set(found) == {"v*", "api-v*", "@acme/cli@*"}
        assert accepted(marked, found["@acme/cli@*"]).splitlines()[4] == '    versionFrom: {tag: "@acme/cli@*"}'
        moves = await proposed(one, uri, HEAD + TARGET + "[{tag: x, moves: ¦}]\n")
        assert set(moves) == {"always", "never", "forward"}
        assert "follows releases" in str(moves["forward"].documentation)


async def test_the_text_of_another_key_is_no_condition(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", HEAD + PLAIN)
        await one.diagnostics(uri)
        for marked in ("    annotations: {when: ¦}\n", "    annotations:\n      branch: ¦\n", "    name: ¦\n"):
            assert "release" not in await proposed(one, uri, HEAD + marked + PLAIN)
