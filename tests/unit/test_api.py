"""The Python API: small, cheap to import, silent; values for what happened, documented errors for the rest."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

import lazyoci
from lazyoci.cli.build import command
from lazyoci.errors import SettingsError, UsageError
from lazyoci.frozen import FrozenError
from lazyoci.publish import MOST_JOBS
from tests.registry.fake import FakeRegistry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/python.md").read_text("utf-8")
FILE = """\
version: 1
artifacts:
  - type: artifact
    name: one
    files: [{path: a.txt, mediaType: text/plain}]
    targets: [{registry: r.example/one, tags: ["{{ .Tag }}"]}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a `.lazy`, outside of which nothing of the user counts."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("LAZYOCI_TAG", "LAZYOCI_VERSION", "LAZYOCI_OCCASION", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".lazy").write_text(FILE)
    (tmp_path / "a.txt").write_text("a")
    return tmp_path


def test_importing_it_imports_nothing() -> None:
    script = "import sys; before = set(sys.modules); import lazyoci; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "['lazyoci', 'lazyoci._version']\n"


def test_the_names_are_there_and_documented() -> None:
    assert dir(lazyoci) == sorted(lazyoci.__all__)
    for name in lazyoci.__all__:
        assert getattr(lazyoci, name) is not None
        assert name == "__version__" or re.search(rf"`{name}\b", PAGE), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lazyoci.nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", ["ArtifactResult", "Outcome", "PulledArtifact", "Checked", "Diagnostic"])
def test_every_field_that_the_page_names_is_there(name: str) -> None:
    rows = re.search(rf"^\| `{name}` \| \|\n\| --- .*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert rows is not None
    fields = [field for row in rows[1].splitlines() for field in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert fields
    assert [field for field in fields if not hasattr(getattr(lazyoci, name), field)] == []


def test_a_text_is_checked_where_it_would_lie(project: Path) -> None:
    text = FILE.replace("a.txt", "b.txt")
    checked = lazyoci.check_text(text, project / ".lazy")
    (found,) = [one for one in checked.diagnostics if one.severity is lazyoci.Severity.ERROR]
    assert (checked.failed, found.code) == (True, "missing-file")
    assert text[found.span.start : found.span.end] == "b.txt"
    with pytest.raises(FrozenError):
        found.code = "other"  # type: ignore[misc]


def test_a_plan_asks_nobody_and_keeps_the_reasons(project: Path) -> None:
    (planned,) = lazyoci.plan_files(project, tag="v1")
    assert [(one.reference, one.outcome.state) for one in planned.references] == [("r.example/one:v1", "planned")]
    assert not planned.failed
    (refused,) = lazyoci.plan_files(project / ".lazy")
    assert refused.failed and not refused.published
    assert "[unresolved-variable]" in refused.errors[0].message
    (shown,) = lazyoci.plan_files(project, allow_unresolved=True)
    assert not shown.failed


def test_values_of_variables_and_chosen_artifacts(project: Path) -> None:
    (project / ".lazy").write_text(FILE.replace(".Tag", ".Var.WHERE"))
    (planned,) = lazyoci.plan_files(project, variables={"WHERE": "eu"}, artifacts=["one"])
    assert planned.references[0].reference == "r.example/one:eu"
    with pytest.raises(UsageError, match="no artifact matches 'two'"):
        lazyoci.plan_files(project, artifacts=["two"])


def test_one_text_is_one_artifact_and_not_its_letters(project: Path) -> None:
    (planned,) = lazyoci.plan_files(project, tag="v1", artifacts="one")
    assert planned.name == "one"
    with pytest.raises(UsageError, match="no artifact matches 'two'"):
        lazyoci.publish_files(project, tag="v1", artifacts="two")
    with pytest.raises(UsageError, match="linux/amd46"):
        lazyoci.publish_files(project, tag="v1", platforms="linux/amd46")


@pytest.mark.parametrize("jobs", [0, -1, 65])
def test_a_number_of_jobs_that_is_none(project: Path, jobs: int) -> None:
    with pytest.raises(UsageError, match=f"jobs is {jobs}; give a number from 1 to 64"):
        lazyoci.publish_files(project, tag="v1", jobs=jobs)


def test_the_command_takes_as_many_jobs() -> None:
    (option,) = [one for one in command.params if one.name == "jobs"]
    assert isinstance(option.type, click.IntRange)
    assert (option.type.min, option.type.max) == (1, MOST_JOBS)


@pytest.mark.parametrize("variables", [{"a-b": "x"}, {"": "x"}, {"A": 1}, {"A": None}])
def test_variables_that_are_none(project: Path, variables: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="variable"):
        lazyoci.plan_files(project, tag="v1", variables=variables)


def test_what_is_returned_does_not_show_the_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "hunter2222")
    assert "hunter2222" not in repr(lazyoci.check_text(FILE, project / ".lazy"))


def _ctrl_c(*_args: object, **_kwargs: object) -> None:
    """What Python's own handler of SIGINT does, in the main thread."""
    raise KeyboardInterrupt


def test_ctrl_c_before_the_push_raises(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazyoci.publish.steps.build_all", _ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        lazyoci.publish_files(project, tag="v1", push=False)


def test_ctrl_c_during_the_push_returns_what_became_of_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeRegistry() as registry:
        (project / ".lazy").write_text(FILE.replace("r.example", registry.host))
        monkeypatch.setattr("lazyoci.transfer.push._run", _ctrl_c)
        (result,) = lazyoci.publish_files(project, tag="v1", insecure=True)
    assert result.failed and not result.published
    assert [one.outcome.state for one in result.references] == ["skipped"]
    assert "interrupted" in result.errors[0].message


def test_building_without_a_push_writes_a_layout(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (built,) = lazyoci.publish_files(project, tag="v1", push=False, layout=project / "out")
    assert built.references[0].outcome == lazyoci.Outcome("built", built.digest)
    assert built.digest.removeprefix("sha256:") in {path.name for path in (project / "out/blobs/sha256").iterdir()}
    with pytest.raises(AttributeError, match="cannot be changed"):
        built.references[0].outcome.state = "new"  # type: ignore[misc]
    with pytest.raises(FrozenError):
        built.digest = ""  # type: ignore[misc]
    assert capfd.readouterr() == ("", "")


def test_what_fails_is_in_the_results(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = FILE.replace("r.example", "localhost:1")  # nobody listens there
    (project / ".lazy").write_text(text)
    (result,) = lazyoci.publish_files(project, tag="v1", insecure=True)
    assert result.failed and not result.published
    assert result.references[0].outcome.state == "failed"
    assert isinstance(result.references[0].outcome.error, lazyoci.LazyociError)
    assert capfd.readouterr() == ("", "")


def test_a_run_that_is_cancelled_before_it_begins(project: Path) -> None:
    stop = threading.Event()
    stop.set()
    (result,) = lazyoci.publish_files(project, tag="v1", cancelled=stop)
    assert result.failed and not result.published


def test_errors(project: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere cannot be read"):
        lazyoci.plan_files(project / "nowhere")
    with pytest.raises(UsageError, match=r"no\.pem is not a file"):
        lazyoci.publish_files(project, tag="v1", ca=project / "no.pem")
    with pytest.raises(UsageError, match="contradict"):
        lazyoci.pull_artifact("r.example/one:v1", project, platforms=["linux/amd64"], all_platforms=True)
    for wrong in ("r.example/One:v1", "r.example/one:v 1"):
        with pytest.raises(lazyoci.LazyociError):
            lazyoci.pull_artifact(wrong, project)
    with pytest.raises(lazyoci.LazyociError, match="linux"):
        lazyoci.pull_artifact("r.example/one:v1", project, platforms=["linux"])
    (project / ".lazyoci.yaml").write_text("ignore: 1\n")
    with pytest.raises(SettingsError):
        lazyoci.check_text(FILE, project / ".lazy")
