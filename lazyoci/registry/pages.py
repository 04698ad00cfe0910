"""Lists that come in pages: names of tags and repositories, and referrers (distribution-spec "Listing Tags").

A page names the next one in its `Link` header. A registry may send pages of any size, without end or in a circle, so
what is read of them has limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from lazyoci.oci import mediatype
from lazyoci.registry import errors, redact
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.request import Reply, Request
from lazyoci.registry.session import Session

PAGE_SIZE = 100  # what is asked for; registries answer with fewer or more, so only `Link` tells the end
LONG_PAGE = 1000  # where all names are needed
PAGES = 1000  # read at most, unless told
PAGE_LIMIT = 4 << 20  # bytes of one page: as many as a manifest may have, and some 200,000 tags
LIST_LIMIT = 16 << 20  # bytes of all pages together
_BYTES_A_NAME = 210  # of a list that is read whole: 4 MiB for 20,000 names
NAMES = 200_000  # listed at most, in some 100 MiB of memory
_ACCEPT = {"Accept": f"application/json, {mediatype.OCI_INDEX}"}

_LINK = re.compile(r"<([^<>]*)>([^<]*)")  # no "<" within a target, so that it takes linear time
_NEXT = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)""", re.IGNORECASE)


def next_link(values: list[str]) -> str:
    """The target of the `rel="next"` link among `Link` headers (RFC 8288), "" for none."""
    for value in values:
        for found in _LINK.finditer(value):
            if _NEXT.search(found.group(2)):
                return found.group(1)
    return ""


def replies(
    session: Session, first: str, task: Task, scopes: Scopes, limit: int, warn: Callable[[str], None]
) -> Iterator[Reply]:
    """The replies of all pages of a list. Pages in a circle, or too many of them, end it with a warning.

    Raises ProtocolError for a page that is too large, or that links to another host.
    """
    url, seen, left = first, set[str](), LIST_LIMIT
    for _ in range(limit):
        seen.add(url)
        reply = session.send(Request("GET", url, task, scopes, headers=_ACCEPT, limit=PAGE_LIMIT))
        if len(reply.body) > PAGE_LIMIT:
            raise errors.ProtocolError(f"{task.what} failed: the reply is larger than {PAGE_LIMIT >> 20} MiB", task)
        yield reply
        link = next_link(reply.headers.get_list("link"))
        if not link:
            return
        left -= len(reply.body)
        if left < 0:
            warn(f"{session.name}: the list is longer than the {LIST_LIMIT >> 20} MiB that are read; it is incomplete")
            return
        url = session.connection.resolve(reply.url, link, task)
        if not session.connection.own(url):
            raise errors.ProtocolError(f"{task.what} stopped: {session.name} links to another host", task)
        if url in seen:
            warn(f"{session.name}: the pages of the list go in a circle; it may be incomplete")
            return
    warn(f"{session.name}: the list has more than {limit} pages; it is incomplete")


def names(
    session: Session,
    first: str,
    key: str,
    task: Task,
    scopes: Scopes,
    limit: int,
    warn: Callable[[str], None],
) -> list[str]:
    """All names under `key` of all pages, each once."""
    out: dict[str, None] = {}
    for reply in replies(session, first, task, scopes, limit, warn):
        out |= dict.fromkeys(_names_of(reply.body, key, task))
        if len(out) > NAMES:
            warn(f"{session.name}: the list has more than {NAMES} names; it is incomplete")
            return list(out)[:NAMES]
    return list(out)


def some_names(
    session: Session, first: str, key: str, task: Task, scopes: Scopes, limit: int
) -> tuple[list[str], bool]:
    """The names under `key` of so many pages at most, each once, and whether these are all."""
    out: dict[str, None] = {}
    cut: list[str] = []
    for reply in replies(session, first, task, scopes, limit, cut.append):
        out |= dict.fromkeys(_names_of(reply.body, key, task))
    return list(out), not cut


def every_name(session: Session, first: str, key: str, task: Task, scopes: Scopes, most: int) -> list[str]:
    """All names under `key`, of which there are at most so many, in 210 bytes each; raises where the list is longer.

    It raises too where the pages do not lead to the end: who asks for all names must not get some.
    """

    def incomplete(reason: str) -> None:
        raise errors.ProtocolError(f"{task.what} stopped: {reason}", task)

    out: dict[str, None] = {}
    size = 0
    for reply in replies(session, first, task, scopes, PAGES, incomplete):
        out |= dict.fromkeys(_names_of(reply.body, key, task))
        size += len(reply.body)
        if len(out) > most or size > most * _BYTES_A_NAME:
            shown = f"{most:,} names" if len(out) > most else f"{most * _BYTES_A_NAME:,} bytes"
            raise errors.TooLarge(f"{task.what} stopped: the list has more than {shown}", task)
    return list(out)


def _names_of(body: bytes, key: str, task: Task) -> list[str]:
    document = json_object(body, PAGE_LIMIT, task)
    names = document.get(key)
    if names is None:  # "tags": null is how an empty last page looks
        return []
    if not isinstance(names, list):
        raise errors.ProtocolError(f"{task.what} failed: the reply holds no list of {key}", task)
    return [redact.clean(name, limit=512) for name in names if isinstance(name, str) and name]


def json_object(body: bytes, limit: int, task: Task) -> dict[str, Any]:
    """The object that a body of at most `limit` bytes holds; raises ProtocolError for anything else."""
    if len(body) > limit:
        raise errors.ProtocolError(f"{task.what} failed: the reply is larger than {limit >> 20} MiB", task)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise errors.ProtocolError(f"{task.what} failed: the reply is not JSON", task) from None
    if not isinstance(document, dict):
        raise errors.ProtocolError(f"{task.what} failed: the reply is not a JSON object", task)
    return document
