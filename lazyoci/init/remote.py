"""Where a repository's artifacts belong, by its git remote: GitHub and GitLab have a registry of their own."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lazyoci.oci.repository_part import repository_part
from lazyoci.repository import repository_root
from lazyoci.world import git_program

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
    listed, reason = _remotes(root)
    if listed is None:
        return Home("", own, in_git=False, reason=reason)
    found = split_url(_url(listed))
    if found is None:
        return Home("", own, in_git=True)
    host, path = found
    parts = [repository_part(part) for part in path.split("/")]
    if directory.resolve() != root:  # a part of a repository gets a part of its registry
        parts.append(own)
    registry = _REGISTRIES.get(host)
    known = registry is not None and len(parts) > 1 and all(parts)
    return Home("/".join((registry or "", *parts)) if known else "", parts[-1] or own, in_git=True)


def split_url(url: str) -> tuple[str, str] | None:
    """Host in lower case, and path without `.git`, of a remote's URL or `user@host:path`; None for a local path."""
    match = re.fullmatch(r"(?:[^@/:]+@)?([\w.-]{2,}):(?!//|:)/*([^\\]+)", url)
    if match is not None and "://" not in url:
        host, path = match[1], match[2]
    else:
        try:
            parsed = urlsplit(url)
            host, path = parsed.hostname or "", parsed.path
        except ValueError:
            return None
        if parsed.scheme not in ("https", "http", "ssh", "git", "git+ssh"):
            return None
    path = path.strip("/").removesuffix(".git").rstrip("/")
    return (host.lower(), path) if host and path else None


def _remotes(root: Path) -> tuple[str | None, str]:
    """What git lists of its remotes, None where it has no answer; and why, if it should have had one."""
    from lazyoci.programs import TimedOut

    try:
        found = git_program.start(root, ("config", "-z", "--get-regexp", r"^remote\..*\.url$"), os.environ)
        answer = found.answer(git_program.TIMEOUT)
    except TimedOut:
        return None, f"git did not answer within {git_program.TIMEOUT:g} s"
    except OSError as error:
        return None, "" if isinstance(error, FileNotFoundError) else git_program.no_git(error)
    if answer.code > 1:  # 1: there is none
        return None, git_program.failure(answer.err, root)
    return answer.out, ""


def _url(listed: str) -> str:
    """The URL of `origin`, else of the first remote; empty if there is none."""
    urls = dict(reversed([line.split("\n", 1) for line in listed.split("\0") if "\n" in line]))
    return urls.get("remote.origin.url") or next(reversed(urls.values()), "")
