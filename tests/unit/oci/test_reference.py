"""References: the grammar of distribution, Docker Hub's shorthands, and what messages say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.oci.reference import ReferenceError, Repository, check_tag, is_tag, parse, parse_repository

SHA = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/nginx:1", "docker.io/library/nginx:1"),
        ("registry-1.docker.io/acme/app:1", "docker.io/acme/app:1"),
        ("acme/app", "docker.io/acme/app:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5050/app:v1", "localhost:5050/app:v1"),
        ("ghcr.io/acme/app:v1", "ghcr.io/acme/app:v1"),
        (f"ghcr.io/acme/app@{SHA}", f"ghcr.io/acme/app@{SHA}"),
        (f"ghcr.io/acme/app:v1@{SHA}", f"ghcr.io/acme/app:v1@{SHA}"),
        ("[::1]:5000/app:v1", "[::1]:5000/app:v1"),
        ("oci://ghcr.io/acme/chart:0.1.0", "ghcr.io/acme/chart:0.1.0"),
        ("Registry/app", "Registry/app:latest"),
        ("a.b/c__d/e-f--g:T_a.g", "a.b/c__d/e-f--g:T_a.g"),
    ],
)
def test_parse(text: str, expected: str) -> None:
    assert str(parse(text)) == expected


def test_digest_decides() -> None:
    assert parse(f"ghcr.io/a/b:v1@{SHA}").target == SHA


@pytest.mark.parametrize(
    ("text", "part", "says"),
    [
        ("ghcr.io/Acme/app", "repository", "upper-case"),
        ("ghcr.io/acme//app", "repository", "empty component"),
        ("ghcr.io/acme/app:fea/ture", "repository", ":"),
        ("ghcr.io/acme/app:-x", "tag", "begins with"),
        ("ghcr.io/acme/app:" + "x" * 129, "tag", "129 characters"),
        ("ghcr.io/acme/app:a+b", "tag", "'+'"),
        ("ghcr.io/acme/app:", "tag", "empty"),
        ("https://ghcr.io/acme/app", "host", "without a scheme"),
        ("ghcr.io/acme/app@sha256:abc", "digest", "wrong length"),
        ("ghcr.io/acme/app@md5:abc", "digest", "not supported"),
        ("ghcr.io/acme/app_", "repository", "separator"),
        ("localhost:5000", "repository", "no repository"),
        ("a.b:99999/app", "host", "out of range"),
        ("f" * 64, "repository", "bare image id"),
        ("ghcr.io/" + "a" * 250, "repository", "longer than 255"),
    ],
)
def test_refuses(text: str, part: str, says: str) -> None:
    with pytest.raises(ReferenceError) as caught:
        parse(text)
    assert caught.value.part == part
    assert says in caught.value.message


def test_a_registry_has_no_tag() -> None:
    with pytest.raises(ReferenceError, match="contains the tag 'v1'"):
        parse_repository("ghcr.io/acme/app:v1")


@pytest.mark.parametrize("text", ["https://anna:hunter2@ghcr.io/a/b", "anna:hunter2@ghcr.io/a/b", "anna:hunter2@x"])
def test_a_password_is_never_repeated(text: str) -> None:
    for read in (parse, parse_repository):
        with pytest.raises(ReferenceError) as caught:
            read(text)
        assert "hunter2" not in caught.value.message + caught.value.hint


@given(st.text(alphabet="ab.:/@-_A0é+ ", max_size=40))
def test_only_our_error_comes_out_and_parsing_is_stable(text: str) -> None:
    try:
        reference = parse(text)
    except ReferenceError as error:
        assert error.message
        return
    assert parse(str(reference)) == reference


@given(st.text(max_size=140))
def test_tags(text: str) -> None:
    if is_tag(text):
        assert check_tag(text) == text
        assert str(Repository("a.b", "c").tagged(text)).endswith(":" + text)
    else:
        with pytest.raises(ReferenceError):
            check_tag(text)
