"""Platforms in normal form."""

from __future__ import annotations

import pytest

from lazyoci.oci.platform import PlatformError, host, is_known, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/AArch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/6", "linux/arm/v6"),
        ("linux/armhf", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert str(parse(text)) == expected
    assert is_known(parse(text))


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "a/b/c/d", "linux/am d64", "linux,amd64"])
def test_refuses(text: str) -> None:
    with pytest.raises(PlatformError):
        parse(text)


def test_the_host_runs_linux_containers() -> None:
    assert host().os == "linux"
    assert is_known(host())


def test_unknown_names_parse_but_are_not_known() -> None:
    assert not is_known(parse("linux/amd46"))
