"""The workflow that builds in a matrix and publishes in one job, and GitLab's counterpart: their steps, run by bash."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import warm
from tests.e2e.checkout import ROOT
from tests.e2e.cli import environment, lazyoci, repository
from tests.integrations.kit import outputs
from tests.integrations.test_action_hostile import HOSTILE
from tests.servers import RealRegistry, docker_registry, program

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / "integrations/github/publish.yml").read_text("utf-8"))
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "integrations/gitlab/publish.gitlab-ci.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]
CALLED = WORKFLOW[True]["workflow_call"]  # YAML 1.1 reads `on` as true
_EXPRESSION = re.compile(r"\$\{\{ (inputs|matrix|secrets)\.([\w-]+) \}\}")
LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files: [{path: settings.json, mediaType: application/json}]
    targets: [{registry: "{{ .Registry }}/acme/settings", tags: ["{{ .Tag }}"]}]
  - type: artifact
    name: %s
    files: [{path: settings.json, mediaType: application/yaml}]
    targets: [{registry: "{{ .Registry }}/acme/other", tags: ["{{ .Tag }}"]}]
  - type: artifact
    name: later
    when: branch:never
    files: [{path: settings.json, mediaType: application/json}]
    targets: [{registry: "{{ .Registry }}/acme/later", tags: [v1]}]
"""


def project(place: Path, name: str = "other") -> Path:
    place.mkdir()
    (place / ".lazy").write_text(LAZY % json.dumps(name), encoding="utf-8")
    (place / ".lazyoci.yaml").write_text("ignore: [not-portable]\n", encoding="utf-8")
    (place / "settings.json").write_text("{}\n", encoding="utf-8")
    return repository(place)


