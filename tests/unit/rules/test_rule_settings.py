"""A project's choice of rules: where it is found, what it may say, what the command line adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.diagnostic import Severity
from lazyoci.errors import SettingsError
from lazyoci.rules import BY_CODE
from lazyoci.rules.project_settings import Choice, Finder, RuleSettings
from lazyoci.world import Disk


def find(directory: Path) -> RuleSettings:
    return Finder(Disk()).find(directory)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


YAML = """\
select: [invalid-tag, duplicate-tag]
ignore:
  - chart-name-mismatch
severity: warning
severities:
  not-portable: info
  duplicate-tag: "error"
  path-escapes: off
"""
TOML = """\
[project]
name = "x"
[tool.lazyoci]
select = ["invalid-tag", "duplicate-tag"]
ignore = ["chart-name-mismatch"]
severity = "warning"
[tool.lazyoci.severities]
not-portable = "info"
duplicate-tag = "error"
path-escapes = "off"
"""


@pytest.mark.parametrize(("name", "text"), [(".lazyoci.yaml", YAML), ("pyproject.toml", TOML)])
def test_both_files_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path / name, text)
    found = find(tmp_path)
    assert found.path == path
    assert found.select == ("invalid-tag", "duplicate-tag")
    assert found.ignore == ("chart-name-mismatch", "path-escapes")
    assert found.severity is Severity.WARNING
    assert found.severities == {"not-portable": Severity.INFORMATION, "duplicate-tag": Severity.ERROR}


def test_the_nearest_upward_counts(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.lazyoci]\nignore = ['invalid-tag']\n")
    write(tmp_path / "a" / "pyproject.toml", "[tool.other]\n# lazyoci is somewhere else\n")
    write(tmp_path / "a" / "b" / ".lazyoci.yaml", "ignore: [duplicate-tag]\n")
    write(tmp_path / "a" / "b" / "pyproject.toml", "[tool.lazyoci]\nignore = ['path-escapes']\n")
    (tmp_path / "a" / "b" / "c").mkdir()
    finder = Finder(Disk())
    assert finder.find(tmp_path / "a" / "b" / "c").ignore == ("duplicate-tag",)
    assert finder.find(tmp_path / "a" / "b").ignore == ("duplicate-tag",)
    assert finder.find(tmp_path / "a").ignore == ("invalid-tag",)
    assert finder.find(tmp_path / "not" / "there").ignore == ("invalid-tag",)


def test_a_relative_directory_is_one_of_the_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / ".lazyoci.yaml", "ignore: [duplicate-tag]\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert find(Path()).ignore == ("duplicate-tag",)


@pytest.mark.parametrize("text", ["", "# nothing\n", "null\n", "{}\n"])
def test_an_empty_file_is_a_choice_too(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / ".lazyoci.yaml", text)
    assert find(tmp_path) == RuleSettings(path=path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct: []\n", '.lazyoci.yaml: unknown key "selct"; did you mean "select"?'),
        ("colour: red\n", '.lazyoci.yaml: unknown key "colour"; the keys are select, ignore, severity, severities'),
        ("- select\n", "settings are a mapping of select, ignore, severity, severities"),
        ("select: invalid-tag\n", "select is a list of codes, as in [invalid-tag]"),
        ("select: [[invalid-tag]]\n", "select is a list of codes, as in [invalid-tag]"),
        ("ignore: [invald-tag]\n", 'ignore: no rule has the code "invald-tag"; did you mean "invalid-tag"?'),
        ("severity: fatal\n", "severity is 'fatal'; it is one of error, warning, info"),
        ("severity: [error]\n", "severity is ['error']; it is one of error, warning, info"),
        ("severities: [invalid-tag]\n", "severities is a mapping of codes to error, warning, info or off"),
        (
            "severities: {invalid-tag: loud}\n",
            "severities: invalid-tag is 'loud'; it is one of error, warning, info, off",
        ),
        ("severities: {invalid-tag: [error]}\n", "it is one of error, warning, info, off"),
        ("severities: {invald-tag: off}\n", 'severities: no rule has the code "invald-tag"'),
        ("a: [\n", ".lazyoci.yaml:"),
        ("# x\n? [a]\n: b\n", ".lazyoci.yaml:2: a key of settings must be text"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    write(tmp_path / ".lazyoci.yaml", text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as caught:
        find(tmp_path)
    assert message in caught.value.message
    assert caught.value.message.startswith(".lazyoci.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.lazyoci\n", "pyproject.toml is not valid TOML: "),
        ("tool.lazyoci = 1\n", "pyproject.toml: [tool.lazyoci]: settings are a mapping"),
        ("[tool.lazyoci]\nseverity = 3\n", "pyproject.toml: [tool.lazyoci]: severity is 3"),
        ("[tool.lazyoci.severities]\ninvalid-tag = 1\n", "invalid-tag is 1"),
        ("[tool.lazyoci.severities]\ninvalid-tag = {}\n", "invalid-tag is {}"),
    ],
)
def test_what_is_wrong_in_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    write(tmp_path / "pyproject.toml", text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as caught:
        find(tmp_path)
    assert message in caught.value.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / ".lazyoci.yaml").write_bytes(b"\xff")
    with pytest.raises(SettingsError):
        find(tmp_path)
    (tmp_path / ".lazyoci.yaml").unlink()
    (tmp_path / "pyproject.toml").write_bytes(b"# lazyoci \xff\n")
    with pytest.raises(SettingsError):
        find(tmp_path)


def test_a_broken_pyproject_of_no_concern_is_not_ours_to_judge(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.other\n")
    assert find(tmp_path).path is None


def test_the_command_line_wins() -> None:
    settings = RuleSettings(
        select=("invalid-tag", "duplicate-tag"),
        ignore=("path-escapes",),
        severities={"not-portable": Severity.WARNING},
    )
    plain = settings.selection()
    assert plain.wants(BY_CODE["invalid-tag"])
    assert not plain.wants(BY_CODE["unknown-key"])
    assert not plain.wants(BY_CODE["path-escapes"])
    chosen = settings.selection(Choice(select=("path-escapes",), ignore=("invalid-tag",)))
    assert chosen.wants(BY_CODE["path-escapes"])
    assert not chosen.wants(BY_CODE["duplicate-tag"])
    assert not settings.selection(Choice(ignore=("invalid-tag",))).wants(BY_CODE["invalid-tag"])


def test_a_severity_switches_a_rule_on() -> None:
    selection = RuleSettings(severities={"not-portable": Severity.WARNING}).selection()
    assert selection.wants(BY_CODE["not-portable"])
