"""A project's own settings: `[tool.lazyoci]` in pyproject.toml, or `.lazyoci.yaml`; the nearest one upward counts.

    select: [invalid-tag]          # only these codes (default: all that are on by default)
    ignore: [chart-name-mismatch]  # never these
    severity: warning              # the least severity that fails: error (default), warning, info
    severities:                    # another severity for a code, or off
      not-portable: warning
    defaultBranch: main            # where neither CI nor git tells it

Both have the same keys. If a directory has both, `.lazyoci.yaml` wins.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from lazyoci.diagnostic import Severity, Source
from lazyoci.errors import SettingsError, UsageError
from lazyoci.frozen import field, frozen
from lazyoci.rules import Selection
from lazyoci.rules.codes import unknown
from lazyoci.world import Files

YAML_NAME = ".lazyoci.yaml"
TOML_NAME = "pyproject.toml"
SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFORMATION}
_KEYS = ("select", "ignore", "severity", "severities", "defaultBranch")


@frozen
class Choice:
    """What the user chose for one run, which wins over the project's settings.

    `select` replaces the project's, and `ignore` adds to the project's. `lenient` codes are at most warnings and fail
    no run. `fails` is the least severity that fails a run; rules less severe than `shown` need not run.
    """

    select: tuple[str, ...] = ()
    ignore: Collection[str] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    lenient: Collection[str] = ()
    fails: Severity | None = None
    shown: Severity = Severity.INFORMATION


@frozen
class RuleSettings:
    """What a project chose. `path` is the file that says so; None where there is none."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    severities: dict[str, Severity] = field(default_factory=dict)
    path: Path | None = None
    default_branch: str = ""

    def selection(self, choice: Choice | None = None) -> Selection:
        """These settings combined with the user's choice, which wins; raises UsageError if no rule is left."""
        choice = Choice() if choice is None else choice
        fails = self.severity if choice.fails is None else choice.fails
        selected = frozenset(choice.select or self.select)
        wanted = {*choice.select, *choice.severities}
        ignored = frozenset([*(code for code in self.ignore if code not in wanted), *choice.ignore])
        if selected and selected <= ignored:
            raise UsageError("every selected rule is ignored too", hint="see --select, --ignore and the settings")
        shown = Severity.INFORMATION if choice.select else min(fails, choice.shown)  # a selected code is shown
        severities = {**self.severities, **choice.severities}
        return Selection(selected, ignored, severities, shown, fails, choice.lenient)


