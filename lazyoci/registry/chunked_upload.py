"""Uploading a blob in chunks (distribution-spec "Pushing a blob in chunks"), for registries that limit one request.

Only where the user asks for it: some registries lose chunks, and a chunk that failed cannot be sent again. So where the
registry does not say exactly how many bytes it has, the whole blob is sent in one request instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.registry import errors
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.http.body import FileBody
from lazyoci.registry.request import Request
from lazyoci.registry.session import Session

_RANGE = re.compile(r"(?:bytes=)?0-(\d{1,18})", re.ASCII)
_TAKEN = frozenset({200, 201, 202, 204})
_REFUSED = frozenset({404, 405, 416})  # to the first PATCH: the registry knows no chunks, or not of this size


class NoProgress(Exception):
    """The registry did not say that it has the bytes just sent: the blob is to be sent whole."""


def size_of(wanted: int, least: str) -> int:
    """The size of a chunk in bytes: what the user asked for, but not less than the registry's OCI-Chunk-Min-Length."""
    minimum = int(least[:18]) if least.isascii() and least.isdigit() else 0
    return max(wanted, minimum)


def arrived(value: str, end: int) -> bool:
    """Whether a `Range` header says that all bytes before `end` are there; `0-0` can mean none as well as one."""
    found = _RANGE.fullmatch(value.strip())
    return found is not None and int(found[1]) + 1 == end


def send(
    session: Session,
    task: Task,
    scopes: Scopes,
    location: str,
    descriptor: Descriptor,
    size: int,
    *,
    open: Callable[[], BinaryIO],
    progress: Callable[[int], None] | None,
) -> str:
    """Send all bytes in chunks of `size`; the location at which the upload is to be closed.

    Raises NoProgress, with the progress that was told taken back, and what the requests raise.
    """
    at = 0
    body: FileBody | None = None
    try:
        while at < descriptor.size:
            end = min(at + size, descriptor.size)
            body = FileBody(
                end - at,
                open,
                offset=at,
                whole=end == descriptor.size,
                progress=progress,
                check=session.transport.check,
                clock=session.transport.clock,
            )
            location = _chunk(session, task, scopes, location, body, at, end)
            at, body = end, None
    except BaseException:
        if body is not None:
            body.rewind()
        if progress is not None and at:
            progress(-at)
        raise
    return location


def _chunk(session: Session, task: Task, scopes: Scopes, location: str, body: FileBody, at: int, end: int) -> str:
    """Send one chunk; the location for the next."""
    headers = {"Content-Type": mediatype.OCTET_STREAM, "Content-Range": f"{at}-{end - 1}"}
    request = Request("PATCH", location, task, scopes, ok=_TAKEN, headers=headers, body=body, repeatable=False)
    try:
        reply = session.send(request)
    except errors.Failure as failure:
        if failure.status in _REFUSED:
            raise NoProgress from failure
        raise
    following = reply.headers.get("location", "")
    if not following or not arrived(reply.headers.get("range", ""), end):
        raise NoProgress
    return session.connection.resolve(reply.url, following, task)
