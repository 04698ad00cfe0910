"""Inputs, file contents and builders that try to run commands, in a shell or in GitHub's runner. None may succeed."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.e2e.checkout import ROOT
from tests.e2e.cli import repository
from tests.e2e.stand_ins import StandIns
from tests.integrations.kit import Job, Step, outputs

sys.path.insert(0, str(ROOT / "integrations" / "github"))
import run
import runner
import summary

HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "x\ntouch pwned\n",
    "x && touch pwned || touch pwned",
    "${IFS}; touch${IFS}pwned",
    "${{ github.token }}",
    "::add-mask::x",
    "x\n::add-mask::x\n::set-output name=result::x",
    "x%0A::add-mask::x",
    "x\r::add-mask::x",
    "##[add-mask]x",
    "::stop-commands::x\n::x::",
    "--help",
    "-o/dev/null",
    "--",
    "EOF\nresult=x\nEOF",
    "\u2028::add-mask::x\u2029",
]
ALLOWED = {"error", "warning", "notice"}
LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: ghcr.io/acme/settings
        tags: ["{{ .Tag }}"]
"""


def job(place: Path, lazy: str = LAZY, **environ: str) -> Job:
    workspace = place / "work"
    workspace.mkdir()
    (workspace / ".lazy").write_text(lazy, encoding="utf-8")
    (workspace / "settings.json").write_text("{}\n", encoding="utf-8")
    return Job(repository(workspace), place / "temp", environ=environ)


def harmless(step: Step, place: Path) -> None:
    """Nothing was executed, the runner obeys annotations only, and every output is JSON."""
    assert not list(place.rglob("pwned"))
    assert {one.name for one in step.commands} <= ALLOWED
    assert step.code in (0, 1, 2)
    for name in ("references", "digests", "result"):
        if step.outputs[name]:
            json.loads(step.outputs[name])
    assert "github.token" in step.log or "${{" not in step.log


@pytest.mark.parametrize("value", HOSTILE)
def test_in_the_tag(value: str, tmp_path: Path) -> None:
    step = job(tmp_path).runs(command="dry-run", tag=value)
    harmless(step, tmp_path)
    assert step.code == 1


@pytest.mark.parametrize("name", ["paths", "artifacts", "args"])
def test_in_the_lines_of_an_input(name: str, tmp_path: Path) -> None:
    given = {"tag": "v1", name: "\n".join(HOSTILE)}
    step = job(tmp_path).runs(command="dry-run", **given)
    harmless(step, tmp_path)
    assert step.code in (1, 2)


@pytest.mark.parametrize("value", [one for one in HOSTILE if "\n" not in one and one != "--help"])
def test_as_the_only_further_argument(value: str, tmp_path: Path) -> None:
    step = job(tmp_path).runs(command="dry-run", tag="v1", args=value)
    harmless(step, tmp_path)
    assert step.code == 2, step.log