class Finder:
    """Finds the settings of directories, and remembers them for all directories below."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: dict[str, RuleSettings] = {}

    def find(self, directory: Path) -> RuleSettings:
        """The settings of the nearest directory, from `directory` upward, that has any; raises SettingsError."""
        return self._find(os.path.abspath(directory))  # noqa: PTH100  # for every file: text is quicker

    def _find(self, directory: str) -> RuleSettings:
        found = self._known.get(directory)
        if found is None:
            found = self._read(directory)
            if found is None:
                above = os.path.dirname(directory)  # noqa: PTH120
                found = RuleSettings() if above == directory else self._find(above)
            self._known[directory] = found
        return found

    def _read(self, directory: str) -> RuleSettings | None:
        name = os.path.join(directory, YAML_NAME)  # noqa: PTH118  # as above
        if self._files.kind(name) == "file":
            path = Path(name)
            return _settings(_from_yaml(path, self._bytes(path)), path, _shown(path))
        name = os.path.join(directory, TOML_NAME)  # noqa: PTH118
        if self._files.kind(name) == "file":
            path = Path(name)
            data = self._bytes(path)
            if b"lazyoci" in data:  # most pyproject.toml have no such table: do not import tomllib for them
                table = _from_toml(path, data)
                return None if table is None else _settings(table, path, f"{_shown(path)}: [tool.lazyoci]")
        return None

    def _bytes(self, path: Path) -> bytes:
        try:
            return self._files.read(path)
        except OSError as error:
            raise SettingsError(f"{_shown(path)} cannot be read: {error.strerror or error}") from None


def _from_toml(path: Path, data: bytes) -> object:
    """The table `[tool.lazyoci]`; None without one."""
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{_shown(path)} is not valid TOML: {error}") from None
    return tool.get("lazyoci") if isinstance(tool, dict) else None


def _from_yaml(path: Path, content: bytes) -> object:
    """The content of `.lazyoci.yaml` as lists, mappings and texts."""
    from lazyoci.config.read import read
    from lazyoci.yaml.encoding import EncodingError, decode_bytes
    from lazyoci.yaml.nodes import Mapping, Scalar
    from lazyoci.yaml.plain import data, too_deep

    try:
        source = Source(decode_bytes(content), path)
    except EncodingError as error:
        raise SettingsError(f"{_shown(path)}: {error.message}", hint=error.hint) from None
    document, problems = read(source)
    if document is None:
        one = problems[0]
        raise SettingsError(f"{_shown(path)}:{source.position(one.span.start).line + 1}: {one.message}")

    root = document.root
    if root is None:
        return {}
    for mapping in (root, root.get("severities")) if isinstance(root, Mapping) else ():
        for key, _ in mapping.items if isinstance(mapping, Mapping) else ():
            if not isinstance(key, Scalar):
                line = source.position(key.start).line + 1
                raise SettingsError(f"{_shown(path)}:{line}: a key of settings must be text")
    deep = too_deep(root)
    if deep is not None:
        line = source.position(deep.start).line + 1
        raise SettingsError(f"{_shown(path)}:{line}: nested too deep; settings are two levels at most")
    return data(root)


def _shown(path: Path) -> str:
    """`path` relative to the current directory, if it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _settings(table: object, path: Path, where: str) -> RuleSettings:
    if table is None:
        table = {}
    if not isinstance(table, dict):
        raise SettingsError(f"{where}: settings are a mapping of {', '.join(_KEYS)}")
    for key in table:
        if key not in _KEYS:
            raise SettingsError(f"{where}: {_unknown_key(str(key))}")
    severities, off = _severities(table.get("severities"), where)
    severity = table.get("severity", "error")
    if not isinstance(severity, str) or severity not in SEVERITIES:
        raise SettingsError(f"{where}: severity is {severity!r}; it is one of {', '.join(SEVERITIES)}")
    return RuleSettings(
        _codes(table.get("select"), "select", where),
        (*_codes(table.get("ignore"), "ignore", where), *off),
        SEVERITIES[severity],
        severities,
        path,
        _branch(table.get("defaultBranch"), where),
    )


def _branch(value: object, where: str) -> str:
    if value is None:
        return ""
    from lazyoci.world.ref_names import problem  # few projects name one

    if not isinstance(value, str) or not value.strip() or problem(value, "branch"):
        raise SettingsError(f"{where}: defaultBranch is {value!r}; it is the name of a branch, such as main")
    return value


def _codes(value: object, key: str, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise SettingsError(f"{where}: {key} is a list of codes, as in [invalid-tag]")
    return tuple(_known_code(code, key, where) for code in value)


def _severities(value: object, where: str) -> tuple[dict[str, Severity], list[str]]:
    """The severities by code, and the codes that are off."""
    if value is None:
        return {}, []
    if not isinstance(value, dict):
        raise SettingsError(f"{where}: severities is a mapping of codes to {', '.join(SEVERITIES)} or off")
    found: dict[str, Severity] = {}
    off = []
    entries: dict[Any, Any] = value
    for code, word in entries.items():
        _known_code(str(code), "severities", where)
        if word == "off" or word is False:
            off.append(str(code))
        elif isinstance(word, str) and word in SEVERITIES:
            found[str(code)] = SEVERITIES[word]
        else:
            raise SettingsError(f"{where}: severities: {code} is {word!r}; it is one of {', '.join(SEVERITIES)}, off")
    return found, off


def _known_code(code: str, key: str, where: str) -> str:
    problem = unknown(code)
    if problem is not None:
        raise SettingsError(f"{where}: {key}: {problem}")
    return code


def _unknown_key(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, _KEYS, n=1)
    remedy = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(_KEYS)}"
    return f'unknown key "{key}"; {remedy}'
