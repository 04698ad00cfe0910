"""Where a cursor is, by the text alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.diagnostic import Source
from lazyoci_lsp.text.place import Place, place
from tests.lsp.kit import EXAMPLES, MARK

HEAD = "version: 1\nartifacts:\n  - type: image\n    name: a\n    "
TARGET = ("artifacts", "[]", "targets", "[]")


def at(marked: str) -> tuple[Place, str]:
    text = marked.replace(MARK, "")
    found = place(Source(text), marked.index(MARK))
    return found, text[found.word.start : found.word.end]


@pytest.mark.parametrize(
    ("marked", "kind", "path", "word"),
    [
        ("¦", "key", (), ""),
        ("ver¦", "key", (), "ver"),
        ("version: 1\n¦", "key", (), ""),
        ("version: ¦1\n", "value", ("version",), "1"),
        ("version: 1\nartifacts:\n  - ¦", "item", ("artifacts", "[]"), ""),
        ("version: 1\nartifacts:\n- ¦", "item", ("artifacts", "[]"), ""),
        ("version: 1\nartifacts:\n  ¦", "key", ("artifacts",), ""),
        (HEAD + "¦", "key", ("artifacts", "[]"), ""),
        (HEAD + "dock¦", "key", ("artifacts", "[]"), "dock"),
        (HEAD + "dockerfile: D¦", "value", ("artifacts", "[]", "dockerfile"), "D"),
        (HEAD + "dockerfile: 'D¦'", "value", ("artifacts", "[]", "dockerfile"), "D"),
        (HEAD + "buildArgs:\n      GO¦: 1\n", "key", ("artifacts", "[]", "buildArgs"), "GO"),
        (HEAD + "targets:\n      - regis¦", "item", TARGET, "regis"),
        (HEAD + "targets:\n    - registry: g¦", "value", (*TARGET, "registry"), "g"),
        (HEAD + "targets:\n      - registry: g\n        ¦\n", "key", TARGET, ""),
        (HEAD + "targets:\n      - tags:\n          - v¦\n", "item", (*TARGET, "tags", "[]"), "v"),
        (HEAD + "targets:\n      - tags:\n        - v¦\n", "item", (*TARGET, "tags", "[]"), "v"),
        (HEAD + 'targets:\n      - tags: [a, "{{ .V¦', "item", (*TARGET, "tags", "[]"), "{{ .V"),
        (HEAD + "targets: [{registry: a, ta¦", "key", TARGET, "ta"),
        (HEAD + "targets: [{registry: a¦, tags: []}]", "value", (*TARGET, "registry"), "a"),
        (HEAD + "platforms: [\n      linux/amd64,\n      l¦", "item", ("artifacts", "[]", "platforms", "[]"), "l"),
        ("version: 1\nartifacts: [{type: ¦", "value", ("artifacts", "[]", "type"), ""),
        ("version: 1 # not¦e", "comment", (), "# note"),
    ],
)
def test_places(marked: str, kind: str, path: tuple[str, ...], word: str) -> None:
    found, written = at(marked)
    assert (found.kind, found.path, written) == (kind, path, word)


def test_what_is_beside_and_around() -> None:
    found, _ = at(
        HEAD + "targets:\n      - registry: r\n        ¦\n        tags: [a]\n    context: x\n  - type: helm\n"
    )
    assert found.siblings == {"registry": "r", "tags": "[a]"}
    assert found.artifact == {"type": "image", "name": "a", "targets": "", "context": "x"}
    assert found.type == "image"
    found, _ = at("version: 1\nartifacts: [{type: 'helm', name: b, targets: [{tags: [¦")
    assert found.type == "helm"


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    found, word = at("\ufeff" + (HEAD + "targets:\n      - registry: r¦\n").replace("\n", "\r\n"))
    assert (found.path, word) == ((*TARGET, "registry"), "r")
    assert found.artifact["name"] == "a"


@given(st.text(alphabet="ab:-[]{}\", \n\t#|'{.}é😀\u2028\r", max_size=60), st.data())
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_odd(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    found = place(Source(text), offset)
    assert 0 <= found.word.start <= found.word.end <= len(text)


def test_every_offset_of_the_examples() -> None:
    for file in sorted(EXAMPLES.glob("*/.lazy")):
        source = Source(file.read_text("utf-8"))
        for offset in range(len(source.text) + 1):
            place(source, offset)


def test_a_line_indented_by_tabs_says_nothing_of_others() -> None:
    found, word = at(HEAD + "context: x\n\tstray: 1\n    targets:\n      - registry: r¦\n")
    assert (found.path, word) == ((*TARGET, "registry"), "r")
    assert found.artifact["context"] == "x"
    found, word = at(
        "version: 1\nartifacts:\n\t- type: image\n\t\tname: a¦\n"
    )  # all of it by tabs: read as it is meant
    assert (found.path, word) == (("artifacts", "[]", "name"), "a")


def test_a_new_item_has_nothing_of_the_one_before() -> None:
    for begun in ("- ¦", "- ty¦", "- type¦: helm"):
        found, _ = at(HEAD + f"targets: []\n  {begun}\n    context: x\n")
        assert found.path == ("artifacts", "[]")
        assert "name" not in found.siblings
        assert found.siblings.get("context") == "x"
