"""Comments that silence rules, and what is said of those that silence nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.check import Checked, check
from lazyoci.diagnostic import Severity
from lazyoci.rules import Selection
from lazyoci.yaml.edits import apply
from tests.worlds import ROOT, described

HEAD = (
    "version: 1\nartifacts:\n  - type: docker\n    image: nginx:1.27\n    targets:\n      - registry: ghcr.io/acme/x\n"
)


def checked(text: str, **selection: object) -> Checked:
    return check(text, ROOT / ".lazy", described({}), selection=Selection(**selection))  # type: ignore[arg-type]  # any


def codes(text: str, **selection: object) -> list[str]:
    """The codes found, with their lines."""
    found = checked(text, **selection)
    return [
        f"{one.code}:{found.source.position(one.span.start).line + 1}"
        for one in found.diagnostics
        if one.severity > Severity.INFORMATION
    ]


def tags(*lines: str) -> str:
    return HEAD + "        tags:\n" + "".join(f"          {line}\n" for line in lines)


def test_without_a_comment() -> None:
    assert codes(tags("- v1", "- v1", "- a/b")) == ["duplicate-tag:9", "invalid-tag:10"]


@pytest.mark.parametrize(
    "comment",
    [
        "# lazyoci: ignore[duplicate-tag]",
        "#lazyoci:ignore[duplicate-tag]",
        "# lazyoci: ignore[invalid-registry, duplicate-tag]",
        "# lazyoci: ignore [ duplicate-tag ] because it is meant",
        "# why not # lazyoci: ignore[duplicate-tag]",
    ],
)
def test_on_the_line_and_above(comment: str) -> None:
    found = codes(tags("- v1", f"- v1 {comment}", "- a/b"), ignore={"unused-suppression"})
    assert found == ["invalid-tag:10"]
    found = codes(tags("- v1", comment, "- v1", "- a/b"), ignore={"unused-suppression"})
    assert found == ["invalid-tag:11"]


def test_above_reaches_over_further_comments_but_not_over_code() -> None:
    mark = "# lazyoci: ignore[duplicate-tag]"
    assert codes(tags("- v1", mark, "# more", "# lazyoci: ignore[missing-file]", "- v1")) == []
    assert codes(tags(mark, "- v1", "- v1")) == ["unused-suppression:8", "duplicate-tag:10"]
    assert codes(tags("- v1", mark, "", "- v1")) == ["unused-suppression:9", "duplicate-tag:11"]


def test_of_the_file() -> None:
    mark = "# lazyoci: ignore-file[duplicate-tag]\n"
    text = tags("- v1", "- v1", "- a/b")
    assert codes(mark + text) == ["invalid-tag:11"]
    assert codes(text + mark) == ["invalid-tag:10"]


def test_a_mark_in_a_text_is_no_comment() -> None:
    mark = "# lazyoci: ignore-file[duplicate-tag]"
    for name in (
        f'"x {mark}"',
        f"'x {mark}'",
        f"|\n      x {mark}\n",
        f">-\n      x\n      {mark}\n",
        "x" + mark.replace(" ", ""),
    ):
        text = tags("- v1", "- v1").replace("    image:", f"    name: {name}\n    image:")
        assert [code for code in codes(text) if "duplicate-tag" in code], name
    block = f"| {mark}\n      x\n"
    assert codes(tags("- v1", "- v1").replace("    image:", f"    name: {block}    image:")) == []


def test_in_broken_yaml_comments_still_count() -> None:
    assert codes("# lazyoci: ignore-file[yaml-syntax]\na: [\n") == []
    assert codes("a: '# lazyoci: ignore-file[yaml-syntax]\n")[0].startswith("yaml-syntax")


def test_errors_of_the_reader_are_silenced_too() -> None:
    text = (
        HEAD.replace("    image:", "    colour: red # lazyoci: ignore[unknown-key]\n    image:")
        + "        tags: [v1]\n"
    )
    assert codes(text) == []


class TestUnused:
    def message(self, text: str, **selection: object) -> str:
        [one] = [one for one in checked(text, **selection).diagnostics if one.code == "unused-suppression"]
        assert one.severity is Severity.WARNING
        return one.message

    def test_nothing_to_silence(self) -> None:
        text = tags("- v1 # lazyoci: ignore[duplicate-tag]")
        assert self.message(text) == "duplicate-tag finds nothing on line 8; remove it from the comment"
        text = tags("- v1", "# lazyoci: ignore-file[duplicate-tag]")
        assert self.message(text) == "duplicate-tag finds nothing in this file; remove it from the comment"

    def test_no_such_rule(self) -> None:
        message = self.message(tags("- v1 # lazyoci: ignore[duplicat-tag]"))
        assert message == 'no rule has the code "duplicat-tag"; did you mean "duplicate-tag"?'

    def test_no_rule_named(self) -> None:
        assert "names no rule" in self.message(tags("- v1 # lazyoci: ignore"))
        assert "names no rule" in self.message(tags("- v1 # lazyoci: ignore[]"))

    @pytest.mark.parametrize(
        "line",
        [
            '- "{{ .GitBranch }}" # lazyoci: ignore[invalid-tag]',  # another branch may have a slash
            "- v1 # lazyoci: ignore[unresolved-variable]",
            "- v1 # lazyoci: ignore[reference-collision]",
            "- v1 # lazyoci: ignore[missing-file]",  # a file may be missing elsewhere
            "- v1 # lazyoci: ignore[tag-moves]",  # nobody asked the registry
            "- v1 # lazyoci: ignore[dirty-tree]",
        ],
    )
    def test_what_depends_on_more_than_the_text_is_never_unused(self, line: str) -> None:
        assert codes(tags(line)) == []

    def test_a_rule_that_did_not_run_is_not_unused(self) -> None:
        text = tags("- v1 # lazyoci: ignore[duplicate-tag]")
        assert codes(text, ignore={"duplicate-tag"}) == []
        assert codes(text, select={"invalid-tag", "unused-suppression"}) == []
        assert codes(text, least=Severity.ERROR) == []

    def test_where_the_file_does_not_decode_only_the_reader_is_judged(self) -> None:
        text = tags("- v1 # lazyoci: ignore[invalid-tag, null-item]").replace("    image:", "    imgae:")
        assert codes(text) == ["unknown-key:4", "unused-suppression:8"]

    def test_it_can_be_ignored_itself(self) -> None:
        assert codes(tags("- v1 # lazyoci: ignore[duplicate-tag]"), ignore={"unused-suppression"}) == []


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("- v1 # lazyoci: ignore[duplicate-tag]", "- v1"),
        ("- v1 # lazyoci: ignore[duplicate-tag] with a reason", "- v1"),
        ("- v1 # lazyoci: ignore[duplicate-tag] # and more", "- v1 # and more"),
        ("- v1 # first # lazyoci: ignore[duplicate-tag]", "- v1 # first"),
        ("- a/b # lazyoci: ignore[duplicate-tag, invalid-tag]", "- a/b # lazyoci: ignore[invalid-tag]"),
        ("# lazyoci: ignore[duplicate-tag]\n          - v1", "- v1"),
    ],
)
def test_the_fix_removes_what_is_unused(line: str, fixed: str) -> None:
    found = checked(tags(line))
    fixes = [one.fix for one in found.diagnostics if one.code == "unused-suppression" and one.fix]
    assert apply(found.source.text, fixes[0].edits) == tags(fixed)
    windows = checked(tags(line).replace("\n", "\r\n"))
    fixes = [one.fix for one in windows.diagnostics if one.code == "unused-suppression" and one.fix]
    assert apply(windows.source.text, fixes[0].edits) == tags(fixed).replace("\n", "\r\n")


@given(st.text(st.sampled_from("#lazyoci: ignore-file[]\"'\n|>,-&*"), max_size=60))
def test_any_text_gives_findings_only(text: str) -> None:
    for source in (text, tags(f"- v1 # lazyoci: {text}"), f"# lazyoci: ignore[{text}"):
        for one in checked(source).diagnostics:
            assert 0 <= one.span.start <= one.span.end <= len(source)
