"""Runs the real program, as a user would, in a directory and an environment of the test's own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import warm


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


# what CI services set, by which the program recognises them
_OF_SERVICES = (
    *("APPVEYOR", "BITBUCKET_", "BUILDER_", "BUILDKITE", "BUILD_", "CIRCLE", "CODEBUILD_", "DRONE", "FORGEJO_"),
    *("GITEA_", "GITLAB_", "JENKINS_", "NETLIFY", "SEMAPHORE", "SYSTEM_", "TEAMCITY_", "TF_BUILD", "TRAVIS", "VERCEL"),
)


def environment(cwd: Path) -> dict[str, str]:
    """The environment of a program run in `cwd`: without the user's own configuration and CI variables."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LAZYOCI_", "GITHUB_", "CI_", "GIT_", "SOURCE_DATE_EPOCH", *_OF_SERVICES))
        and key not in ("CI", "DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "REGISTRY_AUTH_FILE", "NO_COLOR", "FORCE_COLOR")
        and not key.lower().endswith("_proxy")
    }
    home = cwd / ".home" if not (cwd / ".lazy").exists() else cwd.parent / ".home"
    clean |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_CACHE_HOME": str(home / ".cache")}
    clean |= {"XDG_RUNTIME_DIR": str(home / "run"), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    return clean


def lazyoci(*arguments: str | Path, cwd: Path, stdin: str | None = None, **environ: str) -> Ran:
    """Run `lazyoci` in such an environment, with `environ` added."""
    given = None if stdin is None else stdin.encode()
    done = warm.run([*map(str, arguments)], cwd, environment(cwd) | environ, given)
    out, err = (stream.decode().replace("\r\n", "\n").replace("\r", "\n") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return Ran(done.returncode, out, err)


def git(directory: Path, *arguments: str) -> str:
    """Run git with an identity of its own and none of the user's settings."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        environ |= {f"GIT_{role}_NAME": "a", f"GIT_{role}_EMAIL": "a@example.com"}
    done = subprocess.run(["git", *arguments], cwd=directory, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(directory: Path) -> Path:
    """Make `directory` a git repository on branch main with one commit of all that is in it."""
    directory.mkdir(parents=True, exist_ok=True)
    git(directory, "init", "--quiet", "--initial-branch=main")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--allow-empty", "--message=one")
    return directory
