"""The preview as a page: complete, self-contained, and safe whatever a `.lazy` file holds."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.check import Checked, check, scenarios
from lazyoci.publish import Options, refused
from lazyoci.report.preview_html import RegistryState, Shown, page
from tests.worlds import ROOT, described

TEXT = """\
version: 1
artifacts:
  - type: artifact
    name: a <b> & c
    files: [{path: f.txt, mediaType: text/plain}]
    targets:
      - registry: "{{ .Registry }}/acme/a"
        tags: ["{{ .Tag }}", "{{ .Versoin }}", "a tag", '<script>alert(1)</script>', latest]
"""
VOID = frozenset({"meta", "br", "hr", "link", "img", "input"})


class Reader(HTMLParser):
    """The elements and texts of a page; elements must be closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.text += " "
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def checked(text: str, **world: object) -> Checked:
    return check(text, ROOT / ".lazy", described({"files": {"f.txt": ""}, **world}))


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_everything_is_there() -> None:
    html = page(checked(TEXT, environ={"LAZYOCI_REGISTRY": "r.example"}, tag="v1.2.3"))
    shown = " ".join(read(html).text.split())
    for part in (
        "a <b> & c",
        "r.example/acme/a",
        "{{ .Registry }}/acme/a .Registry = r.example (LAZYOCI_REGISTRY)",
        "v1.2.3 {{ .Tag }} .Tag = v1.2.3 (--tag)",
        "{{ .Versoin }} .Versoin is not a template variable",
        "a tag",
        "<script>alert(1)</script>",
        "latest",
        "error unknown-variable, line 8",
        "Fix: replace with .Version",
    ):
        assert part in shown, part


def test_a_missing_value_says_what_gives_it() -> None:
    shown = " ".join(read(page(checked(TEXT))).text.split())
    assert "‹Tag› {{ .Tag }} .Tag has no value: give --tag or set LAZYOCI_TAG" in shown


def test_nothing_is_fetched_or_run() -> None:
    html = page(checked(TEXT))
    assert {tag for tag, _ in read(html).seen}.isdisjoint({"script", "link", "img", "iframe", "object", "base", "form"})
    for tag, attributes in read(html).seen:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("src", "style")
            assert name != "href" or (tag == "a" and str(value).startswith("#"))
    style = html[html.index("<style>") : html.index("</style>")]
    assert not re.search(r"url\(|@import", style)
    assert "prefers-color-scheme: dark" in style


def test_a_file_that_does_not_decode_shows_its_problems() -> None:
    shown = " ".join(read(page(checked(TEXT.replace('["{{ .Tag }}"', "[{{ .Tag }}")))).text.split())
    assert "error unquoted-template, line 8" in shown
    assert "Fix: " in shown


def test_each_state_is_a_word_beside_its_symbol() -> None:
    text = TEXT.replace(", latest]", ", {tag: latest, when: release}, {tag: edge, when: branch}]")
    text += "      - {registry: ghcr.io/acme/a, tags: [v1]}\n"
    html = page(checked(text, tag="v1.2.3", face="build"))
    for word, tag in (("no value", "latest"), ("error", "{{ .Versoin }}"), ("due", "v1"), ("not now", "edge")):
        assert re.search(
            rf'<span class="mark [^"]*" data-symbol="."[^>]*>{word}</span><div><code [^>]*>{re.escape(tag)}<', html
        )
    assert "This run is for the tag v1.2.3" in " ".join(read(html).text.split())


def test_what_a_registry_has_stands_at_its_reference() -> None:
    one = checked(TEXT, environ={"LAZYOCI_REGISTRY": "r.example"}, tag="v1.2.3")
    assert one.plan is not None
    latest = one.plan.artifacts[0].targets[0].pushed[-1]
    state = RegistryState("moves", "exists: <sha256:1>")
    html = page(one, Shown(states={(0, latest): state}))
    assert html.count("exists: &lt;sha256:1&gt;") == 1
    assert html.count(">moves</span>") == 1


def test_an_artifact_that_a_build_would_refuse_says_why() -> None:
    one = checked(TEXT, environ={"LAZYOCI_REGISTRY": "r.example"}, tag="v1.2.3")
    html = page(one, Shown(failed=refused(one, Options())))
    assert html.count("a build would refuse it") == 1
    assert html.count(".Versoin is not a template variable") == 2  # at the tag, and among the problems


def test_failing_scenarios_are_told_once_in_notes() -> None:
    one = checked(TEXT, environ={"LAZYOCI_REGISTRY": "r.example"}, tag="v1.2.3")
    html = page(one, Shown(scenarios.rows(one, scenarios.STANDARD), scenarios.STANDARD, chosen="next release"))
    table = html[html.index('<section id="scenarios">') : html.index('<section id="problems"')]
    assert table.count(".Versoin is not a template variable") == 1
    assert "fails <sup>1</sup>" in table
    assert '<th scope="col" class="chosen">next release</th>' in table
    assert "Previewed as next release" in " ".join(read(html).text.split())


def test_no_problems() -> None:
    text = TEXT.partition("      - registry:")[0] + "      - {registry: ghcr.io/acme/a, tags: [v1]}\n"
    assert "Problems None." in " ".join(read(page(checked(text))).text.split())


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_is_shown_as_text(text: str) -> None:
    quoted = text.replace("'", "''")
    reader = read(page(checked(TEXT.replace("a tag", quoted).replace("f.txt", quoted[:10]))))
    assert "script" not in {tag for tag, _ in reader.seen}


@pytest.mark.parametrize(
    "example", sorted((Path(__file__).parents[3] / "examples").iterdir()), ids=lambda path: path.name
)
def test_examples(example: Path) -> None:
    path = example / ".lazy"
    html = page(check(path.read_text("utf-8"), path, described({})))
    assert html.count('<li class="artifact">') == path.read_text("utf-8").count("  - type:")
