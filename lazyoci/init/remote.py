"""Where a repository's artifacts belong, by its git remote: GitHub and GitLab have a registry of their own."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lazyoci.world import GIT_LOCAL_VARIABLES

_REGISTRIES = {"github.com": "ghcr.io", "ssh.github.com": "ghcr.io", "gitlab.com": "registry.gitlab.com"}
_REGISTRIES |= {"altssh.gitlab.com": "registry.gitlab.com"}


@dataclass(frozen=True, slots=True)
class Home:
    """Where artifacts go. `repository` is empty where no registry is known; `project` is what to call the whole."""

    repository: str
    project: str
    in_git: bool


def find_home(directory: Path) -> Home:
    """Ask git about `directory`. Without git, or a remote, the project is called as the directory."""
    own = path_part(directory.resolve().name) or "app"
    prefix = _git(directory, "rev-parse", "--show-prefix")
    if prefix is None:
        return Home("", own, in_git=False)
    found = split_url(_url(directory))
    if found is None:
        return Home("", own, in_git=True)
    host, path = found
    parts = [path_part(part) for part in path.split("/")]
    if prefix:  # a part of a repository gets a part of its registry
        parts.append(own)
    registry = _REGISTRIES.get(host)
    known = registry is not None and len(parts) > 1 and all(parts)
    return Home("/".join((registry or "", *parts)) if known else "", parts[-1] or own, in_git=True)


def split_url(url: str) -> tuple[str, str] | None:
    """Host in lower case, and path without `.git`, of a remote's URL or `user@host:path`; None for a local path."""
    match = re.fullmatch(r"(?:[^@/:]+@)?([\w.-]{2,}):(?!//)/*([^\\]+)", url)
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


def path_part(text: str) -> str:
    """`text` as one part of a repository's path (distribution-spec, Pulling manifests): lower case, few signs."""
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", text.lower())
    cleaned = re.sub(r"[._-]*\.[._-]*", ".", re.sub(r"_{3,}", "__", cleaned))
    cleaned = re.sub(r"_*-[_-]*", "-", cleaned)
    return cleaned.strip("._-")


def _url(directory: Path) -> str:
    """The URL of `origin`, else of the first remote; empty if there is none."""
    listed = _git(directory, "config", "--get-regexp", r"^remote\..*\.url$") or ""
    urls = dict(reversed([line.split(" ", 1) for line in listed.splitlines() if " " in line]))
    return urls.get("remote.origin.url") or next(reversed(urls.values()), "")


def _git(directory: Path, *arguments: str) -> str | None:
    """What git prints, without the line break; None if it is not there or fails."""
    environ = {key: value for key, value in os.environ.items() if key not in GIT_LOCAL_VARIABLES} | {"LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout.rstrip("\r\n")
