"""Where a repository's artifacts belong, by its git remote: GitHub and GitLab have a registry of their own."""

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
    """Where artifacts go. `repository` is empty where no registry is known; `project` is what to call the whole.

    `reason` says why git could not be asked, where it should have answered.
    """

    repository: str
    project: str
    in_git: bool
    reason: str = ""


def find_home(directory: Path) -> Home:
    """Ask git about `directory`. Without git, or a remote, the project is called as the directory."""
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
    if directory.resolve() != root:  # a part of a repository gets a part of its registry
        parts.append(own)
    registry = _REGISTRIES.get(host)
    known = registry is not None and len(parts) > 1 and all(parts)
    return Home("/".join((registry or "", *parts)) if known else "", parts[-1] or own, in_git=True)
