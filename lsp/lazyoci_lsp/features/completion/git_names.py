"""Branches and tags of the repository, as globs that conditions and versions may name. Git is not asked again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader, semver
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.state.watching import git_directories

if TYPE_CHECKING:
    from lazyoci.semver import Semver
    from lazyoci.world import GitState

_MOST = 20  # globs of one kind: more nobody reads
# a tag of a line of versions: what stands before the version, and the version
_LINE = re.compile(r"(.*?)(v?\d+\.\d+\.\d+(?:[-+].*)?)", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:*@+-]*")  # what YAML takes as text without quotes, also in brackets
_HEADS = ("refs/heads/", "refs/remotes/origin/")
_ENTRIES = 1_000  # files of refs that are looked at
_USUAL = ("release/*", "hotfix/*", "feature/**")


def is_plain(text: str) -> bool:
    """Whether a glob needs no quotes."""
    return _PLAIN.fullmatch(text) is not None and not text.endswith(":")


def _git(request: Request) -> GitState | None:
    """What git said for the last check; None before the first."""
    snapshot = request.view.checker.latest(request.text.key)
    return None if snapshot is None else snapshot.variables.git


def globs(request: Request) -> Iterator[tuple[str, str]]:
    """Terms of conditions with a glob each, and what there is of that."""
    git = _git(request)
    known = {} if git is None else {git.branch: "the current branch", git.default_branch: "the default branch"}
    listed = [] if request.directory is None else branches(request.directory)
    names = [name for name in dict.fromkeys((*reversed(known), *listed)) if name]
    for name in names[:_MOST]:
        yield f"branch:{name}", known.get(name, "a branch")
    folders = [f"{name.partition('/')[0]}/*" for name in names if "/" in name]
    for pattern in dict.fromkeys((*sorted(folders), *_USUAL)):
        inside = [name for name in names if name.startswith(pattern.rstrip("*"))]
        yield f"branch:{pattern}", f"branches such as {inside[0]}" if inside else "branches so named"
    for pattern, highest in lines(git).items():
        yield f"tag:{pattern}", f"tags such as {highest.raw}"
        if not pattern.startswith(("v*", "*")):
            continue
        yield f"tag:{pattern.removesuffix('*')}{highest.major}.*", f"those of major {highest.major}"


def branches(directory: Path) -> list[str]:
    """The branches of the clone and of `origin`, by name, as git keeps them in files."""
    found = git_directories(directory)
    if found is None:
        return []
    names: set[str] = set()
    for start in _HEADS:
        root = found[1] / start
        names |= {path.relative_to(root).as_posix() for path in islice(root.rglob("*"), _ENTRIES) if path.is_file()}
    try:
        packed = reader.read(found[1] / "packed-refs").decode("utf-8", "replace")
    except OSError:
        packed = ""  # too large to be looked through with each letter, or none
    for line in packed.split("\n"):
        ref = line.partition(" ")[2]
        names |= {ref.removeprefix(start) for start in _HEADS if ref.startswith(start)}
    return sorted(names - {"HEAD"})


def lines(git: GitState | None) -> Mapping[str, Semver]:
    """The lines of versions among the tags: each as a pattern, with its highest version."""
    found: dict[str, Semver] = {}
    for tag in git.tags if git is not None else ():
        match = _LINE.fullmatch(tag.name)
        version = semver.parse(match[2]) if match is not None else None
        if match is None or version is None:
            continue
        pattern = f"{match[1]}{'v' if match[2].startswith('v') else ''}*"
        known = found.get(pattern)
        if known is None or known.precedence < version.precedence:
            found[pattern] = version
    return dict(sorted(found.items())[:_MOST])
