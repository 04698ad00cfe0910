"""Templates as conditions: literal text beside the braces is none."""

from __future__ import annotations

import pytest

from lazyoci import template
from lazyoci.when import outcome


@pytest.mark.parametrize(
    ("source", "literal", "single"),
    [
        ("{{ .GitBranch }} == main", "== main", False),
        ("not {{ .IsRelease }}", "not", False),
        ('{{ eq .Tag "a" }} && {{ eq .Tag "b" }}', "&&", False),
        ("{{ if .Tag }}{{ .Tag }} == x{{ end }}", "== x", False),
        ("{{ if .Tag }}no{{ end }}", "no", True),
        ("{{ if .Tag }}{{ else }}never{{ end }}", "never", True),
        (' {{ eq .GitBranch "main" }} ', "", True),
        ("{{ .PullRequest }}", "", True),
        ("{{ $x := .Tag }}{{ $x }}", "", True),
        ("{{ if .VersionPrerelease }}true{{ else }}false{{ end }}", "", True),
        ('{{ eq .Tag "a" }}{{ eq .Tag "b" }}', "", False),
    ],
)
def test_text_outside_of_the_braces_and_several_values(source: str, literal: str, single: bool) -> None:
    parsed = template.parse(source)
    assert outcome.literal(parsed) == literal
    assert outcome.single(parsed) is single


def test_the_remedy_is_what_was_meant() -> None:
    assert outcome.remedy("{{ .GitBranch }} == main") == 'write {{ eq .GitBranch "main" }}, or branch:main'
    assert outcome.remedy("{{ .GitBranch }} != 'main'") == 'write {{ ne .GitBranch "main" }}, or not branch:main'
    assert outcome.remedy("{{ .Tag }} == v1") == 'write {{ eq .Tag "v1" }}'
    assert outcome.remedy("not {{ .Tag }}") == outcome.REMEDY
