"""`push`: sends all artifacts to all their repositories in parallel; a failure in one does not affect others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lazyoci import errors
from lazyoci.errors import LazyociError
from lazyoci.oci.reference import Repository
from lazyoci.progress import Progress, Silent
from lazyoci.registry.client import Client
from lazyoci.registry.workers import gather
from lazyoci.transfer import content as _content
from lazyoci.transfer.compare import compare, skip_pending, stands_in_the_way
from lazyoci.transfer.content import Content
from lazyoci.transfer.meter import Meter
from lazyoci.transfer.outcome import QUESTIONS_PER_JOB, Delivery, Preflight, Pushed
from lazyoci.transfer.tags import Target
from lazyoci.transfer.target import Shared, TargetPush
from lazyoci.transfer.uploads import Uploads


class _Work:
    """One artifact: its content, and a target for each of its repositories."""

    def __init__(self, item: Delivery, content: Content | None, targets: list[Target]) -> None:
        self.item = item
        self.content = content
        self.targets = targets
        self.error: LazyociError | None = None


def push(
    items: Sequence[Delivery],
    preflight: Preflight,
    client: Client,
    *,
    jobs: int = 4,
    no_clobber: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
    cancelled: threading.Event | None = None,
    sleep: Callable[[float], object] | None = None,
) -> list[Pushed]:
    """Push every item, and return the outcome of every reference, in the order of `items`.

    Nothing is sent anywhere while any reference is refused or its registry failed the preflight, unless `keep_going`;
    then only the repositories concerned get nothing. `jobs` is the number of blobs sent to one host at the same time.
    Failures of a registry or a file and the user's Ctrl-C (`cancelled`) are not raised, but are in the results.
    """
    cancelled = cancelled or threading.Event()
    works = [_prepare(item, preflight, no_clobber) for item in items]
    _refuse(works, keep_going)
    try:
        with Uploads(jobs, cancelled) as uploads:
            _run(_lanes(works, client, uploads, progress or Silent(), cancelled, sleep), client, jobs, cancelled)
    except KeyboardInterrupt:  # a second Ctrl-C: still report what was published
        cancelled.set()
        _stop(works, None)
    except Exception as error:  # noqa: BLE001 - a bug must not lose the results either
        _stop(works, errors.of(error))
    return [_result(work) for work in works]


def _lanes(
    works: Sequence[_Work],
    client: Client,
    uploads: Uploads,
    progress: Progress,
    cancelled: threading.Event,
    sleep: Callable[[float], object] | None,
) -> list[list[TargetPush]]:
    """The work for each repository."""
    lanes: dict[Repository, list[TargetPush]] = {}
    for work in works:
        companions = work.item.companions
        targets = [target for target in work.targets if target.pending or (companions and target.holds_it)]
        if work.content is None or not targets:
            continue
        hosts = [target.repository.host for target in targets]
        meter = Meter(work.item.wanted.artifact, progress, hosts, work.content.blobs.values())
        shared = Shared(uploads, meter, cancelled, sleep or cancelled.wait)
        for target in targets:
            remote, store = client.repository(target.repository), work.item.built.store
            one = TargetPush(target, work.content, store, remote, shared, work.item.lies_in, companions)
            lanes.setdefault(target.repository, []).append(one)
    return list(lanes.values())


def _stop(works: Sequence[_Work], error: LazyociError | None) -> None:
    for work in works:
        work.error = error
        for target in work.targets:
            target.stop(error)


def _prepare(item: Delivery, preflight: Preflight, no_clobber: bool) -> _Work:
    outcomes = compare(item.wanted, item.built, preflight, no_clobber=no_clobber)
    by_reference = dict(zip(item.wanted.references, outcomes, strict=True))
    targets = []
    for repository in item.wanted.repositories:
        here = tuple([one for one in item.wanted.references if one.repository == repository])
        targets.append(Target(repository, here, [by_reference[one] for one in here], item.wanted, preflight.most_tags))
    try:
        return _Work(item, _content.read(item.built), targets)
    except Exception as error:  # noqa: BLE001 - any error in one artifact must not lose the others' results
        for target in targets:
            target.stop(errors.of(error))
        return _Work(item, None, targets)


def _refuse(works: Sequence[_Work], keep_going: bool) -> None:
    """Push nothing to repositories with a refused reference; without `keep_going`, push nothing at all."""
    targets = [target for work in works for target in work.targets]
    blocked = {id(target) for target in targets if any(map(stands_in_the_way, target.outcomes))}
    for target in targets:
        if id(target) in blocked or (blocked and not keep_going):
            target.outcomes = skip_pending(target.outcomes)


def _run(lanes: Sequence[Sequence[TargetPush]], client: Client, jobs: int, cancelled: threading.Event) -> None:
    """Push to repositories in parallel, and to each repository one artifact after another, in the order of the file."""
    if not lanes:
        return
    workers = min(len(lanes), jobs * QUESTIONS_PER_JOB)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="push") as pool:
        gather([pool.submit(_run_lane, lane) for lane in lanes], client, cancelled)


def _run_lane(lane: Sequence[TargetPush]) -> None:
    for one in lane:
        one.run()


def _result(work: _Work) -> Pushed:
    by_reference = {
        reference: outcome
        for target in work.targets
        for reference, outcome in zip(target.references, target.outcomes, strict=True)
    }
    blobs = work.content.blobs if work.content is not None else {}
    went = [(digest, how) for target in work.targets for digest, how in target.blobs.items()]
    uploaded = [digest for digest, how in went if how == "uploaded"]
    return Pushed(
        work.item.wanted,
        tuple(by_reference[reference] for reference in work.item.wanted.references),
        all_blobs=len(blobs),
        new_blobs=len(set(uploaded)),
        mounted=sum(how == "mounted" for _, how in went),
        existing=sum(how == "exists" for _, how in went),
        bytes_sent=sum(blobs[digest].size for digest in uploaded),
        not_carried=tuple([one for target in work.targets for one in target.not_carried]),
        error=work.error,
    )
