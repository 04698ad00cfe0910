"""The schema on its own, in editors without our server: yaml-language-server tells the structural errors by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazyoci.config import schema
from lazyoci.diagnostic import Severity
from lazyoci.rules import RULES
from tests.e2e.checkout import ROOT
from tests.e2e.yaml_language_server import YamlLanguageServer, running
from tests.golden_files import Case, cases

pytestmark = pytest.mark.index

# what a schema can see, each at its line
SEEN = frozenset(
    {"duplicate-key", "missing-key", "unknown-key", "wrong-type", "unsupported-version", "unknown-type", "empty-list"}
    | {"unquoted-template"}
)
# broken YAML: another parser says it too, but may stop at another line; and it judges every document of a file
BROKEN = frozenset({"yaml-syntax", "extra-document"})
LOCAL = frozenset(rule.code for rule in RULES if rule.reporter in ("rule", "reader"))
# what a schema cannot see: it knows no templates, no files, no git, no registry, and no difference in severity
UNSEEN = LOCAL - SEEN - BROKEN
# golden files of codes that it sees, with lines (from one) that yaml-language-server 1.25 says nothing of
SILENT = {
    "missing-key.comment": {1},  # a document of comments only is not judged
    "unknown-key.case": {4, 5, 6, 7},  # after a null key the whole artifact is not judged
    "wrong-type.target": {11, 13},  # a merge of text, and a list as a key
    "wrong-type.template": {6},  # {{ .X }} is a mapping, and annotations are one
}
# valid files of which another YAML parser has something to say, whatever the schema
OTHER_READING = {
    "duplicate-key": "unique",  # 1 and 0x1 are two texts for Go, one number for YAML 1.2
    "wrong-type": "Unresolved tag",  # Go ignores unknown tags
    "yaml-syntax": "Unused anchor",
}
FETCHED_NOTHING = {"validate": True, "schemaStore": {"enable": False}}


@pytest.fixture(scope="module")
def said() -> dict[str, list[Any]]:
    """What a server whose settings say that the schema is for `*.lazy` says of all golden files, by URI."""
    with running(FETCHED_NOTHING | {"schemas": {schema.find().as_uri(): ["*.lazy"]}}) as server:
        return server.diagnostics({one.path.as_uri(): one.text for folder in ("err", "ok") for one in cases(folder)})


@pytest.fixture(scope="module")
def by_modeline() -> Iterator[YamlLanguageServer]:
    """A server that is told nothing: the file itself names its schema."""
    with running(FETCHED_NOTHING) as server:
        yield server


def lines(said: dict[str, list[Any]], case: Case) -> set[int]:
    """The lines, from one, of which the server has something to say."""
    return {one["range"]["start"]["line"] + 1 for one in said[case.path.as_uri()]}


def test_what_it_sees_are_codes() -> None:
    assert LOCAL >= SEEN | BROKEN


@pytest.mark.parametrize("case", [one for one in cases("err") if one.code in SEEN], ids=lambda case: case.name)
def test_what_a_schema_sees(case: Case, said: dict[str, list[Any]]) -> None:
    checked = case.check()
    errors = [one for one in checked.diagnostics if one.severity is Severity.ERROR and one.code in SEEN]
    expected = {checked.source.position(one.span.start).line + 1 for one in errors}
    silent = SILENT.get(case.name, set())
    assert silent <= expected
    assert expected - lines(said, case) == silent


@pytest.mark.parametrize("case", [one for one in cases("err") if one.code in BROKEN], ids=lambda case: case.name)
def test_broken_yaml(case: Case, said: dict[str, list[Any]]) -> None:
    assert lines(said, case)


@pytest.mark.parametrize("case", [one for one in cases("err") if one.code in UNSEEN], ids=lambda case: case.name)
def test_what_a_schema_cannot_see(case: Case, said: dict[str, list[Any]]) -> None:
    assert lines(said, case) == set()


@pytest.mark.parametrize("case", cases("ok"), ids=lambda case: case.name)
def test_valid_files(case: Case, said: dict[str, list[Any]]) -> None:
    messages = [one["message"] for one in said[case.path.as_uri()]]
    allowed = OTHER_READING.get(case.name)
    assert [message for message in messages if allowed is None or allowed not in message] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.lazy")), ids=lambda path: path.parent.name)
def test_examples_by_their_modeline(path: Path, by_modeline: YamlLanguageServer) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=")
    bad = path.with_name("bad.lazy").as_uri()  # shows that the schema was really read
    found = by_modeline.diagnostics({path.as_uri(): text, bad: text.replace("targets:", "target:", 1)})
    assert found[path.as_uri()] == []
    assert 'Missing property "targets".' in [one["message"] for one in found[bad]]


def test_the_schema_is_published_under_its_id() -> None:
    assert schema.load()["$id"] == schema.ID
    assert schema.load()["$schema"] == "http://json-schema.org/draft-07/schema#"