class Runner:
    """Runs the last `run` step of a job of the workflow, as GitHub's runner does."""

    def __init__(self, workspace: Path, temporary: Path, **environ: str) -> None:
        self.workspace, self.temporary, self.environ = workspace, temporary, environ
        (temporary / "lazyoci" / "bin").mkdir(parents=True)
        warm.program(temporary / "lazyoci" / "bin" / "lazyoci")

    def run(self, job: str, step: str, **given: str) -> tuple[int, str, Mapping[str, str]]:
        """Exit code, log and outputs; `given` are inputs, values of the matrix and secrets, by name."""
        (found,) = (one for one in JOBS[job]["steps"] if one.get("id") == step)
        values = {name: one.get("default", "") for name, one in CALLED["inputs"].items()} | given
        output = self.temporary / "output"
        output.write_bytes(b"")
        environ = environment(self.workspace) | {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_OUTPUT": str(output)}
        environ |= {"RUNNER_TEMP": str(self.temporary)} | self.environ
        for name, text in found.get("env", {}).items():
            environ[name] = _EXPRESSION.sub(lambda match: values.get(match[2], ""), text)
        script = self.temporary / "step.sh"
        script.write_text(found["run"], encoding="utf-8")
        ran = subprocess.run(
            [program("bash"), "-e", script],
            cwd=self.workspace,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert "Traceback" not in ran.stdout, ran.stdout
        return ran.returncode, ran.stdout, outputs(output.read_text("utf-8"))


def publish(runner: Runner, where: RealRegistry, **given: str) -> tuple[int, str]:
    """All three jobs, with what is handed from one to the next."""
    before = where.requests()
    code, log, said = runner.run("plan", "list", **given)
    assert code == 0, log
    rows = json.loads(said["matrix"])["include"]
    for row in rows:
        code, log, _ = runner.run("build", "bundle", **given, **row)
        assert code == 0, log
        place = runner.temporary / "bundles" / f"lazyoci-bundle-{row['bundle']}"
        place.mkdir(parents=True)
        (runner.temporary / "bundle.tar").rename(place / "bundle.tar")
    assert where.requests() == before
    code, log, _ = runner.run("publish", "publish", **given)
    return code, log


@pytest.mark.parametrize("name", ["other", '$(touch pwned) "; touch pwned; `touch pwned`', "x\ntouch pwned\nmatrix={}"])
def test_github_builds_apart_and_publishes_once(tmp_path: Path, name: str) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as registry:
        place = project(tmp_path / "work", name)
        lazyoci("registry", "add", registry.host, "--insecure", cwd=place)  # this one speaks plain HTTP
        runner = Runner(place, tmp_path / "temp", LAZYOCI_REGISTRY=registry.host)
        secrets = {"registry": registry.host, "username": "alice", "password": "s3cret"}
        code, log = publish(runner, registry, tag="v1", **secrets)
        assert code == 0, log
        assert registry.tag("acme/settings", "v1") and registry.tag("acme/other", "v1")
        assert not registry.tag("acme/later", "v1")
        assert "s3cret" not in log
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("value", HOSTILE)
def test_github_takes_any_tag(tmp_path: Path, value: str) -> None:
    runner = Runner(project(tmp_path / "work"), tmp_path / "temp", LAZYOCI_REGISTRY="registry.example")
    code, log, said = runner.run("plan", "list", tag=value)
    assert code in (1, 2) and "matrix" not in said, log
    code, log, _ = runner.run("build", "bundle", tag="v1", artifact=value, platform=value)
    assert code in (1, 2), log
    code, log, _ = runner.run("publish", "publish", tag=value, file=value)
    assert code in (1, 2), log
    assert not list(tmp_path.rglob("pwned"))


def test_github_publishes_where_nothing_was_to_be_built(tmp_path: Path) -> None:
    place = project(tmp_path / "work")
    head, _, last = (LAZY % "other").rpartition("  - type")
    (place / ".lazy").write_text(f"{head.partition('  - type')[0]}  - type{last}", "utf-8")
    runner = Runner(place, tmp_path / "temp", LAZYOCI_REGISTRY="registry.example")
    code, log, said = runner.run("plan", "list")
    assert code == 0, log
    assert said["matrix"] == '{"include": []}'
    assert JOBS["build"]["if"] == f"needs.plan.outputs.matrix != '{said['matrix']}'"
    code, log, _ = runner.run("publish", "publish")
    assert code == 0 and "Nothing is published" in log


def test_only_the_last_job_has_secrets() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for name in ("plan", "build"):
        assert "permissions" not in JOBS[name]
        assert "secrets" not in json.dumps(JOBS[name])
    for job in JOBS.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(
    ("schema", "file", "more"),
    [
        ("vendor.github-workflows", "integrations/github/publish.yml", ()),
        ("vendor.gitlab-ci", "integrations/gitlab/publish.gitlab-ci.yml", ("--data-transform", "gitlab-ci")),
    ],
)
def test_is_what_the_schema_says(schema: str, file: str, more: tuple[str, ...]) -> None:
    import sys

    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *more, file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def gitlab(job: str, place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The script of a job of the template, as GitLab's runner runs it."""
    programs = place.parent / "bin"
    programs.mkdir(exist_ok=True)
    warm.program(programs / "lazyoci")
    environ = environment(place) | {"CI": "true", "CI_PROJECT_DIR": str(place), "LAZYOCI_CI_PATH": "."} | variables
    environ["PATH"] = f"{programs}:{environ['PATH']}"
    return subprocess.run(
        [program("bash"), "-c", "set -eo pipefail\n" + "\n".join(GITLAB[job]["script"])],
        cwd=place,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def test_gitlab_builds_apart_and_publishes_once(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry") as registry:
        place = project(tmp_path / "work")
        given = {"CI_COMMIT_TAG": "v1", "LAZYOCI_REGISTRY": registry.host.replace("127.0.0.1", "localhost")}
        listed = lazyoci("build", "--tag", "v1", "--list", "-o", "gitlab-matrix", cwd=place, **given)
        for row in yaml.safe_load(listed.out)["matrix"]:
            done = gitlab(".lazyoci-bundle", place, **row, **given)
            assert done.returncode == 0, done.stdout
        assert registry.requests() == []
        done = gitlab(".lazyoci-publish-bundles", place, **given)
        assert done.returncode == 0, done.stdout
        assert registry.tag("acme/settings", "v1") and registry.tag("acme/other", "v1")


@pytest.mark.parametrize("value", HOSTILE)
def test_gitlab_takes_any_value(tmp_path: Path, value: str) -> None:
    place = project(tmp_path / "work")
    given = {"LAZYOCI_REGISTRY": "registry.example", "BUNDLE": "b", "PLATFORM": "", "ARTIFACT": "settings"}
    for name in ("CI_COMMIT_TAG", "ARTIFACT", "PLATFORM"):
        done = gitlab(".lazyoci-bundle", place, **(given | {"CI_COMMIT_TAG": "v1", name: value}))
        assert done.returncode in (1, 2), done.stdout
    done = gitlab(".lazyoci-publish-bundles", place, **(given | {"CI_COMMIT_TAG": value}))
    assert done.returncode in (1, 2), done.stdout
    assert not list(tmp_path.rglob("pwned"))
