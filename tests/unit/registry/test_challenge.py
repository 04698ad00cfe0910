import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.registry.auth.challenge import Challenge, choose, parse


def test_bearer_with_commas_inside_quotes() -> None:
    (found,) = parse(['Bearer realm="https://a.example/token",service="reg",scope="repository:a/b:pull,push"'])
    assert found.scheme == "bearer"
    assert found.realm == "https://a.example/token"
    assert found.service == "reg"
    assert found.scope == "repository:a/b:pull,push"


@pytest.mark.parametrize(
    "header",
    [
        'BEARER Realm="https://t/",SERVICE="s"',
        'Bearer realm = "https://t/" , service=s',
        'bearer  realm="https://t/"  service="s"',
        ', Bearer realm="https:\\/\\/t/",service="s",',
        'Bearer realm=https://t/,service="s"',
    ],
)
def test_loose_spellings(header: str) -> None:
    (found,) = parse([header])
    assert (found.scheme, found.realm, found.service) == ("bearer", "https://t/", "s")


def test_backslash_escapes() -> None:
    (found,) = parse([r'Basic realm="say \"hi\" \\ now"'])
    assert found.realm == r'say "hi" \ now'


def test_several_challenges_in_one_header_and_in_several() -> None:
    one = parse(['Basic realm="a", Bearer realm="b",service="c"', "Negotiate"])
    assert [item.scheme for item in one] == ["basic", "bearer", "negotiate"]
    assert one[1].service == "c"
    assert one[0].service == ""


def test_a_negotiate_blob_does_not_hide_what_follows() -> None:
    found = parse(['Negotiate YIIabc==, Basic realm="x"'])
    assert [item.scheme for item in found] == ["negotiate", "basic"]
    assert found[1].realm == "x"


def test_the_first_of_a_repeated_parameter_counts() -> None:
    assert parse(['Bearer realm="a",realm="b"'])[0].realm == "a"


def test_bearer_is_preferred_and_others_are_ignored() -> None:
    assert choose(parse(['Negotiate, Basic realm="x", Bearer realm="https://t/"'])).realm == "https://t/"  # type: ignore[union-attr]  # a failure says so as well
    assert choose([Challenge("bearer"), Challenge("basic")]) == Challenge("basic")  # Bearer without realm is no use
    assert choose(parse(["Negotiate, NTLM"])) is None
    assert choose([]) is None


@settings(max_examples=150)
@given(st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_read_without_failing(headers: list[str]) -> None:
    for found in parse(headers):
        assert found.scheme == found.scheme.lower()
        assert found.scheme


_token = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._", min_size=1, max_size=8)
_value = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@settings(max_examples=100)
@given(st.lists(st.tuples(_token, st.dictionaries(_token, _value, min_size=1, max_size=3)), min_size=1, max_size=3))
def test_what_is_written_by_the_rules_is_read_back(challenges: list[tuple[str, dict[str, str]]]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    header = ", ".join(
        scheme + " " + ", ".join(f"{name}={quoted(value)}" for name, value in parameters.items())
        for scheme, parameters in challenges
    )
    assert [(item.scheme, dict(item.parameters)) for item in parse([header])] == challenges
