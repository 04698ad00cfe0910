"""Asking a registry about references: who may push there, and what the tags point to. No upload session is opened.

The steps are those of a push before its first byte (`transfer/preflight.py`): get a token with the right to push, read
from it what access was granted where that is possible, and HEAD the tag. Without credentials, only public content can
be seen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from lazyoci.errors import Interrupted, LazyociError
from lazyoci.layout.image import platform_of
from lazyoci.oci.descriptor import Descriptor
from lazyoci.online.answers import CREATED_FIRST, Answer, Question, State
from lazyoci.registry.client import Client
from lazyoci.registry.errors import Denied, NotFound, RepositoryMissing, Unauthorized
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.session import Session
from lazyoci.registry.workers import gather

_MOST_PLATFORMS = 12  # how many platforms of an index are shown


def ask(
    client: Client,
    question: Question,
    *,
    as_push: bool,
    details: bool = False,
    clock: Callable[[], float] = time.time,
) -> Answer:
    """Ask one question. `as_push` uses the credentials and asks for the rights of a push; `details` reads the image.

    Raises nothing but Interrupted.
    """
    session = client.session(question.host)
    remote = client.repository(question.repository)
    state: State = "unchecked"
    found: Descriptor | None = None
    failure: LazyociError | None = None
    more: tuple[str, tuple[str, ...]] = ("", ())
    push = as_push and not question.reads
    try:
        session.connect()
        if push:
            remote.check_push(remote.authorize(push=True))
        if question.tag:
            found = remote.head_manifest(question.tag, push=push)
            state = "verified" if found is not None else "missing"
        if found is not None and details:
            more = _details(remote, found)
        if found is None and push and session.vendor.id in CREATED_FIRST:
            failure = _missing(remote)
            state = "missing" if failure is not None else state
    except Interrupted:
        raise
    except (Unauthorized, Denied) as error:
        state, failure = "unauthorized", error
    except NotFound as error:
        state, failure = "missing", error
    except LazyociError as error:
        failure = error
    if not as_push and (state == "unauthorized" or (state == "missing" and not _is_open(session))):
        state = "unchecked"  # without credentials a registry hides what is private
    return Answer(
        question,
        state,
        clock(),
        as_push,
        digest=found.digest if found is not None else "",
        created=more[0],
        platforms=more[1],
        failure=failure if failure is None else _without_frames(failure),
        plain_http=session.connection.channel.scheme == "http",
        vendor=session.vendor.id,
    )


def _without_frames(failure: LazyociError) -> LazyociError:
    """A failure that can be kept: its tracebacks, and those of its causes, would keep the connection in memory."""
    seen: set[int] = set()
    error: BaseException | None = failure
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
    return failure


def _is_open(session: Session) -> bool:
    """Whether the registry never asks for credentials, so everyone sees the same."""
    return session.ping_status == 200 and session.auth.challenge is None


def _missing(remote: RemoteRepository) -> RepositoryMissing | None:
    """The error that the repository itself is missing, if so; a HEAD response cannot tell this from a missing tag."""
    try:
        remote.tags(pages=1)
    except RepositoryMissing as error:
        return error
    except Interrupted:
        raise
    except LazyociError:
        return None  # we may push without being allowed to list tags
    return None


def _details(remote: RemoteRepository, found: Descriptor) -> tuple[str, tuple[str, ...]]:
    """When the image was created, and its platforms; empty where it does not say."""
    from lazyoci.transfer.find import read_config  # imported only where something was found, because it takes long

    try:
        manifest = remote.get_manifest(found.digest)
        if manifest.is_index:
            names = [str(one.platform) for one in manifest.manifests if one.platform is not None]
            return "", tuple(name for name in names if not name.startswith("unknown"))[:_MOST_PLATFORMS]
        config = read_config(remote, manifest)
    except Interrupted:
        raise
    except LazyociError:
        return "", ()  # the tag exists, even if its details cannot be read
    document = config.document if config is not None else {}
    created, platform = document.get("created"), platform_of(document)
    return created if isinstance(created, str) else "", (str(platform),) if platform is not None else ()


def ask_all(
    client: Client,
    questions: Iterable[Question],
    *,
    as_push: bool,
    jobs: int = 16,
    cancelled: threading.Event | None = None,
) -> list[Answer]:
    """Ask all questions, each once, several at the same time."""
    distinct = list(dict.fromkeys(questions))
    if not distinct:
        return []
    with ThreadPoolExecutor(max_workers=min(jobs, len(distinct)), thread_name_prefix="online") as pool:
        asked = [pool.submit(ask, client, question, as_push=as_push) for question in distinct]
        return gather(asked, client, cancelled or threading.Event())
