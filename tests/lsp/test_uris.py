"""One document, however its URI is spelt."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from lazyoci_lsp.text import uris


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b/.lazy", "/a/b/.lazy"),
        ("file:///a%20b/%C3%A9/.lazy", "/a b/é/.lazy"),
        ("file:///a b/.lazy", "/a b/.lazy"),
        ("file:///a%2Fb/.lazy", "/a/b/.lazy"),
        ("file:///a%23b%3Fc/.lazy", "/a#b?c/.lazy"),
        ("file:///100%25/.lazy", "/100%/.lazy"),
    ],
)
def test_file_uris(uri: str, path: str) -> None:
    assert uris.to_path(uri) == Path(path)


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "vscode-notebook-cell:x", "git:/a/.lazy?x", "", "file://[", "x"]
)
def test_others_are_no_files(uri: str) -> None:
    assert uris.to_path(uri) is None


def test_a_path_survives_the_way_there_and_back() -> None:
    for text in ("/a/b c/é ü/#1?/100%/.lazy", "/😀/.lazy"):
        assert uris.to_path(uris.from_path(Path(text))) == Path(text)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/a/.lazy", "C:/Users/a/.lazy"),
        ("file:///C:/Users/a/.lazy", "C:/Users/a/.lazy"),
        ("file:///c:/Users/a/.lazy", "C:/Users/a/.lazy"),
        ("file://server/share/a/.lazy", "//server/share/a/.lazy"),
        ("file://localhost/c:/a/.lazy", "C:/a/.lazy"),
    ],
)
def test_windows(uri: str, path: str) -> None:
    found = uris.to_path(uri, windows=True)
    assert found is not None
    assert PureWindowsPath(found) == PureWindowsPath(path)


def test_windows_paths_as_vs_code_spells_them() -> None:
    assert uris.from_path(PureWindowsPath("C:/a b/.lazy"), windows=True) == "file:///c%3A/a%20b/.lazy"
    assert uris.from_path(PureWindowsPath("//server/share/x"), windows=True) == "file://server/share/x"


def test_equal_documents_have_equal_keys() -> None:
    assert uris.key("file:///a%20b/.lazy") == uris.key("file:///a b/.lazy")
    assert uris.key("untitled:Untitled%2D1") == uris.key("untitled:Untitled-1")
    assert uris.key("file:///a/.lazy") != uris.key("untitled:/a/.lazy")