@pytest.mark.parametrize("name", ["command", "push", "check", "insecure"])
def test_in_an_input_that_is_one_of_few(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in HOSTILE:
        monkeypatch.setenv(f"INPUT_{name.upper()}", value)
        with pytest.raises(run.BadInput):
            run.Inputs.read()
    step = job(tmp_path).runs(**{name: "\n".join(HOSTILE)})
    harmless(step, tmp_path)
    assert step.code == 2


def test_in_the_working_directory(tmp_path: Path) -> None:
    here = job(tmp_path)
    for value in HOSTILE[::3]:
        step = here.runs(working_directory=value)
        harmless(step, tmp_path)
        assert step.code == 2


@pytest.mark.skipif(os.name != "posix", reason="such names are no file names here")
def test_in_names_of_directories(tmp_path: Path) -> None:
    here = job(tmp_path)
    for i, value in enumerate(HOSTILE):
        place = here.workspace / f"{i}{value.replace('/', '-')}"
        place.mkdir()
        (place / ".lazy").write_text(LAZY.replace(".Tag", ".Tga"), encoding="utf-8")
    step = here.runs(paths=".")
    harmless(step, tmp_path)
    assert {one.properties["file"] for one in step.commands} == {
        f"{i}{value.replace('/', '-')}/.lazy" for i, value in enumerate(HOSTILE)
    }


def test_in_the_file(tmp_path: Path) -> None:
    artifacts = [
        f"  - type: artifact\n    name: {json.dumps(f'{i}{value}')}\n"
        f"    files: [{{path: {json.dumps(value)}, mediaType: a/b}}]\n"
        f"    targets: [{{registry: ghcr.io/acme/a{i}, tags: [{json.dumps(value)}]}}]\n"
        for i, value in enumerate(HOSTILE)
    ]
    step = job(tmp_path, f"version: 1\nartifacts:\n{''.join(artifacts)}").runs(command="dry-run")
    harmless(step, tmp_path)
    assert step.code == 1
    assert len(json.loads(step.outputs["result"])) == len(HOSTILE)
    table_holds(step.summary)


def test_in_what_a_builder_prints(tmp_path: Path) -> None:
    stand_ins = StandIns(tmp_path / "bin")
    docker = stand_ins.directory / "docker"
    printed = "\n".join(HOSTILE)
    script = f"import sys\nprint({printed!r})\nprint({printed!r}, end='', file=sys.stderr)\nsys.exit(1)\n"
    docker.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    lazy = "version: 1\nartifacts:\n  - type: docker\n    image: app:dev\n    targets:\n"
    lazy += "      - {registry: localhost:1/app, tags: [v1]}\n"
    step = job(tmp_path, lazy, PATH=stand_ins.path).runs(command="build", push="false")
    harmless(step, tmp_path)
    assert step.code == 1
    table_holds(step.summary)


def table_holds(markdown: str) -> None:
    """Every row has the cells of the head; no tag but ours, no link, no code span, no line that a value began."""
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert rows
    assert {row.count("|") for row in rows} == {rows[0].count("|")}
    assert set(re.findall(r"<[^>]*>", markdown)) <= {"<code>", "</code>"}
    assert not re.search(r"[`\[\]$@]", markdown)


@pytest.mark.parametrize(
    "value", [*HOSTILE, "a | b", "<img src=x onerror=y>", "[x](http://x)", "**b** _i_ ~~s~~ @all #1"]
)
def test_in_a_summary(value: str) -> None:
    target = {"reference": value, "state": "failed", "pushed": False, "error": value}
    result = [{"name": value, "type": "artifact", "targets": [target], "error": value, "hint": value}]
    table_holds(summary.built(result, dry_run=False))


def test_a_summary_shows_what_it_was_given() -> None:
    import html

    for value in HOSTILE:
        assert html.unescape(summary.text(value)) == " ".join(value.split())


def test_a_value_that_is_too_long_is_left_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    runner.output("short", "x" * 1000)
    runner.output("long", ["x" * 600_000])
    found = outputs(file.read_text("utf-8"))
    assert (len(found["short"]), found["long"]) == (1002, "null")
    assert "the output long has 600004 bytes" in capsys.readouterr().out


def test_a_summary_that_is_too_long_ends_with_a_whole_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    runner.summary("| é |\n" * 300_000)
    shown = file.read_text("utf-8")
    assert file.stat().st_size < 1024 * 1024
    assert set(shown.splitlines()) == {"| é |", "", "Cut here: the whole result is in the log."}


def test_no_value_ends_an_output_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    for i, value in enumerate(HOSTILE):
        runner.output(f"json-{i}", [value])
        runner.text_output(f"text-{i}", value)
    found = outputs(file.read_bytes().decode("utf-8"))
    assert [json.loads(found[f"json-{i}"]) for i in range(len(HOSTILE))] == [[value] for value in HOSTILE]
    assert [found[f"text-{i}"] for i in range(len(HOSTILE))] == HOSTILE
