"""A project's rule settings count for every command alike, and so do comments; only the World differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.check import Run
from lazyoci.diagnostic import Severity
from lazyoci.world import NoGit, real
from lazyoci_lsp.state.closed import Sweep
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.snapshot import take
from lazyoci_lsp.text import documents
from tests.unit.cli.files import CLEAN, REPEATED, Place, make_place

COLLISION = CLEAN + CLEAN.partition("artifacts:\n")[2].replace("name: proxy", "name: other")
COMMANDS = (
    ("validate", ".lazy"),
    ("validate", ".lazy", "--color", "never"),
    ("validate", "--diff"),
    ("preview",),
    ("build", "--dry-run"),
    ("build", "--dry-run", "--allow-unresolved"),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


def in_editor(place: Place, configuration: Configuration | None = None) -> list[tuple[str, Severity]]:
    """What the language server finds in ./.lazy."""
    path = place.path / ".lazy"
    text = documents.on_disk(path, place.read())
    conditions = Conditions(configuration or Configuration(), NoGit(), {}, None, 0)
    return [(one.code, one.severity) for one in take(text, conditions, lambda: False).checked.diagnostics]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "settings",
    [
        "ignore: [reference-collision]\n",
        "severities: {reference-collision: off}\n",
        "severities: {reference-collision: warning}\n",
        "select: [invalid-tag]\n",
    ],
)
def test_what_the_project_ignores_no_command_refuses(place: Place, command: tuple[str, ...], settings: str) -> None:
    place.write(".lazy", COLLISION)
    assert place(*command).code == 1
    place.write(".lazyoci.yaml", settings)
    assert place(*command).code == 0
    assert Severity.ERROR not in [severity for _, severity in in_editor(place)]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_a_comment_silences_no_command_refuses(place: Place, command: tuple[str, ...]) -> None:
    place.write(".lazy", f"# lazyoci: ignore-file[reference-collision]\n{COLLISION}")
    assert place(*command).code == 0
    assert in_editor(place) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_the_project_calls_an_error_every_command_refuses(place: Place, command: tuple[str, ...]) -> None:
    place.write(".lazy", REPEATED)
    if "--diff" not in command:
        assert place(*command).code == 0
    place.write("pyproject.toml", "[tool.lazyoci.severities]\nduplicate-tag = 'error'\n")
    assert place(*command).code == 1
    assert ("duplicate-tag", Severity.ERROR) in in_editor(place)


def test_warnings_fail_where_the_project_says_so(place: Place) -> None:
    place.write(".lazy", REPEATED)
    place.write(".lazyoci.yaml", "severity: warning\n")
    assert [place(*command).code for command in (("validate",), ("preview",), ("build", "--dry-run"))] == [1, 1, 1]
    assert place("build", "--dry-run", "--allow-unresolved").code == 1  # a tag that is repeated is not missing


def test_what_lies_here_is_told_by_the_same_rules(place: Place) -> None:
    place.write(".lazy", COLLISION)
    assert ".lazy has 1 error." in place().out
    place.write(".lazyoci.yaml", "ignore: [reference-collision]\n")
    assert ".lazy declares proxy (docker), other (docker)." in place().out


def test_the_users_own_settings_in_the_editor_win(place: Place) -> None:
    place.write(".lazy", COLLISION)
    place.write(".lazyoci.yaml", "ignore: [reference-collision]\n")
    mine = Configuration(severities={"reference-collision": Severity.WARNING})
    assert in_editor(place, mine) == [("reference-collision", Severity.WARNING)]


@pytest.mark.parametrize("data", [b"version: 1 # \xff\n", "version: 1 # \u20ac\n".encode("utf-16")])
def test_bytes_mean_the_same_in_the_editor(place: Place, data: bytes) -> None:
    """What is no text is one finding at its place; UTF-16 is text."""
    path = place.path / ".lazy"
    path.write_bytes(data)
    found = Sweep(Conditions(Configuration(), NoGit(), {}, None, 0)).check(path, data)
    expected = Run(real()).check_bytes(data, path)
    assert found.source.text == expected.source.text
    assert found.diagnostics == expected.diagnostics
    assert [one.code for one in expected.diagnostics] == ["yaml-syntax" if b"\xff\n" in data else "missing-key"]


@pytest.mark.parametrize("settings", ["select: [nope]\n", "ignore: 3\n", "[\n"])
def test_settings_that_cannot_be_read_stop_every_command(place: Place, settings: str) -> None:
    place.write(".lazy")
    place.write(".lazyoci.yaml", settings)
    for command in (("validate",), ("preview",), ("build", "--dry-run"), ()):
        ran = place(*command)
        assert (ran.code, ran.out) == (1, "")
        assert ".lazyoci.yaml" in ran.err


@pytest.mark.parametrize("silenced", ["ignore: [yaml-syntax]\n", "severities: {yaml-syntax: warning}\n"])
def test_a_file_that_cannot_be_read_is_never_built(place: Place, silenced: str) -> None:
    place.write(".lazy", "version: 1\nartifacts: [\n")
    place.write(".lazyoci.yaml", silenced)
    ran = place("build", "--dry-run")
    assert ran.code == 1
    assert "[yaml-syntax]" in ran.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("foo", '"foo" is not a platform; write os/architecture, such as linux/amd64'),
        ("linux/amd64,arm64", 'platform "arm64" names no operating system; write linux/arm64'),
        ("linux/amd46", 'platform "linux/amd46" has an unknown architecture "amd46"; did you mean linux/amd64?'),
    ],
)
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--no-push",)])
def test_a_platform_that_is_none_is_refused_before_anything_else(
    place: Place, given: str, told: str, more: tuple[str, ...]
) -> None:
    place.write(".lazy")
    ran = place("build", *more, "--platform", given)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


@pytest.mark.parametrize("chosen", ["1", "artifact[1]", "chart", "docker"])
def test_only_what_is_built_is_spoken_of(place: Place, chosen: str) -> None:
    """A warning or an error of another artifact is no matter of this run."""
    other = CLEAN.partition("artifacts:\n")[2]
    text = CLEAN.replace("type: docker", "type: artifact").replace(
        "    image: nginx:1.27\n", "    files: [{path: gone, mediaType: a/b}]\n"
    )
    other = other.replace("name: proxy", "name: chart").replace("acme/proxy", "acme/chart")
    place.write(".lazy", text.replace("- v1.2.3", "- v1.2.3\n          - v1.2.3") + other)
    ran = place("build", "--dry-run", "--artifact", chosen)
    assert (ran.code, ran.err) == (0, "")
    assert "ghcr.io/acme/chart:v1.2.3" in ran.out
    ran = place("build", "--dry-run", "--artifact", "artifact[0]")
    assert ran.code == 1
    assert "missing-file" in ran.err
    assert "duplicate-tag" in ran.err


@pytest.mark.parametrize("code", ["invalid-tag", "unresolved-variable", "invalid-registry", "unknown-variable"])
@pytest.mark.parametrize("command", [("preview",), ("build", "--dry-run"), ("build", "--no-push")])
def test_what_is_silenced_is_never_left_out(place: Place, code: str, command: tuple[str, ...]) -> None:
    """Else a build would push the other tags, and say that all is well."""
    wrong = {
        "invalid-tag": ("v1.2.3\n", "a/b\n          - v1.2.3\n"),
        "unresolved-variable": ("v1.2.3\n", '"{{ .Tag }}"\n          - v1.2.3\n'),
        "invalid-registry": ("ghcr.io/acme/proxy", "ghcr.io/Acme/proxy"),
        "unknown-variable": ("v1.2.3\n", '"{{ .Nope }}"\n          - v1.2.3\n'),
    }
    place.write(".lazy", CLEAN.replace(*wrong[code]))
    place.write(".lazyoci.yaml", f"ignore: [{code}]\n")
    ran = place(*command)
    assert ran.code == 1
    assert "FAIL  proxy (docker)" in ran.out
