"""Whatever is accepted from completion, wherever it is offered: the file stays YAML, and goes on to decode.

Every item is accepted at places of the examples, of files in all styles of YAML, and of their beginnings, as they are
while somebody writes them. The suite takes some of the places; with LAZYOCI_EVERY_PLACE=1 all of them (ten minutes).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from lazyoci.config.load import load
from lazyoci.diagnostic import Source
from lazyoci.frozen import frozen
from lazyoci_lsp.state.projects import Project
from tests.e2e.cli import git, repository
from tests.lsp.desk import Desk, desk
from tests.lsp.kit import EXAMPLES

EVERY = os.environ.get("LAZYOCI_EVERY_PLACE") == "1"
STEP = 1 if EVERY else 29  # a prime: after some files it has met every kind of place
NO_YAML = {"yaml-syntax", "duplicate-key", "unquoted-template", "invalid-encoding"}
FLOW = """\
{version: 1, artifacts: [{type: image, name: "é😀", platforms: [linux/amd64, linux/arm64], secrets: ["id=a,src=b"],
  targets: [{registry: ghcr.io/acme/a, tags: [v1, {tag: latest, when: [release, not schedule], moves: forward}, "{{ .GitSHA }}"]}]},
  {type: artifact, files: [{path: a.json, mediaType: application/json}], "targets": [{"registry": 'ghcr.io/acme/b', "tags": ['x']}]}]}
"""  # noqa: E501  # that it is long is what it is about
STYLES = """\
# comment
version:  1   # one
x-targets: &targets
  - registry: ghcr.io/acme/a
    tags: &tags ["{{ .VersionFull }}", latest]
x-labels: &labels {a: b}

artifacts:

- type: image   # lazyoci: ignore[missing-dockerfile]
  "name": 'é😀 x'
  labels: *labels

  annotations:
    <<: *labels
    text: |
      name: no
        - type: no

    folded: >-
      one
      two
    key with spaces: "a # b"
  buildArgs: {A: "1", B: '2'}
  when:
  - release
  - all: [branch, "not schedule"]
  targets:
  - registry: "ghcr.io/acme/a"

    tags:
    - "{{ .VersionFull }}"
    # why
    - {tag: latest, when: release}
    -   tag: edge
        when: default-branch
    - v{{ .Version }}
    - '{{ .Tag | default "a" }}'
  -
    registry: ghcr.io/acme/b
    tags: *tags
- {type: docker, image: "nginx:alpine", targets: *targets}
-   type: helm
    chartPath: charts/shop
    versionFrom: {file: charts/shop/Chart.yaml}
    platforms:
    targets:
        -   registry: ghcr.io/acme/d
            tags:
                -   "1"
            moves: never

"""
TABS = """\
version:\t1
artifacts:
  - type:\timage\t# x
    context: \t.
    platforms: [\tlinux/amd64,\tlinux/arm64\t]
    attestations: {provenance: min, sbom: true}
    metadata: auto
    targets:
      - registry: a.io/b
        when: [release,
          branch]
        tags: [
          a,

          "{{ .GitSHA }}",   # c
          b
        ]
"""
OWN = {"flow": FLOW, "styles": STYLES, "tabs": TABS}
TEXTS = {**OWN, **{path.parent.name: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/.lazy"))}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = repository(tmp_path_factory.mktemp("project") / "shop")
    git(root, "remote", "add", "origin", "git@github.com:acme/shop.git")
    for name in ("charts/shop", "docker", "odd, 'name"):
        (root / name).mkdir(parents=True)
    for name in ("Dockerfile", "docker/worker.Dockerfile"):
        (root / name).write_text("FROM alpine AS base\nARG GO=1\nFROM base\n", "utf-8")
    (root / "charts/shop/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.3.0\n", "utf-8")
    (root / "settings.json").write_text("{}\n", "utf-8")
    auths = '{"auths": {"registry.example.com": {}}, "credHelpers": {"1.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login"}}'
    (root / "config.json").write_text(auths, "utf-8")
    return root


@frozen
class Decoded:
    """What of a text can be read."""

    yaml: bool
    config: bool
    codes: frozenset[str]


def decoded(text: str) -> Decoded:
    loaded = load(Source(text))
    codes = frozenset(one.code for one in loaded.diagnostics)
    return Decoded(NO_YAML.isdisjoint(codes), loaded.config is not None, codes)


def harm(here: Desk, text: str, offset: int) -> Iterator[str]:
    """What breaks the text: each item that does, with the text that it makes."""
    before = decoded(text)
    for item in here.items(text, offset):
        if not before.yaml:
            continue  # that it answers at all is what is asked then
        after, _ = here.accept(text, item)
        now = decoded(after)
        # what is begun still lacks something: only that may be new
        fine = now.config or not before.config or now.codes <= before.codes | {"missing-key"}
        if not now.yaml or not fine:
            marked = f"{text[max(0, offset - 60) : offset]}¦{text[offset : offset + 30]}"
            yield f"{marked!r}: {item.label!r} gives {sorted(now.codes - before.codes)}"


def places(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The text at some of its places, and its beginnings up to these."""
    for offset in range(start % STEP, len(text) + 1, STEP):
        yield text, offset
        yield text[:offset], offset


