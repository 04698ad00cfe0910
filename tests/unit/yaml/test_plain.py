"""YAML that is no `.lazy` file: one problem with its line, plain data, and texts that come back as written."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.yaml.plain import MAX_DEPTH, NotYaml, data, read
from lazyoci.yaml.quotes import scalar
from lazyoci.yaml.splice import Splicer


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b\nc: [\n", 2, "syntax"),
        ("a: b\nc: \x07\n", None, "syntax"),
        ("a: b\nc: *d\n", 1, "unknown alias"),
        ("a: &d\n  b: *d\n", 1, "alias inside its anchor"),
        ("a:\n " + "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH, 1, "too deep"),
        ("".join(f"a{n}: &a{n} [{f'*a{n - 1}' if n else 'x'}]\n" for n in range(MAX_DEPTH)), 0, "too deep"),
        ("a: \ud800\n", None, "syntax"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(NotYaml) as caught:
        read(text)
    assert (caught.value.line, caught.value.reason) == (line, reason)


def test_as_deep_as_may_be() -> None:
    text = "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH
    found = data(read(text).root)
    for _ in range(MAX_DEPTH):
        assert isinstance(found, list)
        (found,) = found
    assert found == "x"


def test_data() -> None:
    text = "a: &m {x: 1.10, y: ~}\nb: {<<: *m, x: yes}\nc: ['~', !!null ~, [q]]\n"
    assert data(read(text).root) == {
        "a": {"x": "1.10", "y": None},
        "b": {"x": "yes", "y": None},
        "c": ["~", None, ["q"]],
    }
    assert data(read("# nothing\n").root) is None


def test_what_follows_counts_only_where_it_matters() -> None:
    text = "a: 1\n--- {\n"
    assert data(read(text, first_only=True).root) == {"a": "1"}
    assert read(text).more and not read(text, first_only=True).more


@given(st.text(max_size=30))
def test_a_scalar_is_the_same_text_to_every_reader(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    line = f"key: {scalar(text)}\n"
    assert data(read(line).root) == {"key": text}
    assert yaml.safe_load(line) == {"key": text}


def test_a_splice_that_left_no_yaml_is_told_by_the_next_step() -> None:
    splicer = Splicer("list:\n- a: &n x\n- b: *n\n")
    splicer.remove("list", 0)
    with pytest.raises(NotYaml):
        splicer.put((), "key", "value")
