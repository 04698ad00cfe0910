"""The passwords of addresses are hidden, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.mask import masked, masked_line, registry

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alice:hunter22@ghcr.io/a", "alice:********@ghcr.io/a"),
        ("https://alice:hunter22@ghcr.io/a", "https://alice:********@ghcr.io/a"),
        ("alice:h@nter:2@ghcr.io", "alice:********@ghcr.io"),
        ('{"repository": "alice:hunter22@localhost:5000/a"}', '{"repository": "alice:********@localhost:5000/a"}'),
        (
            "  - {registry: alice:hunter22@ghcr.io/a, tags: [v1]}",
            "  - {registry: alice:********@ghcr.io/a, tags: [v1]}",
        ),
        ("  - registry: 'alice:hunt/r22@ghcr.io/a'", "  - registry: 'alice:********@ghcr.io/a'"),
        ("    registry: ghp_secret@ghcr.io/a", "    registry: **********@ghcr.io/a"),
        ("registry: alice:hunter22@{{ .X }}/a", "registry: alice:********@{{ .X }}/a"),
        ("LAZYOCI_REGISTRY=alice:hunter22@h", "LAZYOCI_REGISTRY=alice:********@h"),
        ("alice:hunter22@", "alice:********@"),
    ],
)
def test_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown and len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ghcr.io/a/b:v1",
        f"ghcr.io/a/b:v1@{DIGEST}",
        f"localhost:5000/a@{DIGEST}",
        f"app:v1@{DIGEST}",
        f"registry: ghcr.io/a:v1@{DIGEST}",
        "mailto:anna@example.com",
        "maintainers: anna@example.com",
        "pkg:npm/foo@1.2.3",
        "git@github.com:acme/api.git",
        "https://example.com/@acme:x@y",
        "at 12:30 @ home",
    ],
)
def test_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alice:hunt/er@2@h/a", "alice:*********@h/a"),
        ("oci://alice:hunter22@h/a", "oci://alice:********@h/a"),
        ("token@h/a", "*****@h/a"),
        (f"h/a:v1@{DIGEST}", f"h/a:v1@{DIGEST}"),
        ("h/a", "h/a"),
    ],
)
def test_registries(text: str, shown: str) -> None:
    assert registry(text) == shown


@given(st.from_regex(r"[^\s/:@\"'`=(\[{,<>|]{1,9}", fullmatch=True), st.from_regex(r"[!-~]{8,30}", fullmatch=True))
def test_no_password_of_a_registry_stays(user: str, password: str) -> None:
    text = f"{user}:{password}@ghcr.io/acme"
    assert registry(text) == f"{user}:{'*' * len(password)}@ghcr.io/acme"


def test_a_long_line_takes_no_longer_for_each_of_its_words() -> None:
    for text in ("a," * 200_000 + "@", "@" + "a:a," * 100_000, "registry:" * 50_000 + "@", "@" + "[" * 400_000):
        assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  password: hunter2", "  password: *******"),
        ('  "API_TOKEN": "a b",', '  "API_TOKEN": *****,'),
        ("buildArgs: {NPM_TOKEN: abc, A: b}", "buildArgs: {NPM_TOKEN: ***, A: b}"),
        ('  - "DB_PASSWORD=abc"', '  - "DB_PASSWORD=****'),
        ("  deploy: ghp_0123456789abcdef", "  deploy: ********************"),
        ("  x: AKIA0123456789ABCDEF # old", "  x: ******************** # old"),
        ("  registry: anna:hunter2@ghcr.io/a", "  registry: anna:*******@ghcr.io/a"),
    ],
)
def test_a_line_of_a_file_hides_values_of_secret_names(line: str, shown: str) -> None:
    assert masked_line(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        '  API_TOKEN: "{{ .Var.TOKEN }}"',
        "  NPM_TOKEN: $NPM_TOKEN",
        'secrets: ["id=npm,env=NPM_TOKEN"]',
        "  TOKEN_URL: https://example.com/token",
        "  secret: true",
        "- the token: {of: x}",
    ],
)
def test_a_line_of_a_file_that_has_no_secret(line: str) -> None:
    assert masked_line(line) == line
