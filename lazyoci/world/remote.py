"""The address of a repository's git remote."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from lazyoci.world import git_program

_WEB = ("https", "http")
_PUBLIC = re.compile(
    r"[a-z0-9.-]+\.(?:[a-z]{2,}|xn--[a-z0-9-]+)"
)  # a name that DNS may know; others are in SSH's settings
_HERE = ("host.docker.internal", "host.containers.internal", "gateway.docker.internal")


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
    """Where people read the repository of a remote's URL: without user, password and query; empty where unknown.

    It is published, so it must mean the same on every machine, and hold no secret: an `@` in the path is the end of a
    password that was not encoded, and a host that SSH knows by another name, as `github.com-work`, is only known here.
    """
    found = split_url(url)
    if found is None:
        return ""
    host, path = found
    if "@" in path or not url.isprintable() or any(sign in path for sign in "?# \\") or is_here(host):
        return ""
    parsed = urlsplit(url) if "://" in url else None
    if parsed is None or parsed.scheme not in _WEB:
        if _PUBLIC.fullmatch(host) is None:
            return ""
        return f"https://{host}/{path}"  # that of SSH has another port, if any
    try:
        port = parsed.port
    except ValueError:
        return ""
    return f"{parsed.scheme}://{host}{'' if port is None else f':{port}'}/{path}"


def is_here(host: str) -> bool:
    """Whether a host is this machine, by whatever name."""
    if host.rpartition(".")[2] in ("localhost", "localdomain") or host in _HERE:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified or address.is_link_local


def source_url(listed: str, root: Path) -> str:
    """The address on the web of `origin`, else of the first remote, as `remotes` lists them; empty without one.

    Where the URL itself is none, it may begin with what the user's `url.*.insteadOf` gives for short.
    """
    url = remote_url(listed)
    found = web_address(url)
    if found or not url:
        return found
    from lazyoci.programs import TimedOut

    try:
        answer = git_program.start(root, ("ls-remote", "--get-url", "--", url), os.environ).answer(git_program.TIMEOUT)
    except (TimedOut, OSError):
        return ""
    return web_address(answer.out.strip()) if not answer.code else ""


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