@pytest.mark.parametrize("name", list(TEXTS))
def test_every_item_leaves_a_file_that_decodes(project: Path, name: str) -> None:
    here = desk(project)
    text = TEXTS[name]
    found = [harmful for at, offset in places(text, len(name)) for harmful in harm(here, at, offset)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["styles", "multi"])
def test_so_with_windows_line_ends_without_snippets_and_in_other_encodings(project: Path, name: str) -> None:
    text = TEXTS[name].replace("\n", "\r\n")
    for number, encoding in enumerate(("utf-8", "utf-32")):
        here = desk(project, encoding=encoding, snippets=number == 0)
        found = [harmful for at, offset in places(text, 7 + 11 * number) for harmful in harm(here, at, offset)]
        assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["styles", "multi"])
def test_so_on_new_lines_in_any_column(project: Path, name: str) -> None:
    """Behind each line, wherever the cursor is put on a new one: with nothing, with a letter, with a dash."""
    here, found = desk(project), list[str]()
    lines = TEXTS[name].split("\n")
    for number in range(1, len(lines), 1 if EVERY else 5):
        for column, begun in ((number * 3 % 13, ""), (number * 5 % 11, "t"), (number * 7 % 12, "-")):
            written = "\n".join([*lines[:number], " " * column + begun])
            text = "\n".join([written, *lines[number:]])
            found += harm(here, text, len(written))
    assert not found, "\n".join(found)


def test_a_mapping_that_could_have_been_a_list_gets_no_members(project: Path) -> None:
    before = "version: 1\nartifacts:\n- type: image\n  when:\n  - release\n  - all: [branch]\n   "
    after = "\n  targets:\n  - registry: ghcr.io/acme/a\n    tags: [x]\n"
    assert not list(harm(desk(project), before + after, len(before)))


def test_a_space_is_written_where_yaml_needs_one(project: Path) -> None:
    here, head = desk(project), "version: 1\nartifacts:\n"
    tags = head + "  - targets:\n      - tags:\n          "
    for begun, label, after in (
        ("version:", "1", "version: 1"),
        (head + "  - type:", "helm", head + "  - type: helm"),
        (head + "  - type:ima", "image", head + "  - type: image"),
        (head + "  -", "type", head + "  - type: image"),
        (head + "  - {type:", "docker", head + "  - {type: docker"),
        (head + "  - platforms: [a,", "linux/amd64", head + "  - platforms: [a, linux/amd64"),
        (tags + "-", "latest", tags + "- latest"),
    ):
        item = next(one for one in here.items(begun, len(begun)) if one.label == label)
        assert here.accept(begun, item)[0] == after


def test_what_yaml_would_read_as_something_else_is_quoted(project: Path) -> None:
    here, head = desk(project), "version: 1\nartifacts:\n  - type: image\n    "
    target = "targets:\n      - registry: ghcr.io/acme/a\n        tags: "
    for begun, rest, label, after in (
        ("secrets: [", "]", "id=npm,src=.npmrc", 'secrets: ["id=npm,src=.npmrc"]'),
        ("secrets:", "", "id=npm,src=.npmrc", 'secrets: ["id=npm,src=.npmrc"]'),
        ("secrets:\n      - ", "", "id=npm,src=.npmrc", "secrets:\n      - id=npm,src=.npmrc"),
        (target + "[", "]", "1.10", target + '["1.10"]'),
        (target + "['", "']", "1.10", target + "['1.10']"),
        (target + "[", "]", "on", target + '["on"]'),
        ("context: ", "", "odd, 'name/", "context: odd, 'name/"),
        ("context: '", "'", "odd, 'name/", "context: 'odd, ''name/'"),
    ):
        text, at = head + begun + rest, len(head + begun)
        found = here.items(text, at)
        item = next(one for one in found if label in (one.label, one.filter_text))
        assert here.accept(text, item)[0] == head + after


