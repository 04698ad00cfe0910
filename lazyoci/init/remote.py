"""Finds the registry for a repository by its git remote: GitHub and GitLab have registries of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lazyoci.oci.repository_part import repository_part
from lazyoci.repository import repository_root
from lazyoci.world.remote import remote_url, remotes, split_url

_REGISTRIES = {"github.com": "ghcr.io", "ssh.github.com": "ghcr.io", "gitlab.com": "registry.gitlab.com"}
_REGISTRIES |= {"altssh.gitlab.com": "registry.gitlab.com"}


@dataclass(frozen=True, slots=True)
class Home:
    """Where artifacts go. `repository` is empty if no registry is known; `project` is the name of the project.

    `reason` says why git gave no answer although there is a repository; else it is empty.
    """

    repository: str
    project: str
    in_git: bool
    reason: str = ""


def find_home(directory: Path) -> Home:
    """Ask git about `directory`. Without git or a remote, the project has the directory's name."""
    own = repository_part(directory.resolve().name) or "app"
    root = repository_root(directory)
    if root is None:
        return Home("", own, in_git=False)
    listed, reason = remotes(root)
    if listed is None:
        return Home("", own, in_git=False, reason=reason)
    found = split_url(remote_url(listed))
    if found is None:
        return Home("", own, in_git=True)
    host, path = found
    parts = [repository_part(part) for part in path.split("/")]
    if directory.resolve() != root:  # artifacts of a subdirectory go below the repository's path
        parts.append(own)
    registry = _REGISTRIES.get(host)
    known = registry is not None and len(parts) > 1 and all(parts)
    return Home("/".join((registry or "", *parts)) if known else "", parts[-1] or own, in_git=True)
