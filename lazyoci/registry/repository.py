"""A repository of a registry: manifests, tags and blobs (distribution-spec "Pull", "Push", "Content Management")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Literal
from urllib.parse import quote

from lazyoci.frozen import frozen
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.reference import Repository
from lazyoci.registry import errors, referrers
from lazyoci.registry.auth import scope, token
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.download import Download
from lazyoci.registry.errors import Task
from lazyoci.registry.manifests import Manifests
from lazyoci.registry.pages import LONG_PAGE, PAGE_SIZE, PAGES, every_name, names, some_names
from lazyoci.registry.refusals import refusal
from lazyoci.registry.request import Request
from lazyoci.registry.session import Session
from lazyoci.registry.upload import Result, Upload


@frozen
class Access:
    """What a registry lets us do: `granted` are the actions on the repository, None when that cannot be read."""

    scheme: Literal["bearer", "basic", "none"]
    granted: frozenset[str] | None
    credential: Credential | None
    withheld: str = ""

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
        self._manifests = Manifests(name, session)
        self._path = name.path

    # access

    def authorize(self, *, push: bool) -> Access:
        """Get a token with the wanted scope, or prove Basic credentials; opens no upload session.

        Raises Unauthorized or Denied when the registry or its token server refuses; a token that says it lacks the
        push right is returned as it is: ask `check_push`.
        """
        session, task = self._session, Task.on(self.name, "push to" if push else "read from")
        scopes = scope.of(self._path, push=push)
        session.connect()
        shown = session.authorize(task, scopes)
        if shown.scheme == "basic" or (shown.credential is not None and shown.credential.registry_token):
            # credentials that are sent as they are must be tried to be proven
            reply = session.send(Request("GET", "/v2/", task, scopes, ok=frozenset({200, 403, 404})))
            shown = reply.shown
        granted = token.granted(shown.token.value, self._path) if shown.token is not None else None
        if shown.scheme == "none" and session.auth.challenge is not None:
            if push:
                raise refusal.unauthorized(self._refusal(task, None, shown.withheld))
            granted = frozenset()
        return Access(shown.scheme, granted, shown.credential, shown.withheld)

    def check_push(self, access: Access) -> None:
        """Raise Denied (Unauthorized where no credential was used) when `access` says that pushing is not granted."""
        if access.may_push is not False:
            return
        refused = self._refusal(Task.on(self.name, "push to"), access.credential, access.withheld)
        if access.credential is None:
            raise refusal.unauthorized(refused)
        raise refusal.denied(refused)

    def _refusal(self, task: Task, credential: Credential | None, withheld: str) -> refusal.Refusal:
        return refusal.Refusal(task, b"", {}, credential, withheld=withheld, vendor=self._session.vendor)

    # manifests

    def head_manifest(self, target: str, *, push: bool = False) -> Descriptor | None:
        """The descriptor that a tag or digest points to, None when there is none; see `Manifests.head`."""
        return self._manifests.head(target, push=push)

    def get_manifest(self, target: str) -> Manifest:
        """The manifest or index under a tag or digest, its digest verified; see `Manifests.get`."""
        return self._manifests.get(target)

    def put_manifest(
        self, raw: bytes, media_type: str, target: str, *, digest: str, exists: bool | None = None
    ) -> bool:
        """Write a manifest under a tag or its digest; whether its subject lists it now; see `Manifests.put`."""
        return self._manifests.put(raw, media_type, target, digest=digest, exists=exists)

    def delete_manifest(self, digest: str) -> None:
        """Delete a manifest, and with it every tag that points to it; raises Unsupported where that is not offered."""
        self._manifests.delete(digest)

    def referrers(self, digest: str) -> list[Descriptor]:
        """What refers to the manifest of this digest; see `referrers.find`."""
        return referrers.find(self._session, self._manifests, digest, self._warn)

    def attach_to_subject(self, manifest: Manifest) -> None:
        """List a manifest among the referrers of its subject, where the registry does not; see `referrers.attach`."""
        referrers.attach(self._manifests, manifest)

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

    def read_for_upload(
        self, descriptor: Descriptor, room: Callable[[], memoryview] | None = None
    ) -> Iterator[bytes | memoryview]:
        """The raw bytes of a blob that is being uploaded elsewhere; see `Download.read_for_upload`."""
        return self._download().read_for_upload(descriptor, room)

    def fetch_blob(
        self, descriptor: Descriptor, file: BinaryIO, *, progress: Callable[[int], None] | None = None
    ) -> None:
        """Complete `file` (open "r+b" or "w+b") from what it holds already, and verify it; see `Download.fetch`."""
        self._download().fetch(descriptor, file, progress=progress)

    def probe_push(self) -> bool:
        """Open an upload session and cancel it: proof of the right to push. Returns whether the cancelling worked."""
        return self._upload().probe()

    # tags

    def tags(self, *, pages: int = PAGES) -> list[str]:
        """All tags, in the registry's order; at most so many pages."""
        task = Task.on(self.name, "list tags of")
        return names(
            self._session,
            f"/v2/{self._path}/tags/list?n={PAGE_SIZE}",
            "tags",
            task,
            scope.of(self._path, push=False),
            pages,
            self._warn,
        )

    def some_tags(self) -> list[str]:
        """The first page of the tags, for a look at what there is."""
        task = Task.on(self.name, "list tags of")
        url = f"/v2/{self._path}/tags/list?n={PAGE_SIZE}"
        return names(self._session, url, "tags", task, scope.of(self._path, push=False), 1, lambda _more: None)

    def tags_behind(self, last: str, *, pages: int) -> tuple[list[str], bool]:
        """Tags that come behind a text, all from the start for none; and whether there are no others behind these.

        A registry lists tags in the order of their characters, so those that begin with `last` come first; one that
        has another order, or none, may answer with others.
        """
        task = Task.on(self.name, "list tags of")
        url = f"/v2/{self._path}/tags/list?n={LONG_PAGE}" + (f"&last={quote(last, safe='')}" if last else "")
        return some_names(self._session, url, "tags", task, scope.of(self._path, push=False), pages)

    def every_tag(self, most: int, *, has_tags: bool) -> list[str]:
        """All tags, or a Failure: where there are more than `most`, or the registry does not list them.

        A repository that is not there yet has none, unless it is known that it `has_tags`.
        """
        task = Task.on(self.name, "list tags of")
        first = f"/v2/{self._path}/tags/list?n={LONG_PAGE}"
        try:
            return every_name(self._session, first, "tags", task, scope.of(self._path, push=False), most)
        except errors.RepositoryMissing:
            if has_tags:
                raise
            return []

    # helpers

    @property
    def blobs_at_once(self) -> int:
        """How many small blobs may move at the same time; see `Throttle`."""
        return self._session.throttle.blobs_at_once

    def expect_push(self) -> None:
        """Note that this run will push here; see `Session.expect`."""
        self._session.expect(scope.of(self._path, push=True))

    def expect_tag(self, tag: str) -> None:
        """Note that `head_manifest` will be called for this tag, to push to it; see `Session.ask_early`."""
        self._manifests.head_early(tag, push=True)

    def _upload(self) -> Upload:
        return Upload(self._session, self._path, Task.on(self.name, "push to"))

    def _download(self) -> Download:
        return Download(self._session, self._path, Task.on(self.name, "read from"))