@pytest.mark.parametrize(
    "written",
    [
        "version: 1",
        "artifacts:\n  - type: image",
        "artifacts:\n  - targets:\n      - tags: [latest",
        "artifacts:\n  - dockerfile: Dockerfile",
    ],
)
def test_what_is_complete_leaves_no_list_that_would_take_enter(project: Path, written: str) -> None:
    incomplete, items = desk(project).ask(written, len(written))
    assert (incomplete, items) == (True, [])
    shorter = written[:-1]
    if shorter[-1] != " ":
        assert desk(project).items(shorter, len(shorter)), shorter


@pytest.mark.parametrize("name", list(TEXTS))
def test_enter_at_the_end_of_a_line_is_not_taken(project: Path, name: str) -> None:
    """Whoever types a file out, and ends each line by Enter, has what was typed, and nothing from a list."""
    here, taken = desk(project), list[str]()
    for end in [number for number, letter in enumerate(TEXTS[name]) if letter == "\n"]:
        written = TEXTS[name][:end]
        typed = written.rpartition("\n")[2].strip()
        if typed[-1:] in ("", ",", "[", "-"):
            continue  # no list comes behind a comma; a bracket, or a dash, alone on its line asks for a member
        context = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, typed[-1])
        for item in here.typed(written, context):
            assert isinstance(item.text_edit, types.TextEdit)
            start = here.view.converter.offset(Source(written), item.text_edit.range.start)
            if item.label.startswith(written[start:].strip()):
                taken.append(f"{typed!r}: {item.label!r}")
    assert not taken, "\n".join(taken)


def test_a_template_without_quotes_gets_them(project: Path) -> None:
    here = desk(project)
    head = "version: 1\nartifacts:\n  - type: image\n    targets:\n      - registry: ghcr.io/acme/a\n        tags:"
    for begun, rest, label, after in (
        ("\n          - {{ .Ver", "", ".VersionFull", '\n          - "{{ .VersionFull }}"'),
        ("\n          - {{ ", " }}", ".VersionFull", '\n          - "{{ .VersionFull }}"'),
        ("\n          - {{ .GitBranch | tag", " }}", "tagify", '\n          - "{{ .GitBranch | tagify }}"'),
        ("\n          - {{ ", ' | default "a" }}', ".Tag", "\n          - '{{ .Tag | default \"a\" }}'"),
        (" [a, {{ .Ver", "]", ".VersionFull", ' [a, "{{ .VersionFull }}"]'),
        (" [a, v{{ .Ver", " }}]", ".VersionFull", ' [a, "v{{ .VersionFull }}"]'),
        ("\n          - v{{ .Ver", " }}", ".VersionFull", "\n          - v{{ .VersionFull }}"),
        ('\n          - "{{ .Ver', '"', ".VersionFull", '\n          - "{{ .VersionFull"'),
    ):
        text = head + begun + rest
        item = next(one for one in here.items(text, len(head + begun)) if one.label == label)
        assert here.accept(text, item)[0] == head + after


def labels(items: list[types.CompletionItem]) -> list[str]:
    return [item.label for item in items]


def test_snippets_pass_the_rules_of_the_format(project: Path) -> None:
    """Those that come from the project and those of the schema alike."""
    from lazyoci.check import Run
    from lazyoci.world import World

    here = desk(project)
    for begun in ("", "version: 1\nartifacts:\n  - ", "version: 1\nartifacts:\n", "version: 1\nartifacts: ["):
        rest = "]" if begun.endswith("[") else ""
        found = [item for item in here.items(begun + rest, len(begun)) if item.kind == types.CompletionItemKind.Snippet]
        assert len(found) > 2, begun
        for item in found:
            text, _ = here.accept(begun + rest, item)
            told = Run(World()).check(text, project / ".lazy").diagnostics
            of_files = ("missing-file", "missing-dockerfile", "unresolved-variable")
            assert [one.message for one in told if one.code not in of_files] == [], text


@given(st.text(alphabet="ab:-[]{}\", \n\t#|'{.}é😀\u2028\r&*<?!%@`>", max_size=40), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_too_odd(project: Path, text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    here = desk(project, project=Project())
    for item in here.items(text, offset):
        here.accept(text, item)
    assert not [one for one in here.items("*", 1) if one.label != "*"]  # the smallest that once broke it
