"""The address of a repository's git remote."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from lazyoci.world import git_program

_WEB = ("https", "http")


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
        if parsed.scheme not in (*_WEB, "ssh", "git", "git+ssh"):
            return None
    path = path.strip("/").removesuffix(".git").rstrip("/")
    return (host.lower(), path) if host and path else None


def web_address(url: str) -> str:
    """Where people read the repository of a remote's URL: without user, password and query; empty where unknown."""
    found = split_url(url)
    if found is None:
        return ""
    host, path = found
    parsed = urlsplit(url) if "://" in url else None
    if parsed is None or parsed.scheme not in _WEB:
        return f"https://{host}/{path}"  # that of SSH has another port, if any
    try:
        port = parsed.port
    except ValueError:
        return ""
    return f"{parsed.scheme}://{host}{'' if port is None else f':{port}'}/{path}"


def remotes(root: Path) -> tuple[str | None, str]:
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


def remote_url(listed: str) -> str:
    """The URL of `origin`, else of the first remote; empty if there is none."""
    urls = dict(reversed([line.split("\n", 1) for line in listed.split("\0") if "\n" in line]))
    return urls.get("remote.origin.url") or next(reversed(urls.values()), "")
