"""Reads the version from a project's own file: Chart.yaml, pyproject.toml, package.json, Cargo.toml or VERSION."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from typing import Any

from lazyoci import semver
from lazyoci.frozen import frozen
from lazyoci.semver import Semver

NAMES = ("Chart.yaml", "pyproject.toml", "package.json", "Cargo.toml", "VERSION")  # supported files
KINDS = f"{', '.join(NAMES[:-1])} or {NAMES[-1]}"
_SHOWN = 40  # characters of what stands there in place of a version
_LIMIT = 1 << 20  # bytes; such files are small
# https://packaging.python.org/en/latest/specifications/version-specifiers/, as far as semantic versions can say it
_PYTHON = re.compile(
    r"v?(\d+\.\d+\.\d+)(?:[._-]?(a|b|c|rc|alpha|beta|pre|preview)[._-]?(\d*))?(?:[._-]?dev[._-]?(\d*))?(?:\+([a-z0-9.]+))?",
    re.ASCII | re.IGNORECASE,
)
_LETTERS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


@frozen
class FileVersion:
    """A file's version, or what is wrong with the file and how to fix it."""

    version: Semver | None = None
    problem: str = ""


def read_version(path: str, read: Callable[[], bytes]) -> FileVersion:
    """The version in the file at `path`; `read` returns its bytes or raises OSError."""
    name = path.replace("\\", "/").rpartition("/")[2]
    reader = _READERS.get(name)
    if reader is None:
        return FileVersion(problem=f"it is not known where {name} keeps a version; name a {KINDS}")
    try:
        data = read()
    except FileNotFoundError:
        return FileVersion(problem=f'"{path}" does not exist; paths are relative to the directory of the .lazy file')
    except OSError as error:
        if error.errno == errno.EFBIG:
            return FileVersion(problem=f'"{path}" is too large: {error.strerror}; name the file that holds the version')
        return FileVersion(problem=f'"{path}" cannot be read: {error.strerror or error}; correct its permissions')
    if len(data) > _LIMIT:
        return FileVersion(problem=f'"{path}" is larger than {_LIMIT >> 20} MiB; name the file that holds the version')
    try:
        written = reader(data)
    except _NoVersion as error:
        return FileVersion(problem=f"{path} {error}")
    except UnicodeDecodeError:
        return FileVersion(problem=f"{path} is not UTF-8; save it as that")
    except RecursionError:
        return FileVersion(problem=f"{path} is nested too deeply to be read; correct it")
    except ValueError as error:  # while decoding TOML or JSON
        return FileVersion(problem=f"{path} is not valid: {error}; correct it")
    found = semver.parse(written) or _python(written)
    if found is None:
        near = semver.near(written)
        meant = "a version such as 1.4.0" if near is None else near.full
        shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
        fact = f'{path} has the version "{shown}", which is not a semantic one'
        return FileVersion(problem=f"{fact}; write {meant}, or use a git tag")
    return FileVersion(found)


class _NoVersion(Exception):
    """Why a file has no usable version."""


def _python(written: str) -> Semver | None:
    """A Python version (`1.4.0rc1`) as a semantic one (1.4.0-rc.1); None if there is no equivalent (`.post1`)."""
    match = _PYTHON.fullmatch(written.strip())
    if match is None:
        return None
    numbers, letter, count, dev, build = match.groups()
    parts = []
    if letter:
        short = letter.lower()
        parts += [_LETTERS.get(short, short), str(int(count or 0))]
    if dev is not None:
        parts += ["dev", str(int(dev or 0))]
    return semver.parse(numbers + (f"-{'.'.join(parts)}" if parts else "") + (f"+{build}" if build else ""))


def _chart(data: bytes) -> str:
    from lazyoci.values.helm.chart_yaml import ChartError
    from lazyoci.values.helm.read_chart import read_chart

    try:
        return read_chart(data).version
    except ChartError as error:
        raise _NoVersion(f"is not a chart's: {error}") from None


def _pyproject(data: bytes) -> str:
    table = _toml(data)
    project = _table(table, "project")
    if "version" in project:
        return _text(project)
    if "version" in (project.get("dynamic") or ()):
        raise _NoVersion('has a dynamic version, which only its build knows; write version = "1.4.0", or use a git tag')
    return _text(_table(_table(table, "tool"), "poetry"))


def _cargo(data: bytes) -> str:
    table = _toml(data)
    package = _table(table, "package")
    if isinstance(package.get("version"), dict):
        raise _NoVersion("takes its version from the workspace; name the Cargo.toml of the workspace")
    return _text(package or _table(_table(table, "workspace"), "package"))


def _package(data: bytes) -> str:
    import json

    found = json.loads(data.decode("utf-8-sig"))
    return _text(found if isinstance(found, dict) else {})


def _plain(data: bytes) -> str:
    lines = data.decode("utf-8-sig").split()
    if len(lines) != 1:
        raise _NoVersion("has to hold the version alone, such as 1.4.0")
    return lines[0]


def _toml(data: bytes) -> Mapping[str, Any]:
    import tomllib

    return tomllib.loads(data.decode("utf-8-sig"))


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def read_license(path: str, read: Callable[[], bytes]) -> str:
    """The licence that the file at `path` names, as an SPDX expression; empty where it names none."""
    name = path.replace("\\", "/").rpartition("/")[2]
    try:
        if name == "package.json":
            import json

            table: object = json.loads(read().decode("utf-8-sig"))
        elif name == "pyproject.toml":
            table = _table(_toml(read()), "project")
        elif name == "Cargo.toml":
            table = _table(_toml(read()), "package")
        else:
            return ""
    except (OSError, ValueError, RecursionError):  # its version is missing too, which is told
        return ""
    found = table.get("license") if isinstance(table, Mapping) else None
    return found if isinstance(found, str) else ""


def _text(table: Mapping[str, Any]) -> str:
    found = table.get("version")
    if not isinstance(found, str) or not found:
        raise _NoVersion('has no version; write one, such as "1.4.0", or use a git tag')
    return found


_READERS: dict[str, Callable[[bytes], str]] = {
    "Chart.yaml": _chart,
    "pyproject.toml": _pyproject,
    "package.json": _package,
    "Cargo.toml": _cargo,
    "VERSION": _plain,
    "VERSION.txt": _plain,
}
