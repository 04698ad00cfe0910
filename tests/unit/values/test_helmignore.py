"""`.helmignore` as Helm reads it; the cases are facts of helm's own rules."""

from __future__ import annotations

import pytest

from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.helm.helmignore import HelmIgnore


@pytest.mark.parametrize(
    ("pattern", "path", "directory", "ignored"),
    [
        ("helm.txt", "helm.txt", False, True),
        ("helm.*", "helm.txt", False, True),
        ("helm.*", "rudder.txt", False, False),
        ("*.txt", "cargo/a.txt", False, True),
        ("cargo/*.txt", "cargo/a.txt", False, True),
        ("cargo/*.txt", "mast/a.txt", False, False),
        ("cargo/*", "cargo/deep/a.txt", False, False),
        ("ru[c-e]?er.txt", "rudder.txt", False, True),
        ("ru[^c-e]?er.txt", "rudder.txt", False, False),
        ("", "templates/.dotfile", False, True),
        ("", "templates/deep/.dotfile", False, False),
        (".*", ".joonix", False, True),
        (".*", "helm.txt", False, False),
        ("cargo/", "cargo", True, True),
        ("cargo/", "cargo", False, False),
        ("cargo/", "mast", True, False),
        ("!helm.txt", "helm.txt", False, False),
        ("!helm.txt", "tiller.txt", False, True),
        ("!*.txt", "cargo", True, True),
        ("!cargo/", "mast", True, True),
        ("!cargo/", "file", False, True),
        ("/a.txt", "a.txt", False, True),
        ("/a.txt", "cargo/a.txt", False, False),
        ("/cargo/a.txt", "cargo/a.txt", False, True),
        ("# a.txt", "a.txt", False, False),
        ("  a.txt  ", "a.txt", False, True),
        ("\ufeffa.txt", "a.txt", False, True),
        (r"\*.txt", "*.txt", False, True),
        (r"\*.txt", "a.txt", False, False),
        ("a.b", "axb", False, False),
        ("[z-a]x", "bx", False, False),
        ("one\ntwo\r\nthree", "two", False, True),
    ],
)
def test_rules(pattern: str, path: str, directory: bool, ignored: bool) -> None:
    assert HelmIgnore(pattern.encode()).ignores(path, directory=directory) is ignored


@pytest.mark.parametrize("pattern", ["foo/**/bar", "[z-", "[]a]", "a\\", "[a", "[-]"])
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(ChartError) as caught:
        HelmIgnore(b"# fine\n" + pattern.encode())
    assert caught.value.told.startswith(".helmignore:2: ")
