"""A repository of a registry: manifests, tags and blobs (distribution-spec "Pull", "Push", "Content Management")."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Literal

from lazyoci.oci import digest as digests
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, Manifest, ManifestError, parse_manifest
from lazyoci.oci.reference import Repository
from lazyoci.registry import catalog, errors, referrers, untrusted_numbers
from lazyoci.registry.auth import scope, token
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.download import Download
from lazyoci.registry.errors import Task
from lazyoci.registry.http import retry
from lazyoci.registry.http.body import Bytes
from lazyoci.registry.http.request import Reply, Request
from lazyoci.registry.refusals import refusal
from lazyoci.registry.session import Session
from lazyoci.registry.upload import Result, Upload


def _hash_like(wanted: str, raw: bytes) -> str:
    """The digest of `raw` by the algorithm of `wanted`; sha256 if that is none of ours, so they will differ."""
    algorithm = "sha512" if wanted.startswith("sha512:") else "sha256"
    return f"{algorithm}:{hashlib.new(algorithm, raw).hexdigest()}"


_ACCEPT = {"Accept": mediatype.ACCEPT}
_VERIFY_ATTEMPTS = 5  # reads of a manifest just written: some registries lag behind their own writes


@dataclass(frozen=True, slots=True)
class Access:
    """What a registry lets us do: `granted` are the actions on the repository, None when that cannot be read."""

    scheme: Literal["bearer", "basic", "none"]
    granted: frozenset[str] | None
    credential: Credential | None
    withheld: str = field(default="")

    @property
    def may_push(self) -> bool | None:
        """Whether pushing is granted; None when nobody can tell before trying."""
        return None if self.granted is None else "push" in self.granted


class RemoteRepository:
    """One repository. Thread-safe: blobs may be pushed and read from several threads at once."""

    def __init__(self, name: Repository, session: Session, warn: Callable[[str], None]) -> None:
        self.name = name
        self._session = session
        self._warn = warn
        self._path = name.path

    # access

    def authorize(self, *, push: bool) -> Access:
        """Get a token with the wanted scope, or prove Basic credentials; opens no upload session.

        Raises Unauthorized or Denied when the registry or its token server refuses; a token that says it lacks the
        push right is returned as it is: ask `check_push`.
        """
        session, task = self._session, self._task("push to" if push else "read from")
        session.connect()
        ticket = session.auth.ticket(self._path, self._scopes(push), task)
        if ticket.scheme == "basic" or (ticket.credential is not None and ticket.credential.registry_token):
            # credentials that are sent as they are must be tried to be proven
            reply = session.send(Request("GET", "/v2/", task, self._scopes(push), ok=frozenset({200, 403, 404})))
            ticket = reply.ticket
        granted = token.granted(ticket.token.value, self._path) if ticket.token is not None else None
        if ticket.scheme == "none" and session.auth.challenge is not None:
            if push:
                raise refusal.unauthorized(self._refusal(task, None, ticket.withheld))
            granted = frozenset()
        return Access(ticket.scheme, granted, ticket.credential, ticket.withheld)

    def check_push(self, access: Access) -> None:
        """Raise Denied (Unauthorized where no credential was used) when `access` says that pushing is not granted."""
        if access.may_push is not False:
            return
        refused = self._refusal(self._task("push to"), access.credential, access.withheld)
        if access.credential is None:
            raise refusal.unauthorized(refused)
        raise refusal.denied(refused)

    def _refusal(self, task: Task, credential: Credential | None, withheld: str) -> refusal.Refusal:
        return refusal.Refusal(task, b"", {}, credential, withheld=withheld, kind=self._session.kind)

    # manifests

    def head_manifest(self, target: str, *, push: bool = False) -> Descriptor | None:
        """The descriptor that a tag or digest points to; None when there is none.

        `push` asks with the push scope, as a push will: some registries refuse to say anything with less about a
        repository that is yet to be made.
        """
        task, scopes = self._task("push to" if push else "read from"), self._scopes(push)
        url = f"/v2/{self._path}/manifests/{target}"
        try:
            reply = self._session.send(Request("HEAD", url, task, scopes, ok=frozenset({200, 404}), headers=_ACCEPT))
        except errors.Failure as failure:
            if failure.status not in (400, 401, 403, 405, 412):
                raise
            instead = self._get_instead(url, task, scopes, push)
            if instead is None:
                return None
            reply = instead
        if reply.status == 404:
            return None
        length = untrusted_numbers.header(reply.headers.get("content-length", ""))
        found = reply.headers.get("docker-content-digest", "")
        kind = reply.headers.get("content-type", "").partition(";")[0].strip()
        if reply.body or not found or length is None:
            raw = (
                reply.body
                or self._session.send(
                    Request("GET", url, task, scopes, headers=_ACCEPT, limit=MANIFEST_READ_LIMIT)
                ).body
            )
            return Descriptor(kind, digests.of(raw), len(raw))
        try:
            return Descriptor(kind, digests.check(found), length)
        except digests.DigestError as error:
            raise errors.ProtocolError(f"{task.what} failed: {target}: {error.message}", task) from None

    def _get_instead(self, url: str, task: Task, scopes: Scopes, push: bool) -> Reply | None:
        """A refused HEAD has no words, and JFrog refuses it for a tag that is merely missing: ask with GET."""
        try:
            return self._session.send(
                # the HEAD has renewed the token already, if that was what it lacked
                Request(
                    "GET",
                    url,
                    task,
                    scopes,
                    frozenset({200, 404}),
                    _ACCEPT,
                    limit=MANIFEST_READ_LIMIT,
                    renew=False,
                )
            )
        except errors.Denied:
            if push and self._session.kind.id in ("jfrog", "ghcr"):
                return None  # both say "denied" where "not found" is meant; a right that is missing shows soon enough
            raise

    def get_manifest(self, target: str) -> Manifest:
        """The manifest or index under a tag or digest, its digest verified.

        Raises NotFound, DigestMismatch, TooLarge, or ProtocolError when it is no manifest.
        """
        task = self._task("read from")
        reply = self._session.send(
            Request(
                "GET",
                f"/v2/{self._path}/manifests/{target}",
                task,
                self._scopes(False),
                headers=_ACCEPT,
                limit=MANIFEST_READ_LIMIT,
            )
        )
        if len(reply.body) > MANIFEST_READ_LIMIT:
            message = f"{task.what} failed: the manifest of {target} is larger than {MANIFEST_READ_LIMIT >> 20} MiB"
            raise errors.TooLarge(message, task)
        wanted = target if ":" in target else reply.headers.get("docker-content-digest", "")
        if wanted:
            found = _hash_like(wanted, reply.body)
            if found != wanted:
                message = f"{task.what} failed: the manifest received for {target} is {digests.short(found)}"
                raise errors.DigestMismatch(f"{message}, not {digests.short(wanted)}", task)
        try:
            return parse_manifest(reply.body, reply.headers.get("content-type", ""))
        except ManifestError as error:
            raise errors.ProtocolError(f"{task.what} failed: {target}: {error.message}", task) from None

    def put_manifest(
        self, raw: bytes, media_type: str, target: str, *, digest: str, exists: bool | None = None
    ) -> bool:
        """Write a manifest, byte by byte, under a tag or its digest, and verify that the registry stored just that.

        `exists` is whether the tag was seen before, None when nobody looked: it decides how a refusal is read.
        The result tells whether the registry keeps the manifest among the referrers of its subject, as `OCI-Subject`
        says; for one without a subject it means nothing.

        Raises TagImmutable, BlobUnknown (push the blobs it names again, once), DigestMismatch.
        """
        task = self._task("push to")
        request = Request(
            "PUT",
            f"/v2/{self._path}/manifests/{target}",
            task,
            self._scopes(True),
            ok=frozenset({200, 201, 202}),
            headers={"Content-Type": media_type.partition(";")[0].strip()},
            body=Bytes(raw),
            exists=exists,
        )
        try:
            reply = self._session.send(request)
        except errors.Denied:
            if self._session.kind.id != "ghcr":
                raise
            self._session.transport.sleep(1.0)  # GHCR refuses the first manifest of a new package now and then
            reply = self._session.send(request)
        stored = reply.headers.get("docker-content-digest", "")
        if stored:
            if stored != digest:
                raise self._other(target, stored, digest, task)
        else:
            self._verify(target, digest, task)
        return bool(reply.headers.get("oci-subject"))

    def _verify(self, target: str, digest: str, task: Task) -> None:
        """Read back what was written, where the registry did not say; it may take a moment to appear."""
        request = Request(
            "GET",
            f"/v2/{self._path}/manifests/{target}",
            task,
            self._scopes(True),
            ok=frozenset({200, 404}),
            headers=_ACCEPT,
            limit=MANIFEST_READ_LIMIT,
        )
        found = ""
        for attempt in range(1, _VERIFY_ATTEMPTS + 1):
            reply = self._session.send(request)
            if reply.status == 200:
                found = _hash_like(digest, reply.body)
                if found == digest:
                    return
            if attempt < _VERIFY_ATTEMPTS:
                self._session.transport.sleep(min(8.0, retry.BASE * 2 ** (attempt - 1)) * (0.5 + random.random() / 2))
        if found:
            raise self._other(target, found, digest, task)
        message = f"{task.what} failed: {target} was accepted, but cannot be read back"
        raise errors.NotFound(message, replace(task, method="GET", status=404))

    def _other(self, target: str, found: str, digest: str, task: Task) -> errors.DigestMismatch:
        message = (
            f"{task.what} failed: {self.name.host} stored {digests.short(found)} under {target}, "
            f"where {digests.short(digest)} was sent"
        )
        return errors.DigestMismatch(message, replace(task, method="PUT"))

    def delete_manifest(self, digest: str) -> None:
        """Delete a manifest, and with it every tag that points to it; raises Unsupported where that is not offered."""
        task = self._task("delete from")
        scopes = (scope.repository(self._path, "pull", "push", "delete"),)
        self._session.send(
            Request("DELETE", f"/v2/{self._path}/manifests/{digest}", task, scopes, ok=frozenset({200, 202, 204}))
        )

    # blobs

    def has_blob(self, descriptor: Descriptor) -> bool:
        """Whether the blob is there; advisory: a registry that will not tell counts as no."""
        return self._upload().exists(descriptor)

    def push_blob(
        self,
        descriptor: Descriptor,
        open: Callable[[], BinaryIO],
        *,
        mount_from: Sequence[str] = (),
        check: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> Result:
        """Bring a blob into the repository: found there, mounted from another one of the host, or uploaded.

        `open` may be called several times, each time for the content from its start. `mount_from` are repository
        paths of the same host, likeliest first. `check` asks first whether it is there. `progress` gets bytes sent,
        negative when an upload starts over. Raises ContentChanged when the content is not what the descriptor says.
        """
        return self._upload().push(descriptor, open, mount_from=mount_from, check=check, progress=progress)

    def read_blob(self, descriptor: Descriptor, *, offset: int = 0) -> Iterator[bytes | memoryview]:
        """The raw bytes of a blob from `offset` on, unverified; broken connections are resumed."""
        return self._download().read(descriptor, offset)

    def fetch_blob(
        self, descriptor: Descriptor, file: BinaryIO, *, progress: Callable[[int], None] | None = None
    ) -> None:
        """Complete `file` (open "r+b" or "w+b") from what it holds already, and verify it; see `Download.fetch`."""
        self._download().fetch(descriptor, file, progress=progress)

    def probe_push(self) -> bool:
        """Open an upload session and cancel it: proof of the right to push. Returns whether the cancelling worked."""
        return self._upload().probe()

    # tags

    def tags(self, *, pages: int = catalog.PAGES) -> list[str]:
        """All tags, in the registry's order; at most so many pages."""
        task = self._task("list tags of")
        return catalog.pages(
            self._session,
            f"/v2/{self._path}/tags/list?n={catalog.PAGE_SIZE}",
            "tags",
            task,
            self._scopes(False),
            pages,
            self._warn,
        )

    def referrers(self, digest: str) -> list[Descriptor]:
        """What refers to the manifest of this digest: by the API, else by the tag that stands in for it.

        Raises ProtocolError where that tag holds something else, and for replies that cannot be read.
        """
        task = self._task("list referrers of")
        url, found = f"/v2/{self._path}/referrers/{digest}", list[Descriptor]()
        try:
            for reply in catalog.replies(self._session, url, task, self._scopes(False), catalog.PAGES, self._warn):
                found += referrers.parse(reply.body, f"the list of referrers of {self.name}")
        except errors.NotFound:
            return referrers.fallback(self, digest)[1]
        except (errors.Unsupported, errors.Refused):  # GAR and older Harbors refuse what they do not know
            return referrers.fallback(self, digest)[1]
        except ManifestError as error:
            raise errors.ProtocolError(f"{task.what} failed: {error.message}", task) from None
        return found

    # helpers

    def _scopes(self, push: bool) -> Scopes:
        return (scope.repository(self._path, *(scope.PUSH if push else scope.PULL)),)

    def _task(self, doing: str) -> Task:
        return Task(self.name.host, self._path, f"{doing} {self.name}")

    def _upload(self) -> Upload:
        return Upload(self._session, self._path, self._task("push to"))

    def _download(self) -> Download:
        return Download(self._session, self._path, self._task("read from"))
