"""action.yml, run step by step against a real registry: log, annotations, outputs, summary, exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.e2e.checkout import ROOT, clone
from tests.e2e.cli import git, repository
from tests.integrations.kit import ACTION, Job, outputs
from tests.servers import RealRegistry, docker_registry

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: REGISTRY/acme/settings
        tags: ["{{ .Tag }}", latest]
  - type: artifact
    name: notes
    files:
      - path: notes.txt
        mediaType: text/plain
    targets:
      - registry: REGISTRY/acme/notes
        tags: ["{{ .Tag }}"]
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


def job(place: Path, lazy: str, **more: Path) -> Job:
    """A job whose work space is a checked out repository."""
    workspace = place / "work"
    workspace.mkdir()
    (workspace / ".lazy").write_text(lazy, encoding="utf-8")
    (workspace / "settings.json").write_text("{}\n", encoding="utf-8")
    (workspace / "notes.txt").write_text("notes\n", encoding="utf-8")
    return Job(repository(workspace), place / "temp", **more)


def conforms(text: str, schema: str) -> None:
    found = json.loads((ROOT / "schema" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(found).validate(json.loads(text))


def test_expressions_stand_only_where_no_shell_reads_them() -> None:
    for step in ACTION["runs"]["steps"]:
        assert set(step) <= {"id", "shell", "env", "run"}
        assert "${{" not in step["run"], step["id"]


def test_every_input_reaches_the_program() -> None:
    given = "".join(value for step in ACTION["runs"]["steps"] for value in step["env"].values())
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in given] == []


def test_build_pushes_and_tells(tmp_path: Path, registry: RealRegistry) -> None:
    here = job(tmp_path, LAZY.replace("REGISTRY", f"{registry.host}/one"))
    step = here.runs(command="build", tag="v1.0.0", insecure="true")
    assert step.code == 0, step.log
    base = f"{registry.host}/one/acme"
    references = [f"{base}/settings:v1.0.0", f"{base}/settings:latest", f"{base}/notes:v1.0.0"]
    assert json.loads(step.outputs["references"]) == references
    assert json.loads(step.outputs["digests"]) == {
        one: registry.tag(*one.removeprefix(f"{registry.host}/").split(":")) for one in references
    }
    conforms(step.outputs["result"], "build")
    assert json.loads(Path(step.outputs["result-file"]).read_text("utf-8")) == json.loads(step.outputs["result"])
    assert step.commands == ()
    rows = [line for line in step.summary.splitlines() if line.startswith("| ")]
    assert rows[0] == "| Artifact | Type | Reference | State | Digest |"
    assert [row.count("✅ new") for row in rows[2:]] == [1, 1, 1]

    again = here.runs(command="build", tag="v1.0.0", insecure="true")
    assert json.loads(again.outputs["references"]) == references
    assert again.summary.count("✅ unchanged") == 3


def test_what_is_not_due_or_kept_is_no_output(tmp_path: Path, registry: RealRegistry) -> None:
    """Nothing may sign or deploy it; the summary names it, with the reason."""
    tags = (
        '{tag: "{{ .VersionFull }}", when: release}, {tag: "{{ .VersionMajorMinor }}", when: release, moves: forward}, '
        "{tag: latest, when: release, moves: forward}, {tag: nightly, when: schedule}"
    )
    notes = '["{{ .Tag }}"]\n        when: pull-request'
    lazy = LAZY.replace("REGISTRY", f"{registry.host}/due").replace('"{{ .Tag }}", latest', tags)
    here = job(tmp_path, lazy.replace('["{{ .Tag }}"]', notes))
    base = f"{registry.host}/due/acme/settings"
    newer = here.runs(command="build", tag="v1.4.0", insecure="true")
    assert newer.code == 0, newer.log
    assert json.loads(newer.outputs["references"]) == [f"{base}:1.4.0", f"{base}:1.4", f"{base}:latest"]
    (here.workspace / "settings.json").write_text('{"a": 1}\n', encoding="utf-8")
    git(here.workspace, "commit", "--quiet", "--all", "--message=two")
    older = here.runs(command="build", tag="v1.3.9", insecure="true")
    assert older.code == 0, older.log
    conforms(older.outputs["result"], "build")
    assert json.loads(older.outputs["references"]) == [f"{base}:1.3.9", f"{base}:1.3"]
    assert list(json.loads(older.outputs["digests"])) == [f"{base}:1.3.9", f"{base}:1.3"]
    (kept,) = [line for line in older.summary.splitlines() if "kept" in line]
    assert "latest" in kept and "1.4.0 is newer than 1.3.9" in kept and "sha256" not in kept
    assert older.summary.count("not now") == 2
    assert [line.count("not on schedule") for line in older.summary.splitlines() if "nightly" in line] == [1]
    dry = here.runs(command="dry-run", tag="v1.3.9", insecure="true", check="true")
    assert json.loads(dry.outputs["references"]) == [f"{base}:1.3.9", f"{base}:1.3"]
    assert "kept" in dry.summary


def test_dry_run_pushes_nothing(tmp_path: Path, registry: RealRegistry) -> None:
    here = job(tmp_path, LAZY.replace("REGISTRY", f"{registry.host}/two"))
    step = here.runs(command="dry-run", tag="v1.0.0", insecure="true", check="true", artifacts="notes\n")
    assert step.code == 0, step.log
    assert json.loads(step.outputs["references"]) == [f"{registry.host}/two/acme/notes:v1.0.0"]
    assert "Nothing was pushed." in step.summary
    assert registry.tag("two/acme/notes", "v1.0.0") == ""


def test_a_dry_run_of_a_pull_request_is_green(tmp_path: Path, registry: RealRegistry) -> None:
    """What the release will know better is a warning, in the log and in the annotations."""
    tags = '"{{ .Version }}", "{{ .VersionMajorMinor }}", "{{ .Var.STAGE }}-{{ .PullRequest }}"'
    here = job(tmp_path, LAZY.replace("REGISTRY", f"{registry.host}/pr").replace('"{{ .Tag }}", latest', tags))
    git(here.workspace, "tag", "v1.4.0-rc.1")
    git(here.workspace, "commit", "--quiet", "--allow-empty", "--message=two")
    here = replace(here, environ={"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"})
    step = here.runs(command="dry-run", args="--allow-unresolved\n--var\nSTAGE=test\n", insecure="true")
    assert step.code == 0, step.log
    assert "test-7" in step.log
    assert [one for one in step.commands if one.name == "error"] == []
    warned = {one.properties["title"] for one in step.commands if one.name == "warning"}
    assert "lazyoci: version-from-ancestor" in warned


def test_build_without_a_push(tmp_path: Path, registry: RealRegistry) -> None:
    here = job(tmp_path, LAZY.replace("REGISTRY", f"{registry.host}/three"))
    step = here.runs(command="build", tag="v1", push="false", args="--layout\n  out\n")
    assert step.code == 0, step.log
    assert (here.workspace / "out" / "index.json").is_file()
    assert json.loads(step.outputs["references"]) == []
    assert registry.requests(path="three/") == []


def test_a_build_that_fails_is_told_where_people_look(tmp_path: Path, registry: RealRegistry) -> None:
    here = job(tmp_path, LAZY.replace("REGISTRY", f"{registry.host}/four"))
    (here.workspace / "notes.txt").unlink()
    step = here.runs(command="build", tag="v1", insecure="true", working_directory=".", args="--keep-going")
    assert step.code == 1
    conforms(step.outputs["result"], "build")
    errors = [one for one in step.commands if one.name == "error"]
    assert any(one.properties.get("line") == "14" and "missing-file" in one.properties["title"] for one in errors)
    assert any(one.properties["title"] == "lazyoci: notes" for one in errors)
    assert "**notes**: " in step.summary


def test_a_usage_error_is_an_annotation(tmp_path: Path) -> None:
    step = job(tmp_path, LAZY).runs(command="build", tag="v1", paths="nowhere/.lazy")
    assert step.code == 2
    (error,) = step.commands
    assert "nowhere/.lazy does not exist" in error.data
    assert json.loads(step.outputs["result"]) == []


def test_validate_annotates_the_line(tmp_path: Path) -> None:
    here = job(tmp_path, LAZY.replace("REGISTRY", "ghcr.io").replace('.Tag }}", latest', '.Versoin }}"'))
    inner = here.workspace / "inner"
    inner.mkdir()
    (here.workspace / ".lazy").rename(inner / ".lazy")
    step = here.runs(working_directory="inner")
    assert step.code == 1
    conforms(step.outputs["result"], "diagnostics")
    found = {(one.properties["file"], one.properties["line"], one.properties["title"]) for one in step.commands}
    assert ("inner/.lazy", "10", "lazyoci: unknown-variable") in found
    assert "<code>unknown-variable</code>" in step.summary
    assert step.outputs["references"] == ""


def test_validate_of_a_good_file(tmp_path: Path) -> None:
    step = job(tmp_path, LAZY.replace("REGISTRY", "ghcr.io")).runs(paths=".")
    assert (step.code, step.commands) == (0, ())
    assert "1 files, 0 errors, 0 warnings." in step.summary


@pytest.mark.slow
@pytest.mark.index
def test_the_whole_action_from_a_checkout(tmp_path: Path) -> None:
    """Installs with pip from the action's own checkout, as a job does; only `lazyoci` is put on PATH."""
    here = job(tmp_path, LAZY.replace("REGISTRY", "ghcr.io"), checkout=clone(tmp_path / "a checkout"))
    step = here.uses(command="dry-run", tag="v1.0.0")
    assert step.code == 0, step.log
    assert len(json.loads(step.outputs["references"])) == 3
    installed = here.uses(command="install")
    assert installed.code == 0
    assert [one.name for one in (tmp_path / "temp" / "lazyoci" / "bin").iterdir()] == ["lazyoci"]


def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    here = job(tmp_path, LAZY)
    step = here.uses(python="$(touch pwned) `touch pwned`\n::add-mask::x")
    assert step.code == 1
    assert [one.data.partition(";")[0] for one in step.commands] == ["no Python 3.11 or newer with venv was found"]
    assert not list(tmp_path.rglob("pwned"))


def test_the_runner_of_these_tests_reads_outputs_as_github_does() -> None:
    assert outputs("a=1\nb<<E\nx\ny=2\nE\n") == {"a": "1", "b": "x\ny=2"}
    with pytest.raises(AssertionError):
        outputs("b<<E\nx\n")
