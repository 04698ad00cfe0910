"""Repositories in which every key of git's configuration that can name a program names one that leaves a record."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# each value is a command; {trap} is a script that records that it ran
_KEYS = {
    "core.fsmonitor": "{trap} fsmonitor",
    "core.sshCommand": "{trap} sshCommand",
    "core.gitProxy": "{trap}",
    "core.askPass": "{trap}",
    "core.pager": "{trap} pager",
    "core.editor": "{trap} editor",
    "core.alternateRefsCommand": "{trap} alternates",
    "credential.helper": "!{trap} credential",
    "sequence.editor": "{trap} sequence",
    "pager.status": "{trap} pager",
    "pager.describe": "{trap} pager",
    "pager.config": "{trap} pager",
    "diff.external": "{trap} external",
    "diff.trap.command": "{trap} diff",
    "diff.trap.textconv": "{trap} textconv",
    "merge.trap.driver": "{trap} merge",
    "filter.trap.clean": "{trap} clean",
    "filter.trap.smudge": "{trap} smudge",
    "filter.trap.required": "true",
    "filter.two.process": "{trap} process",
    "filter.A b.clean": "{trap} named",
    "gpg.program": "{trap}",
    "gpg.ssh.program": "{trap}",
    "log.showSignature": "true",
    "alias.describe": "!{trap} alias",
    "alias.status": "!{trap} alias",
    "alias.rev-parse": "!{trap} alias",
    "interactive.diffFilter": "{trap} interactive",
    "uploadpack.packObjectsHook": "{trap} pack",
    "remote.origin.uploadpack": "{trap} uploadpack",
    "remote.origin.promisor": "true",
    "remote.origin.partialCloneFilter": "blob:none",
    "protocol.ext.allow": "always",
    "submodule.recurse": "true",
    "status.submoduleSummary": "true",
    "tar.tar.gz.command": "{trap} tar",
    "trailer.trap.command": "{trap} trailer",
    "hook.trap.command": "{trap} hook",
    "hook.trap.event": "post-index-change",
}
_HOOKS = ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman")


class Trap:
    """A script, and the record of its runs."""

    def __init__(self, place: Path) -> None:
        self.record = place / "record"
        self.script = place / "trap.sh"
        self.script.write_text(f'#!/bin/sh\necho "$0 $*" >> {self.record}\ncat >/dev/null 2>&1 </dev/null\nexit 0\n')
        self.script.chmod(0o755)

    @property
    def runs(self) -> list[str]:
        """What ran, a line each."""
        return self.record.read_text().splitlines() if self.record.exists() else []


def git(directory: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """Run git as its user would, with no configuration but the repository's."""
    found = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    found |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | dict(environ or {})
    for who in ("AUTHOR", "COMMITTER"):
        found |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@example.com"}
    done = subprocess.run(["git", *arguments], cwd=directory, env=found, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(place: Path) -> Path:
    """A repository with one commit, a tag, and files that filters are for."""
    place.mkdir(parents=True, exist_ok=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    (place / ".gitattributes").write_text("*.txt filter=trap diff=trap merge=trap\n*.two filter=two\n*.ab filter=A\n")
    for name in ("a.txt", "b.two", "c.ab"):
        (place / name).write_text("1\n")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "--message=one")
    git(place, "tag", "v1.2.3")
    return place


def arm(place: Path, trap: Trap, *, where: str = "local") -> None:
    """Set every key in the repository's configuration, in the file that `where` says, and plant hooks.

    Every file is given another time, so that git has to look at its content.
    """
    git_dir = Path(git(place, "rev-parse", "--absolute-git-dir"))
    target = git_dir / "config"
    if where == "include":
        target = git_dir / "more"
        git(place, "config", "include.path", "more")
    elif where == "includeIf":
        target = git_dir / "more"
        git(place, "config", f"includeIf.gitdir:{git_dir}/.path", "more")
        git(place, "config", "includeIf.gitdir:**.path", "more")
    elif where == "worktree":
        git(place, "config", "extensions.worktreeConfig", "true")
        target = git_dir / "config.worktree"
    keys = _KEYS | {"remote.origin.url": "ext::{trap} %S remote", "core.hooksPath": str(git_dir / "planted")}
    for key, value in keys.items():
        git(place, "config", "--file", str(target), key, value.format(trap=trap.script))
    for directory in (git_dir / "planted", git_dir / "hooks"):
        directory.mkdir(exist_ok=True)
        for hook in _HOOKS:
            (directory / hook).write_text(trap.script.read_text())
            (directory / hook).chmod(0o755)
    for path in place.iterdir():
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))


def bare(place: Path, trap: Trap) -> Path:
    """A directory of a working tree that looks like a bare repository, with every key set."""
    place.mkdir(parents=True)
    git(place, "init", "--quiet", "--bare", ".")
    arm(place, trap)
    return place
