"""Uploading one blob: mount, else HEAD, POST and PUT (distribution-spec "Pushing blobs").

After a failure the whole blob is sent again, in a new session: one that failed cannot be trusted to go on. Chunks are
sent only where the user asks for them (`chunked_upload.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import BinaryIO, Literal

from lazyoci.errors import Interrupted
from lazyoci.frozen import replace
from lazyoci.oci import digest as digests
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.registry import chunked_upload, errors, untrusted_numbers, vendors
from lazyoci.registry.auth import scope, token
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, retry
from lazyoci.registry.http.body import Body, BodyChanged, Bytes, FileBody
from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.request import Reply, Request, RetryLater
from lazyoci.registry.session import Session

Result = Literal["exists", "mounted", "uploaded"]

_LARGE = 8 << 20  # bytes from which a token should last longer than the usual margin
_LARGE_MARGIN = 60.0  # seconds
# replies to a HEAD that say nothing about the blob: policies, missing rights on HEAD alone (JFrog, Harbor)
_NO_ANSWER = frozenset({401, 403, 404, 405, 412})


class Upload:
    """The upload of blobs to one repository."""

    def __init__(self, session: Session, path: str, task: Task) -> None:
        self._session = session
        self._path = path
        self._task = task
        self._scopes = (scope.repository(path, *scope.PUSH),)

    def exists(self, descriptor: Descriptor) -> bool:
        """Whether the registry says it has the blob, with the right length; when it will not tell, no."""
        request = Request(
            "HEAD",
            f"/v2/{self._path}/blobs/{descriptor.digest}",
            self._task,
            self._scopes,
            ok=frozenset({200, 404}),
        )
        try:
            reply = self._session.send(request)
        except errors.Failure as failure:
            if failure.status in _NO_ANSWER:
                return False
            raise
        length = untrusted_numbers.header(reply.headers.get("content-length", ""))
        # a blob of another length is a broken copy (zot#1922): upload it again
        return reply.status == 200 and length in (None, descriptor.size)

    def push(
        self,
        descriptor: Descriptor,
        open: Callable[[], BinaryIO],
        *,
        mount_from: Sequence[str],
        check: bool,
        progress: Callable[[int], None] | None,
    ) -> Result:
        """Bring the blob into the repository; see `RemoteRepository.push_blob`."""
        session = self._session
        body = FileBody(
            descriptor.size, open, progress=progress, check=session.transport.check, clock=session.transport.clock
        )
        attempt = 0
        chunked = 0 < session.chunk < descriptor.size
        mounted, location = self._mount(descriptor, mount_from)
        if mounted:
            return "mounted"
        if check and self.exists(descriptor):
            if location:
                self.cancel(location)
            return "exists"
        with session.throttle.blob(descriptor.size):
            while True:
                attempt += 1
                # after a failure the blob may be there all the same: only the reply to our upload was lost
                if attempt > 1:
                    location = ""
                    if self.exists(descriptor):
                        return "uploaded"
                least = ""
                if not location:
                    location, least = self._start()
                try:
                    if chunked:
                        size = chunked_upload.size_of(session.chunk, least)
                        location = chunked_upload.send(
                            session,
                            self._task,
                            self._scopes,
                            location,
                            descriptor,
                            size,
                            open=open,
                            progress=progress,
                        )
                        self._put(location, descriptor, Bytes(b""))
                    else:
                        self._put(location, descriptor, body)
                    return "uploaded"
                except chunked_upload.NoProgress:
                    self.cancel(location)
                    location, chunked = "", False
                    attempt -= 1  # not a failure: another way
                    continue
                except RetryLater as later:
                    failure, outcome = later.failure, later.outcome
                except errors.UploadLost as lost:
                    failure, outcome = lost, retry.Failed("reset")
                except errors.DigestMismatch as wrong:
                    if wrong.task.doing != self._task.doing:  # the bytes come from another registry, and were wrong
                        self.cancel(location)
                        raise
                    raise self._whose_fault(wrong, descriptor, open) from None
                except Interrupted:
                    self.cancel(location)
                    raise
                body.rewind()
                now = session.transport.now()
                seconds = retry.delay(attempt, outcome, now=now, jitter=random.random())
                if seconds is None:
                    raise failure
                if retry.wait_asked(outcome, now) is None:  # else the gate waits, for all workers
                    session.transport.sleep(seconds)

    def _mount(self, descriptor: Descriptor, sources: Sequence[str]) -> tuple[bool, str]:
        """Try to mount the blob from another repository of the host: whether it was, else the upload begun instead.

        After any refusal the blob is uploaded: some registries answer 403 or 500 where the specification has 202. A
        connection that breaks is no refusal: where a host takes few, uploading instead would need more of them.
        """
        for source in sources:
            if source == self._path:
                continue
            url = redirect.with_query(f"/v2/{self._path}/blobs/uploads/", mount=descriptor.digest, **{"from": source})
            request = Request(
                "POST",
                url,
                replace(self._task, doing=f"mount from {source} for {self._task.doing}"),
                scope.union(self._scopes, (scope.repository(source, *scope.PULL),)),
                ok=frozenset({201, 202}),
                repeatable=False,
                renew=False,
            )
            try:
                reply = self._send_again(request)
            except (RetryLater, errors.Failure):
                continue
            if reply.status == 201:
                return True, ""
            location = reply.headers.get("location", "")
            if location:
                return False, self._session.connection.resolve(reply.url, location, self._task)
        return False, ""

    def _send_again(self, request: Request) -> Reply:
        """The reply to a request that is not repeatable, but may be sent again after its connection broke.

        Raises as `Session.send` does.
        """
        session, attempt = self._session, 0
        while True:
            attempt += 1
            try:
                return session.send(request)
            except RetryLater as later:
                if later.outcome.kind == "status":
                    raise
                seconds = retry.delay(attempt, later.outcome, now=session.transport.now(), jitter=random.random())
                if seconds is None:
                    raise
                session.transport.sleep(seconds)

    def _start(self) -> tuple[str, str]:
        """A new upload session: its location, and the registry's OCI-Chunk-Min-Length, if it has one."""
        request = Request("POST", f"/v2/{self._path}/blobs/uploads/", self._task, self._scopes, ok=frozenset({202}))
        try:
            reply = self._session.send(request)
        except errors.Unreachable as cut:
            if cut.reason != "reset" or not self._session.vendor.cut:
                raise
            hint = vendors.fill(self._session.vendor.cut, host=self._session.name, path=self._path)
            raise errors.Unreachable(cut.message, cut.task, reason=cut.reason, hint=hint) from cut
        location = reply.headers.get("location", "")
        if not location:
            raise errors.ProtocolError(
                f"{self._task.what} failed: {self._session.name} opened an upload without a Location",
                self._task,
            )
        least = reply.headers.get("oci-chunk-min-length", "")
        return self._session.connection.resolve(reply.url, location, self._task), least

    def _put(self, location: str, descriptor: Descriptor, body: Body) -> None:
        request = Request(
            "PUT",
            redirect.with_query(location, digest=descriptor.digest),
            self._task,
            self._scopes,
            ok=frozenset({200, 201, 204}),
            headers={"Content-Type": mediatype.OCTET_STREAM},
            body=body,
            repeatable=False,
            margin=_LARGE_MARGIN if descriptor.size >= _LARGE else token.RENEW_EARLY,
        )
        try:
            reply = self._session.send(request)
        except BodyChanged as changed:
            raise self._changed(descriptor, str(changed)) from None
        except TransportError as stalled:  # raised by the body itself, between two chunks
            failure = errors.Unreachable(
                f"{self._task.what} failed: {self._session.name} takes no more bytes",
                self._task,
                reason="timeout",
            )
            raise RetryLater(retry.Failed(stalled.kind), failure) from stalled
        stored = reply.headers.get("docker-content-digest", "")
        if stored and stored != descriptor.digest:
            raise errors.DigestMismatch(
                f"{self._task.what} failed: {self._session.name} stored {digests.short(stored)} "
                f"where {digests.short(descriptor.digest)} was sent",
                replace(self._task, method="PUT"),
            )

    def cancel(self, location: str) -> int:
        """Request the registry, once, to forget an upload session; its status, 0 for no answer. Never raises."""
        request = Request("DELETE", location, self._task, self._scopes)
        return self._session.send_once(request, seconds=2.0)  # sessions end by themselves in time, so nobody waits long

    def probe(self) -> bool:
        """Open an upload session and cancel it; whether the cancelling worked. Raises what a push would raise."""
        location, _ = self._start()
        status = self.cancel(location)
        if status in (401, 403):
            # distribution wants the delete scope for this, which not everybody who may push has: so only now
            scopes = scope.union(self._scopes, (scope.repository(self._path, "delete"),))
            try:
                reply = self._session.send(
                    Request("DELETE", location, self._task, scopes, ok=frozenset({200, 202, 204}), repeatable=False)
                )
            except (RetryLater, errors.Failure):
                return False
            status = reply.status
        return status in (200, 202, 204)

    def _changed(self, descriptor: Descriptor, why: str) -> errors.ContentChanged:
        return errors.ContentChanged(
            f"{self._task.what} failed: the content of {digests.short(descriptor.digest)} changed "
            f"while it was uploaded: {why}",
            self._task,
            hint="Run the build again when nothing writes to the files.",
        )

    def _whose_fault(
        self, wrong: errors.DigestMismatch, descriptor: Descriptor, open: Callable[[], BinaryIO]
    ) -> errors.Failure:
        """The failure where the registry got other bytes: the file changed, or they were altered on the way."""
        with open() as stream:
            now, size = digests.of_stream(stream)
        if descriptor.digest.startswith("sha256:") and (now, size) != (descriptor.digest, descriptor.size):
            return self._changed(descriptor, f"it is {digests.short(now)} now")
        return wrong
