"""The hooks of `.pre-commit-hooks.yaml`, installed from a clone and run by the real pre-commit and prek."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.checkout import ROOT, clone
from tests.e2e.cli import git, repository

HOOKS = ("lazyoci-validate", "lazyoci-format", "lazyoci-validate-all", "lazyoci-dry-run")
AT_COMMIT = HOOKS[:3]
pytestmark = pytest.mark.slow
GOOD = """\
version: 1
artifacts:
  - type: image
    name: api
    targets:
      - registry: ghcr.io/acme/api
        tags: ["{{ .Tag }}", latest]
"""
BAD = GOOD.replace("latest", '"{{ .Versoin }}"')
BAD_LINE = ".lazy:7:34: error[unknown-variable]: .Versoin is not a template variable; did you mean .Version?"
DELETED_LINE = ".lazy:3:11: error[missing-dockerfile]: there is no Dockerfile beside the .lazy file"


def tool(name: str) -> str:
    """pre-commit or prek, as installed beside the running Python."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must have it")
        pytest.skip(f"{name} is not installed")
    return found


@dataclass(frozen=True, slots=True)
class Runner:
    """pre-commit or prek, with a clone of this repository to take hooks from and a home that all tests share."""

    name: str
    checkout: Path
    revision: str
    environ: Mapping[str, str]

    def __call__(self, project: Path, *arguments: str) -> tuple[int, str]:
        """Run it in `project`: the exit code, and all that was printed, without prek's indentation."""
        done = subprocess.run(
            [tool(self.name), *arguments],
            cwd=project,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        lines = [line.removeprefix("  ") if self.name == "prek" else line for line in done.stdout.splitlines()]
        return done.returncode, "\n".join(lines)

    def project(self, place: Path, hooks: tuple[str, ...] = HOOKS, **files: str) -> Path:
        """A git repository that uses `hooks`; `files` are further contents of `.lazy` (`lazy`) and so on."""
        place.mkdir(parents=True)
        entry: dict[str, Any] = {"repo": self.checkout.as_posix(), "rev": self.revision}
        entry["hooks"] = [{"id": hook} for hook in hooks]
        (place / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [entry]}), encoding="utf-8")
        (place / ".lazy").write_text(files.get("lazy", GOOD), encoding="utf-8")
        (place / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
        return repository(place)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for the clone and for what is installed from it, which all workers of pytest-xdist share."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "hooks"
    mine = clone(tmp_path_factory.mktemp("clone") / "lazyoci").parent
    with contextlib.suppress(OSError):  # another worker's is there already
        mine.rename(place)
    return place


@pytest.fixture(params=["pre-commit", "prek"])
def runner(request: pytest.FixtureRequest, shared: Path) -> Runner:
    tool(request.param)
    checkout = shared / "lazyoci"
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "LAZYOCI_", "CI", "GITHUB_"))
    }
    for role in ("AUTHOR", "COMMITTER"):
        environ |= {f"GIT_{role}_NAME": "a", f"GIT_{role}_EMAIL": "a@example.com"}
    environ |= {"PRE_COMMIT_HOME": str(shared / "pre-commit"), "PREK_HOME": str(shared / "prek")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
    # git hooks are scripts that look for their runner on the path
    environ["PATH"] = os.pathsep.join((str(Path(tool(request.param)).parent), os.environ["PATH"]))
    return Runner(request.param, checkout, git(checkout, "rev-parse", "HEAD"), environ)


def states(printed: str) -> dict[str, str]:
    """What became of each hook, by the name it is shown under."""
    found = re.findall(r"^(lazyoci .*?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", printed, re.MULTILINE)
    return dict(found)


VALIDATE, FORMAT, ALL, DRY = (
    "lazyoci validate",
    "lazyoci format",
    "lazyoci validate, all files",
    "lazyoci build --dry-run",
)


def test_the_own_configuration_has_the_same_entries() -> None:
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    own = [hook for repo in config["repos"] for hook in repo["hooks"]]
    used = {hook["id"]: hook for hook in own if hook["id"].startswith("lazyoci-")}
    assert tuple(offered) == tuple(used) == HOOKS
    for name, hook in offered.items():
        mine = dict(used[name])
        assert mine["entry"].removeprefix(".venv/bin/").removesuffix("examples") == hook["entry"].removesuffix(".")
        for key in ("types", "stages", "always_run", "pass_filenames", "require_serial"):
            assert mine.get(key) == hook.get(key), (name, key)


def test_the_own_configuration_asks_what_lint_asks() -> None:
    """A commit that the hooks let pass is not refused by ruff or mypy in `make lint`."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    entries = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    programs = [entry.removeprefix(".venv/bin/") for entry in entries if "lazyoci" not in entry]
    lint = re.findall(r"^\t\$\(BIN\)/((?:ruff|mypy)\b.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    asked = [line.removesuffix(" .").removesuffix(" --check") for line in lint if line != "ruff check --fix ."]
    assert [one.removesuffix(" --force-exclude").removesuffix(" --fix") for one in programs] == asked[:3]
    assert all((Path(sys.executable).parent / one.split()[0]).exists() for one in programs)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [(".lazy", True), ("a/b/.lazy", True), ("api.lazy", True), ("lazy", False), (".lazyrc", False), ("a.lazy.j2", 0)],
)
def test_which_files_are_checked(path: str, wanted: bool) -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        if "files" in hook:
            assert bool(re.search(hook["files"], path)) == bool(wanted)


@pytest.mark.index
def test_good_files_pass(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "good")
    code, printed = runner(project, "run", "--all-files")
    assert (code, states(printed)) == (0, {VALIDATE: "Passed", FORMAT: "Passed", ALL: "Passed"}), printed


@pytest.mark.index
def test_bad_files_fail_with_their_lines(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "bad", lazy=BAD)
    code, printed = runner(project, "run", "--all-files")
    assert (code, states(printed)) == (1, {VALIDATE: "Failed", FORMAT: "Passed", ALL: "Failed"}), printed
    assert printed.count(BAD_LINE) == 2
    assert printed.count("1 file, 1 error (1 fixable with --fix)") == 2


@pytest.mark.index
def test_format_mends_the_layout(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "layout", lazy=GOOD.replace("name: api", "name:   'api' # ours"))
    code, printed = runner(project, "run", "lazyoci-format", "--all-files")
    assert (code, states(printed)) == (1, {FORMAT: "Failed"}), printed
    assert "formatted .lazy" in printed
    assert (project / ".lazy").read_text("utf-8") == GOOD.replace("name: api", "name: api  # ours")
    assert runner(project, "run", "lazyoci-format", "--all-files")[0] == 0


@pytest.mark.index
def test_a_deleted_dockerfile_is_caught(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "deleted")
    git(project, "rm", "--quiet", "Dockerfile")
    code, printed = runner(project, "run")
    assert (code, states(printed)) == (1, {VALIDATE: "Skipped", FORMAT: "Skipped", ALL: "Failed"}), printed
    assert DELETED_LINE in printed


@pytest.mark.index
def test_the_dry_run_has_its_own_stages(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "stages", ("lazyoci-dry-run",))
    code, printed = runner(project, "run", "--all-files", "--verbose")
    assert (code, states(printed)) == (0, {}), printed
    for stage in ("pre-push", "manual"):
        code, printed = runner(project, "run", "--all-files", "--verbose", "--hook-stage", stage)
        assert (code, states(printed)) == (0, {DRY: "Passed"}), printed
        assert "[dry-run] would push ghcr.io/acme/api:latest" in printed
        assert "[dry-run] would push ghcr.io/acme/api:‹Tag›" in printed


@pytest.mark.index
def test_a_feature_branch_is_not_stopped_by_what_a_release_will_know(runner: Runner, tmp_path: Path) -> None:
    tags = '["{{ .Version }}", "{{ .VersionFull }}", "{{ .Tag }}", "{{ .Var.REGION }}", "{{ .GitTag }}"]'
    project = runner.project(tmp_path / "feature", lazy=GOOD.replace('["{{ .Tag }}", latest]', tags))
    git(project, "tag", "v1.4.0-rc.1")
    git(project, "checkout", "--quiet", "-b", "feature/x")
    git(project, "commit", "--quiet", "--allow-empty", "--message=two")
    (project / "Dockerfile").write_text("FROM scratch\nLABEL changed=yes\n", encoding="utf-8")
    code, printed = runner(project, "run", "--all-files")
    assert (code, states(printed)) == (0, {VALIDATE: "Passed", FORMAT: "Passed", ALL: "Passed"}), printed
    code, printed = runner(project, "run", "--all-files", "--verbose", "--hook-stage", "pre-push")
    assert (code, states(printed)[DRY]) == (0, "Passed"), printed
    for rule in ("version-from-ancestor", "prerelease-as-release", "unresolved-variable"):
        assert f"warning[{rule}]" in printed


@pytest.mark.index
def test_a_real_commit_and_a_real_push(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "real")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(project, "remote", "add", "origin", str(tmp_path / "remote.git"))
    code, printed = runner(project, "install", "--hook-type", "pre-commit", "--hook-type", "pre-push")
    assert code == 0, printed

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            ["git", *arguments], cwd=project, env=runner.environ, capture_output=True, encoding="utf-8"
        )
        return done.returncode, done.stdout + done.stderr

    (project / ".lazy").write_text(BAD, encoding="utf-8")
    code, printed = run("commit", "--all", "--message=bad")
    assert (code, BAD_LINE in printed) == (1, True), printed
    (project / ".lazy").write_text(GOOD.replace("latest", '"{{ .GitSHA }}"'), encoding="utf-8")
    code, printed = run("commit", "--all", "--message=good")
    assert (code, states(printed)) == (0, {VALIDATE: "Passed", FORMAT: "Passed", ALL: "Passed"}), printed
    code, printed = run("push", "origin", "HEAD")
    assert (code, states(printed).get(DRY)) == (0, "Passed"), printed
    (project / ".lazy").write_text(BAD, encoding="utf-8")
    assert run("commit", "--all", "--no-verify", "--message=bad")[0] == 0
    code, printed = run("push", "origin", "HEAD")
    assert (code, states(printed).get(DRY), "error[unknown-variable]" in printed) == (1, "Failed", True), printed


@pytest.mark.index
def test_a_thousand_files_are_one_process(runner: Runner, tmp_path: Path) -> None:
    project = runner.project(tmp_path / "many", ("lazyoci-validate", "lazyoci-validate-all"))
    for number in range(999):
        place = project / "services" / f"service-{number:04}"
        place.mkdir(parents=True)
        (place / ".lazy").write_text(GOOD.replace("acme/api", f"acme/{place.name}"), encoding="utf-8")
        (place / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    git(project, "add", "--all")
    code, printed = runner(project, "run", "--all-files", "--verbose")
    assert (code, states(printed)) == (0, {VALIDATE: "Passed", ALL: "Passed"}), printed
    assert re.findall(r"^.* files?, .*$", printed, re.MULTILINE) == ["1000 files, no problems"] * 2


@pytest.mark.index
def test_try_repo(runner: Runner, tmp_path: Path) -> None:
    """It installs anew each time; here what is needed comes from the running environment, to be had at once."""
    inherited = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    runner = replace(runner, environ={**runner.environ, "PYTHONPATH": inherited})
    project = runner.project(tmp_path / "tried", lazy=BAD)
    (project / ".pre-commit-config.yaml").unlink()
    revision = ("--ref" if runner.name == "pre-commit" else "--rev", runner.revision)
    arguments = ("try-repo", str(runner.checkout), *revision, "--all-files", "--hook-stage", "manual")
    code, printed = runner(project, *arguments)
    assert (code, states(printed)) == (
        1,
        {VALIDATE: "Failed", FORMAT: "Passed", ALL: "Failed", DRY: "Failed"},
    ), printed
    assert printed.count(BAD_LINE) == 3


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/hooks.md"])
def test_the_block_of_a_page_writes_a_file_that_works(page: str, runner: Runner, tmp_path: Path) -> None:
    """As it stands, with a fresh clone: its address and its commit are there, and the hooks are those it has."""
    home = tmp_path / "home"
    git(tmp_path, "clone", "--quiet", str(runner.checkout), str(home / "lazyoci"))
    (block,) = re.findall(r"^```bash\n(lazyoci=.*?)^```", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    project = tmp_path / "project"
    project.mkdir()
    (project / ".lazy").write_text(BAD, encoding="utf-8")
    (project / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    repository(project)
    subprocess.run(["bash", "-euc", block], cwd=project, env=dict(os.environ) | {"HOME": str(home)}, check=True)
    code, said = runner(project, "run", "--all-files", "lazyoci-validate")
    assert code == 1, said
    assert BAD_LINE in said
