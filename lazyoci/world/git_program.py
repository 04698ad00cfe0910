"""The one way in which git is run: only to read, and so that nothing which a repository names is ever started.

A repository's own configuration may name programs for many occasions (file system monitors, filters, hooks, helpers
for credentials and remotes), also through files that it includes. Reading a value must start none of them, whether the
repository was cloned, unpacked from an archive, or lies as a bare one inside another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lazyoci.programs import Running

TIMEOUT = 10.0  # seconds; git on a network file system that is gone never answers

# What outweighs any configuration of the repository: `-c` has the highest precedence.
# https://git-scm.com/docs/git-config
_OVERRIDES = (
    "safe.bareRepository=explicit",  # a directory that looks like a bare repository is none
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.gitProxy=none",
    "core.askPass=",
    "core.editor=false",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "submodule.recurse=false",
    "status.submoduleSummary=false",
    "fetch.recurseSubmodules=false",
    "maintenance.auto=false",
    "gc.auto=0",
)
# variables of git that are the user's own and name no repository; all others (`GIT_DIR` of a hook, `GIT_TRACE`,
# `GIT_EXTERNAL_DIFF`, `GIT_ASKPASS`) would lead elsewhere, or start something
_KEPT = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)
_FILTER = r"(?is)filter\.(.*)\.(?:clean|smudge|process|required)"  # compiled when first used: a check asks no git


def start(
    directory: Path,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    filters: Sequence[str] = (),
    *,
    stdin: str | None = None,
) -> Running:
    """Start git in `directory`; raises OSError (FileNotFoundError where there is no git on PATH).

    `filters` are the names of filters that the configuration has: they are switched off.
    """
    from lazyoci import programs

    program = programs.find("git", environ)
    if program is None:
        raise FileNotFoundError(2, "not on PATH", "git")
    options = [*_OVERRIDES]
    for name in filters:
        options += [f"filter.{name}.{key}=" for key in ("clean", "smudge", "process")]
        options.append(f"filter.{name}.required=false")
    command = [program, "--no-pager", "--no-replace-objects", "--literal-pathspecs"]
    for option in options:
        command += ["-c", option]
    return programs.Running([*command, *arguments], cwd=directory, environ=_environment(environ), stdin=stdin)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    from lazyoci import programs

    found = {
        key: value for key, value in programs.environment(environ).items() if key in _KEPT or key[:4].upper() != "GIT_"
    }
    return found | {
        "GIT_OPTIONAL_LOCKS": "0",  # nothing is written
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",  # an object that is missing in a partial clone is not fetched,
        "GIT_ALLOW_PROTOCOL": "none",  # nor by a git that does not know the line above
        "GIT_PROTOCOL_FROM_USER": "0",
        "LC_ALL": "C",
    }


def filters(listed: str) -> list[str] | None:
    """The names of the filters in what `git config --list --name-only -z` prints; None for one that cannot be named."""
    names = dict.fromkeys(found[1] for key in listed.split("\0") if (found := re.fullmatch(_FILTER, key)) is not None)
    return list(names) if all(_can_be_named(name) for name in names) else None


def _can_be_named(name: str) -> bool:
    """Whether `-c` reaches git with this very name: another one would switch off another filter, and leave this on."""
    if "=" in name or "\n" in name or "\ufffd" in name:  # a key ends at the first "="; U+FFFD is what was no UTF-8
        return False
    try:
        return os.fsencode(name) == name.encode()  # arguments are encoded as the locale says
    except UnicodeError:
        return False


def no_git(error: OSError) -> str:
    """Why git could not be started."""
    if isinstance(error, FileNotFoundError) and error.filename == "git":
        return "git is not installed"
    return f"git could not be run: {error.strerror or error}"


_NO_COMMIT = ("unknown revision", "ambiguous argument 'HEAD'", "Not a valid object name")


# git's own advice names the path as it must be typed
_SAFE = r"(?m)^\s*(git config --global --add safe\.directory .+)$"


def failure(stderr: str, root: Path) -> str:
    """Why git has no answer about the repository at `root`, by what it wrote."""
    if "dubious ownership" in stderr or "unsafe repository" in stderr:
        advice = re.search(_SAFE, stderr)
        from shlex import quote  # only where git refuses

        command = f"git config --global --add safe.directory {quote(str(root))}" if advice is None else advice[1]
        return f"git refuses a repository of another user; run: {command}"
    if any(words in stderr for words in _NO_COMMIT):
        return "the git repository has no commit yet; make one: git commit"
    if "safe.bareRepository" in stderr:
        return "the directory is a bare git repository, which is not read"
    if "lazy fetching disabled" in stderr or "transport 'none'" in stderr or "not allowed" in stderr:
        return "the clone lacks objects, and none are fetched; run: git fetch --refetch"
    first = next((line for line in stderr.splitlines() if line.strip()), "it gave no reason")
    return f"git failed: {first.removeprefix('fatal: ')}"
