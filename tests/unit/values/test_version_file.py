"""Versions that a project's own files name, and what is told of those that name none."""

from __future__ import annotations

import errno

import pytest

from lazyoci.values.version_file import read_version


@pytest.mark.parametrize(
    ("path", "content", "version"),
    [
        ("charts/api/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.4.0-rc.1\n", "1.4.0-rc.1"),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1.4.0"\n', "1.4.0"),
        ("pyproject.toml", '[tool.poetry]\nversion = "1.4.0"\n', "1.4.0"),
        ("package.json", '{"name": "a", "version": "1.4.0-beta.2"}', "1.4.0-beta.2"),
        ("Cargo.toml", '[package]\nname = "a"\nversion = "1.4.0"\n', "1.4.0"),
        ("Cargo.toml", '[workspace.package]\nversion = "1.4.0"\n', "1.4.0"),
        ("VERSION", "v1.4.0\n", "1.4.0"),
        ("deep/VERSION.txt", "\n1.4.0+build.5\n", "1.4.0"),
        ("VERSION", "01.4.0", "01.4.0"),
    ],
)
def test_each_kind(path: str, content: str, version: str) -> None:
    found = read_version(path, content.encode)
    assert found.problem == ""
    assert found.version is not None and found.version.full == version


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("1.4.0rc1", "1.4.0-rc.1"),
        ("1.4.0a2", "1.4.0-a.2"),
        ("1.4.0.beta3", "1.4.0-b.3"),
        ("1.4.0c1", "1.4.0-rc.1"),
        ("1.4.0.dev5", "1.4.0-dev.5"),
        ("1.4.0rc1.dev2", "1.4.0-rc.1.dev.2"),
        ("1.4.0RC", "1.4.0-rc.0"),
    ],
)
def test_versions_of_python(written: str, version: str) -> None:
    found = read_version("VERSION", written.encode)
    assert found.version is not None and found.version.full == version


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("setup.py", "", "it is not known where setup.py keeps a version; name a Chart.yaml"),
        ("VERSION", "", "has to hold the version alone"),
        ("VERSION", "1.4.0 1.5.0", "has to hold the version alone"),
        ("VERSION", "1.4", 'the version "1.4", which is not a semantic one'),
        ("VERSION", "1.4.0.post1", "not a semantic one"),
        ("VERSION", "1!1.4.0", "not a semantic one"),
        ("pyproject.toml", '[project]\ndynamic = ["version"]\n', "has a dynamic version"),
        ("pyproject.toml", "[project]\n", "has no version"),
        ("pyproject.toml", "[project\n", "is not valid"),
        ("pyproject.toml", 'project = "x"\n', "has no version"),
        ("package.json", "[]", "has no version"),
        ("package.json", '{"version": 1}', "has no version"),
        ("package.json", "{", "is not valid"),
        ("Cargo.toml", "[package]\nversion.workspace = true\n", "takes its version from the workspace"),
        ("Chart.yaml", "name: [", "is not a chart's"),
    ],
)
def test_what_names_none(path: str, content: str, says: str) -> None:
    found = read_version(path, content.encode)
    assert found.version is None
    assert says in found.problem


def test_what_cannot_be_read() -> None:
    def absent() -> bytes:
        raise FileNotFoundError(2, "No such file")

    def closed() -> bytes:
        raise PermissionError(13, "Permission denied")

    assert "does not exist" in read_version("VERSION", absent).problem
    assert "cannot be read: Permission denied" in read_version("VERSION", closed).problem

    def large() -> bytes:
        raise OSError(errno.EFBIG, "it has 5 MiB, and at most 1 MiB are read")

    assert "name the file that holds the version" in read_version("VERSION", large).problem
    assert "is larger than" in read_version("VERSION", lambda: b" " * (2 << 20)).problem
    assert "is not UTF-8; save it as that" in read_version("VERSION", lambda: b"\xff\xfe").problem
    assert read_version("package.json", lambda: b"{").problem.endswith("; correct it")
    assert read_version("VERSION", lambda: b"1.4").problem.endswith("; write 1.4.0, or use a git tag")
    assert "x" * 41 not in read_version("VERSION", lambda: b"x" * 500).problem
    for name, data in (("package.json", b"[" * 100_000), ("Cargo.toml", b"a = " + b"[" * 100_000)):
        assert read_version(name, lambda data=data: data).problem, name  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("VERSION", "1.4.0"),
        ("package.json", '{"version": "1.4.0"}'),
        ("pyproject.toml", '[project]\nversion = "1.4.0"'),
        ("Cargo.toml", '[package]\nversion = "1.4.0"'),
    ],
)
def test_a_byte_order_mark_is_no_part_of_it(name: str, text: str) -> None:
    found = read_version(name, lambda: b"\xef\xbb\xbf" + text.encode()).version
    assert found is not None and found.full == "1.4.0"
