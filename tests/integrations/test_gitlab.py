"""The jobs of the GitLab template, run as GitLab's runner does: variables in the environment, lines in one shell."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from lazyoci import __version__
from tests import warm
from tests.e2e.checkout import ROOT, clone
from tests.e2e.cli import environment, git, lazyoci, repository
from tests.servers import docker_registry, program

_PATH = ROOT / "integrations/gitlab/lazyoci.gitlab-ci.yml"
TEMPLATE: dict[str, Any] = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    mediaType: application/vnd.acme.settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: "{{ .Registry }}/acme/settings"
        tags: ["{{ .Tag }}"]
"""


def project(place: Path) -> Path:
    place.mkdir()
    (place / ".lazy").write_text(LAZY, encoding="utf-8")
    (place / "settings.json").write_text("{}\n", encoding="utf-8")
    return repository(place)


def run(job: str, place: Path, *, installed: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one job in `place`. `installed`: with the lazyoci under test, instead of the lines that install one."""
    merged = {name: one["value"] for name, one in TEMPLATE["variables"].items()}
    merged |= TEMPLATE[".lazyoci"]["variables"] | TEMPLATE[job].get("variables", {})
    environ = environment(place) | {"CI": "true", "CI_PROJECT_DIR": str(place)} | variables
    for name, value in merged.items():
        environ.setdefault(name, _expanded(value, environ))
    lines = TEMPLATE[job]["script"]
    if installed:
        programs = place.parent / "bin"
        programs.mkdir(exist_ok=True)
        warm.program(programs / "lazyoci")
        environ["PATH"] = os.pathsep.join([str(programs), environ["PATH"]])
    else:
        lines = [*TEMPLATE[".lazyoci"]["before_script"], *lines]
    script = "set -eo pipefail\n" + "\n".join(lines)
    return subprocess.run(
        [program("bash"), "-c", script],
        cwd=place,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def _expanded(value: str, environ: dict[str, str]) -> str:
    for name in ("CI_PROJECT_DIR", "CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD", "CI_REGISTRY"):
        value = value.replace(f"${{{name}}}", environ.get(name, "")).replace(f"${name}", environ.get(name, ""))
    return value


def test_a_publish_logs_in_by_the_environment(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as registry:
        place = project(tmp_path / "work")
        given = {"CI_REGISTRY": registry.host, "CI_REGISTRY_USER": "alice", "CI_REGISTRY_PASSWORD": "s3cret"}
        lazyoci("registry", "add", registry.host, "--insecure", cwd=place)  # this one speaks plain HTTP
        done = run("lazyoci-publish", place, CI_COMMIT_TAG="v1.0.0", LAZYOCI_REGISTRY=registry.host, **given)
        assert done.returncode == 0, done.stdout
        (result,) = json.loads((place / "lazyoci.json").read_text("utf-8"))
        assert result["targets"][0]["digest"] == registry.tag("acme/settings", "v1.0.0") != ""
        assert "s3cret" not in done.stdout
        home = Path(environment(place)["HOME"])
        assert not [one for one in home.rglob("*") if one.is_file() and b"s3cret" in one.read_bytes()]


def test_a_merge_request_is_validated_and_shown(tmp_path: Path) -> None:
    place = project(tmp_path / "work")
    assert run("lazyoci-validate", place).returncode == 0
    shown = run("lazyoci-dry-run", place, LAZYOCI_REGISTRY="ghcr.io")
    assert shown.returncode == 0, shown.stdout
    assert "[dry-run] would push ghcr.io/acme/settings:‹Tag›" in shown.stdout


@pytest.mark.parametrize("tag", ["$(touch${IFS}pwned)", "`touch pwned`", '"; touch pwned; "', "--help", "-x"])
def test_a_tag_is_only_text(tag: str, tmp_path: Path) -> None:
    place = project(tmp_path / "work")
    done = run("lazyoci-publish", place, CI_COMMIT_TAG=tag, LAZYOCI_REGISTRY="localhost:1")
    assert done.returncode == 1, done.stdout
    assert not list(tmp_path.rglob("pwned"))


def test_without_a_source_the_variable_is_named(tmp_path: Path) -> None:
    done = run("lazyoci-validate", project(tmp_path / "work"), installed=False)
    assert done.returncode == 2
    assert done.stdout.startswith("set the variable LAZYOCI_CI_SOURCE")


@pytest.mark.slow
@pytest.mark.index
def test_installs_from_a_git_address(tmp_path: Path) -> None:
    source = clone(tmp_path / "lazyoci")
    git(source, "tag", "v0.0.0-test")
    place = project(tmp_path / "work")
    address = f"git+{source.as_uri()}@v0.0.0-test"
    done = run("lazyoci-validate", place, installed=False, LAZYOCI_CI_SOURCE=address)
    assert done.returncode == 0, done.stdout
    assert f"lazyoci {__version__}\n" in done.stdout
    assert git(place, "status", "--porcelain") == ""  # what is installed lies beside the work tree


def test_every_job_runs_when_it_should() -> None:
    rules = {name: [rule["if"] for rule in job["rules"]] for name, job in TEMPLATE.items() if "rules" in job}
    assert rules["lazyoci-publish"] == ["$CI_COMMIT_TAG"]
    assert rules["lazyoci-dry-run"] == ['$CI_PIPELINE_SOURCE == "merge_request_event"']
    assert len(rules["lazyoci-validate"]) == 3
