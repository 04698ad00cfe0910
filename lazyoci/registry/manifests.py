"""The manifests and indexes of one repository (distribution-spec "Pulling manifests", "Pushing Manifests")."""

from __future__ import annotations

import hashlib
import random

from lazyoci.frozen import replace
from lazyoci.oci import digest as digests
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, Manifest, ManifestError, parse_manifest
from lazyoci.oci.reference import Repository
from lazyoci.registry import errors, untrusted_numbers
from lazyoci.registry.auth import scope
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.http import retry
from lazyoci.registry.http.body import Bytes
from lazyoci.registry.request import Reply, Request
from lazyoci.registry.session import Session

_ACCEPT = {"Accept": mediatype.ACCEPT}
_VERIFY_ATTEMPTS = 5  # reads of a manifest that was just written: some registries show it later


class Manifests:
    """Reads, writes and deletes the manifests of a repository. Thread-safe."""

    def __init__(self, name: Repository, session: Session) -> None:
        self.name = name
        self._session = session
        self._path = name.path

    def head(self, target: str, *, push: bool = False) -> Descriptor | None:
        """The descriptor that a tag or digest points to; None when there is none.

        `push` asks with the push scope, as a push will: some registries refuse to say anything with less about a
        repository that is yet to be made.
        """
        question = self._question(target, push=push)
        url, task, scopes = question.url, question.task, question.scopes
        try:
            reply = self._session.send(question)
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

    def head_early(self, target: str, *, push: bool = False) -> None:
        """Have the question of `head` asked along with the first request to the registry."""
        self._session.ask_early(self._question(target, push=push))

    def _question(self, target: str, *, push: bool) -> Request:
        return Request(
            "HEAD",
            f"/v2/{self._path}/manifests/{target}",
            Task.on(self.name, "push to" if push else "read from"),
            scope.of(self._path, push=push),
            ok=frozenset({200, 404}),
            headers=_ACCEPT,
            early=True,
        )

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
            if push and self._session.vendor.id in ("jfrog", "ghcr"):
                return None  # both say "denied" where "not found" is meant; a right that is missing shows soon enough
            raise

    def get(self, target: str) -> Manifest:
        """The manifest or index under a tag or digest, its digest verified.

        Raises NotFound, DigestMismatch, TooLarge, or ProtocolError when it is no manifest.
        """
        task = Task.on(self.name, "read from")
        reply = self._session.send(
            Request(
                "GET",
                f"/v2/{self._path}/manifests/{target}",
                task,
                scope.of(self._path, push=False),
                headers=_ACCEPT,
                limit=MANIFEST_READ_LIMIT,
                early=True,
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

    def put(self, raw: bytes, media_type: str, target: str, *, digest: str, exists: bool | None = None) -> bool:
        """Write a manifest, byte by byte, under a tag or its digest, and verify that the registry stored just that.

        `exists` is whether the tag was seen before, None when nobody looked: it decides how a refusal is read.
        The result tells whether the registry keeps the manifest among the referrers of its subject, as `OCI-Subject`
        says; for one without a subject it means nothing.

        Raises TagImmutable, BlobUnknown (push the blobs it names again, once), DigestMismatch.
        """
        task = Task.on(self.name, "push to")
        request = Request(
            "PUT",
            f"/v2/{self._path}/manifests/{target}",
            task,
            scope.of(self._path, push=True),
            ok=frozenset({200, 201, 202}),
            headers={"Content-Type": media_type.partition(";")[0].strip()},
            body=Bytes(raw),
            exists=exists,
        )
        try:
            reply = self._session.send(request)
        except errors.Denied:
            if self._session.vendor.id != "ghcr":
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
            scope.of(self._path, push=True),
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

    def delete(self, digest: str) -> None:
        """Delete a manifest, and with it every tag that points to it; raises Unsupported where that is not offered."""
        task = Task.on(self.name, "delete from")
        scopes = (scope.repository(self._path, *scope.DELETE),)
        self._session.send(
            Request("DELETE", f"/v2/{self._path}/manifests/{digest}", task, scopes, ok=frozenset({200, 202, 204}))
        )


def _hash_like(wanted: str, raw: bytes) -> str:
    """The digest of `raw` by the algorithm of `wanted`; sha256 if that is none of ours, so they will differ."""
    algorithm = "sha512" if wanted.startswith("sha512:") else "sha256"
    return f"{algorithm}:{hashlib.new(algorithm, raw).hexdigest()}"
