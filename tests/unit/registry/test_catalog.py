import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.registry.pages import next_link
from lazyoci.registry.tag_order import sort_tags


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ([], ""),
        (['</v2/a/tags/list?n=2&last=b>; rel="next"'], "/v2/a/tags/list?n=2&last=b"),
        (['</p?a,b>; title="x, y"; rel=next'], "/p?a,b"),
        (['</first>; rel="first", </next>; rel="prev next"'], "/next"),
        (['</x>; rel="nextish"', '</y>; REL = "next"'], "/y"),
        (["garbage", '<unclosed; rel="next"'], ""),
    ],
)
def test_the_next_page(values: list[str], target: str) -> None:
    assert next_link(values) == target


@given(st.lists(st.text(max_size=40), max_size=3))
def test_any_link_header_is_read(values: list[str]) -> None:
    next_link(values)


def test_a_header_that_opens_again_and_again_is_looked_at_once() -> None:
    """As many characters as a head may have: one look for each of them took minutes."""
    assert next_link(["<" * 250_000]) == ""
    assert next_link(["<" * 250_000 + '/v2/?last=a>; rel="next"']) == "/v2/?last=a"


def test_tags_as_people_look_for_them() -> None:
    tags = ["v1.2.0", "main", "1.10", "1.2.0-rc.1", "latest", "1.2.0-rc.10", "2", "v1.2.0-beta", "alpha", "1.9.9"]
    assert sort_tags(tags) == [
        "latest", "2", "1.10", "1.9.9", "v1.2.0", "1.2.0-rc.10", "1.2.0-rc.1", "v1.2.0-beta", "alpha", "main",
    ]  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,12}", fullmatch=True), unique=True), st.randoms())
def test_the_order_does_not_depend_on_the_registrys(tags: list[str], random: object) -> None:
    shuffled = list(tags)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert sort_tags(shuffled) == sort_tags(tags)
    assert sorted(sort_tags(tags)) == sorted(tags)
