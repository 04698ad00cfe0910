"""The server side of the distribution specification 1.1, in memory: pull, push, tags, referrers, deletion.

No sockets here: `answer` maps a request to a reply, under one lock.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.registry.fake.auth import Need
from tests.registry.fake.wire import Reply, Request, error_reply, json_reply

INDEX = "application/vnd.oci.image.index.v1+json"
_INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_NAME = r"(?P<name>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)"
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(slots=True)
class Traits:
    """How registries differ within the specification. The defaults are those of distribution 2.8."""

    mount: bool = True
    single_post: bool = False  # POST ?digest= with a body makes a blob at once
    absolute_locations: bool = True
    strict_accept: bool = True  # 404 unless Accept names the manifest's own type
    digest_header: bool = True
    need_length: bool = False  # refuse chunked transfer encoding, as S3 does
    manifest_limit: int = 4 << 20
    chunk_minimum: int = 0
    referrers: bool = False
    delete_tags: bool = False
    page: int = 100
    check_children: bool = True
    refuse_tag: Callable[[str, str, str, str], Reply | None] = lambda *_: None  # (repository, tag, old, new)


@dataclass(slots=True)
class Stored:
    """One repository."""

    blobs: set[str] = field(default_factory=set)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Upload:
    name: str
    data: bytearray = field(default_factory=bytearray)


def digest_of(data: bytes, like: str = "sha256:") -> str:
    """The digest of `data`, by the algorithm of another digest."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


class Distribution:
    """The content, and what each request does to it."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.base = ""  # scheme and authority of absolute locations
        self.content: dict[str, bytes] = {}
        self.repositories: dict[str, Stored] = {}
        self.uploads: dict[str, _Upload] = {}
        self.lock = threading.RLock()
        self._routes = [
            (re.compile(pattern.replace("NAME", _NAME) + r"\Z"), serve)
            for pattern, serve in (
                (r"/v2/", self._ping),
                (r"/v2/NAME/blobs/uploads/", self._begin),
                (r"/v2/NAME/blobs/uploads/(?P<session>[^/]+)", self._upload),
                (r"/v2/NAME/blobs/(?P<digest>[^/]+)", self._blob),
                (r"/v2/NAME/manifests/(?P<target>[^/]+)", self._manifest),
                (r"/v2/NAME/tags/list", self._tags),
                (r"/v2/NAME/referrers/(?P<digest>[^/]+)", self._referrers),
            )
        ]

    def needs(self, request: Request) -> list[Need]:
        """The rights a request needs, as distribution asks for them (registry/handlers/app.go)."""
        for pattern, _ in self._routes:
            found = pattern.match(request.path)
            if found and "name" in found.groupdict():
                actions = {"GET": {"pull"}, "HEAD": {"pull"}, "DELETE": {"delete"}}.get(
                    request.method, {"pull", "push"}
                )
                wanted = [Need(found["name"], frozenset(actions))]
                if request.method == "POST" and request.one("mount") and request.one("from"):
                    wanted.append(Need(request.one("from"), frozenset({"pull"})))
                return wanted
        return []

    def answer(self, request: Request) -> Reply:
        """Serve one request."""
        with self.lock:
            for pattern, serve in self._routes:
                found = pattern.match(request.path)
                if found:
                    return serve(request, **found.groupdict())
        return Reply(404, [("Content-Type", "text/plain")], b"404 page not found\n")

    def repository(self, name: str) -> Stored:
        """The repository `name`, made on the first call."""
        return self.repositories.setdefault(name, Stored())

    # ------------------------------------------------------------------ ping, blobs
    def _ping(self, request: Request) -> Reply:
        return json_reply(200, {}, {"Docker-Distribution-API-Version": "registry/2.0"})

    def _blob(self, request: Request, name: str, digest: str) -> Reply:
        if not _DIGEST.fullmatch(digest):
            return error_reply(400, "DIGEST_INVALID")
        stored = self.repositories.get(name, Stored())
        if digest not in stored.blobs:
            return error_reply(404, "BLOB_UNKNOWN", detail={"digest": digest})
        if request.method == "DELETE":
            stored.blobs.discard(digest)
            return Reply(202)
        data = self.content[digest]
        headers = [("Content-Type", "application/octet-stream"), ("Docker-Content-Digest", digest)]
        headers.append(("Accept-Ranges", "bytes"))
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.header("Range"))
        if wanted:
            start, end = int(wanted[1]), min(int(wanted[2] or len(data) - 1), len(data) - 1)
            if start >= len(data):
                return Reply(416, [("Content-Range", f"bytes */{len(data)}")])
            return Reply(206, [*headers, ("Content-Range", f"bytes {start}-{end}/{len(data)}")], data[start : end + 1])
        if request.method == "HEAD":
            headers.append(("Content-Length", str(len(data))))
        return Reply(200, headers, data)

    def _begin(self, request: Request, name: str) -> Reply:
        if request.method != "POST":
            return error_reply(405, "UNSUPPORTED")
        mount, source = request.one("mount"), request.one("from")
        if mount and self.traits.mount and mount in self.repositories.get(source, Stored()).blobs:
            self.repository(name).blobs.add(mount)
            return self._created(f"/v2/{name}/blobs/{mount}", mount)
        if request.one("digest") and self.traits.single_post:
            return self._finish(name, request.body, request)
        session = uuid.uuid4().hex
        self.uploads[session] = _Upload(name)
        reply = Reply(202, [("Location", self._session_url(name, session)), ("Range", "0-0")])
        reply.headers.append(("Docker-Upload-UUID", session))
        if self.traits.chunk_minimum:
            reply.headers.append(("OCI-Chunk-Min-Length", str(self.traits.chunk_minimum)))
        return reply

    def _session_url(self, name: str, session: str) -> str:
        path = f"/v2/{name}/blobs/uploads/{session}?_state={session}-{len(self.uploads[session].data)}"
        return self.base + path if self.traits.absolute_locations else path

    def _upload(self, request: Request, name: str, session: str) -> Reply:
        upload = self.uploads.get(session)
        if upload is None or upload.name != name:
            return error_reply(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        if (
            request.one("_state") != f"{session}-{len(upload.data)}"
        ):  # a Location from before, or one that lost its query
            return error_reply(404, "BLOB_UPLOAD_INVALID", "blob upload invalid")
        serve = {"GET": self._progress, "PATCH": self._patch, "PUT": self._put, "DELETE": self._cancel}.get(
            request.method
        )
        return serve(request, name, session) if serve else error_reply(405, "UNSUPPORTED")

    def _progress(self, request: Request, name: str, session: str) -> Reply:
        return Reply(204, [("Location", self._session_url(name, session)), ("Range", self._range(session))])

    def _range(self, session: str) -> str:
        return f"0-{max(len(self.uploads[session].data) - 1, 0)}"

    def _cancel(self, request: Request, name: str, session: str) -> Reply:
        del self.uploads[session]
        return Reply(204)

    def _in_order(self, request: Request, upload: _Upload) -> bool:
        if not request.header("Content-Range"):
            return True
        wanted = re.fullmatch(r"(\d+)-(\d+)", request.header("Content-Range"))
        if wanted is None or int(wanted[1]) != len(upload.data):
            return False
        return int(wanted[2]) - int(wanted[1]) + 1 == len(request.body)

    def _patch(self, request: Request, name: str, session: str) -> Reply:
        upload = self.uploads[session]
        if not self._in_order(request, upload):
            return Reply(416, [("Location", self._session_url(name, session)), ("Range", self._range(session))])
        upload.data += request.body
        return Reply(202, [("Location", self._session_url(name, session)), ("Range", self._range(session))])

    def _put(self, request: Request, name: str, session: str) -> Reply:
        upload = self.uploads[session]
        if self.traits.need_length and request.header("Transfer-Encoding"):
            return error_reply(411, "SIZE_INVALID", "Content-Length is required")
        if not self._in_order(request, upload):
            return Reply(416, [("Location", self._session_url(name, session)), ("Range", self._range(session))])
        del self.uploads[session]  # whatever comes of it: distribution 2.8.2 keeps no failed session
        return self._finish(name, bytes(upload.data) + request.body, request)

    def _finish(self, name: str, data: bytes, request: Request) -> Reply:
        digest = request.one("digest")
        if not _DIGEST.fullmatch(digest) or digest_of(data, digest) != digest:
            return error_reply(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self.content[digest] = data
        self.repository(name).blobs.add(digest)
        return self._created(f"/v2/{name}/blobs/{digest}", digest)

    def _created(self, path: str, digest: str) -> Reply:
        reply = Reply(201, [("Location", self.base + path if self.traits.absolute_locations else path)])
        if self.traits.digest_header:
            reply.headers.append(("Docker-Content-Digest", digest))
        return reply

    # ------------------------------------------------------------------ manifests
    def _manifest(self, request: Request, name: str, target: str) -> Reply:
        if request.method == "PUT":
            return self._put_manifest(request, name, target)
        stored = self.repositories.get(name)
        if stored is None:
            return error_reply(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": name})
        digest = target if ":" in target else stored.tags.get(target, "")
        if digest not in stored.manifests:
            return error_reply(404, "MANIFEST_UNKNOWN", "manifest unknown", {"Tag": target})
        if request.method == "DELETE":
            return self._delete_manifest(stored, target)
        media_type, raw = stored.manifests[digest]
        accepted = [
            part.partition(";")[0].strip() for part in ",".join(request.headers.get_all("Accept", [])).split(",")
        ]
        if self.traits.strict_accept and media_type not in accepted:
            return error_reply(404, "MANIFEST_UNKNOWN", "OCI manifest found, but accept header does not support it")
        reply = Reply(200, [("Content-Type", media_type)], raw)
        if request.method == "HEAD":
            reply.headers.append(("Content-Length", str(len(raw))))
        if self.traits.digest_header:
            reply.headers.append(("Docker-Content-Digest", digest))
        return reply

    def _delete_manifest(self, stored: Stored, target: str) -> Reply:
        if ":" in target:
            del stored.manifests[target]
            stored.tags = {tag: digest for tag, digest in stored.tags.items() if digest != target}
            return Reply(202)
        if not self.traits.delete_tags:
            return error_reply(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        del stored.tags[target]
        return Reply(202)

    def _put_manifest(self, request: Request, name: str, target: str) -> Reply:
        raw = request.body
        if len(raw) > self.traits.manifest_limit:
            return error_reply(400, "MANIFEST_INVALID", "http: request body too large")
        try:
            document = json.loads(raw)
            media_type = request.header("Content-Type") or document.get("mediaType", "")
        except (ValueError, AttributeError):
            return error_reply(400, "MANIFEST_INVALID", "manifest invalid")
        digest = digest_of(raw, target if ":" in target else "sha256:")
        if ":" in target and digest != target:
            return error_reply(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        if ":" not in target and not _TAG.fullmatch(target):
            return Reply(404, [("Content-Type", "text/plain")], b"404 page not found\n")
        stored = self.repository(name)
        missing = [child for child in _children(document, media_type) if not self._has(stored, child)]
        if missing and self.traits.check_children:
            errors = [
                {"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob unknown to registry", "detail": {"digest": child}}
                for child in missing
            ]
            return json_reply(400, {"errors": errors})
        if ":" not in target:
            refusal = self.traits.refuse_tag(name, target, stored.tags.get(target, ""), digest)
            if refusal is not None:
                return refusal
            stored.tags[target] = digest
        stored.manifests[digest] = (media_type, raw)
        reply = self._created(f"/v2/{name}/manifests/{digest}", digest)
        if self.traits.referrers and document.get("subject"):
            reply.headers.append(("OCI-Subject", document["subject"]["digest"]))
        return reply

    def _has(self, stored: Stored, digest: str) -> bool:
        return digest in stored.blobs or digest in stored.manifests

    # ------------------------------------------------------------------ lists
    def _tags(self, request: Request, name: str) -> Reply:
        stored = self.repositories.get(name)
        if stored is None:
            return error_reply(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": name})
        last = request.one("last")
        tags = [tag for tag in sorted(stored.tags) if tag > last]
        count = min(int(request.one("n") or self.traits.page), self.traits.page)
        reply = json_reply(200, {"name": name, "tags": tags[:count]})
        if 0 < count < len(tags):
            link = f'</v2/{name}/tags/list?last={tags[count - 1]}&n={count}>; rel="next"'
            reply.headers.append(("Link", link))
        return reply

    def _referrers(self, request: Request, name: str, digest: str) -> Reply:
        if not self.traits.referrers:
            return Reply(404, [("Content-Type", "text/plain")], b"404 page not found\n")
        if not _DIGEST.fullmatch(digest):
            return error_reply(400, "DIGEST_INVALID")
        found = []
        for own, (media_type, raw) in self.repositories.get(name, Stored()).manifests.items():
            document = json.loads(raw)
            if (document.get("subject") or {}).get("digest") == digest:
                kind = document.get("artifactType") or (document.get("config") or {}).get("mediaType", "")
                entry = {"mediaType": media_type, "digest": own, "size": len(raw), "artifactType": kind}
                if document.get("annotations"):
                    entry["annotations"] = document["annotations"]
                found.append(entry)
        headers = {}
        if request.one("artifactType"):
            found = [entry for entry in found if entry["artifactType"] == request.one("artifactType")]
            headers["OCI-Filters-Applied"] = "artifactType"
        reply = json_reply(200, {"schemaVersion": 2, "mediaType": INDEX, "manifests": found}, headers)
        return reply.replaced("Content-Type", INDEX)


def _children(document: Any, media_type: str) -> list[str]:
    """The digests a manifest needs in its repository; not its subject, which may come later."""
    if media_type in _INDEXES:
        return [entry["digest"] for entry in document.get("manifests") or []]
    entries = [document["config"]] if document.get("config") else []
    return [entry["digest"] for entry in [*entries, *(document.get("layers") or [])] if not entry.get("urls")]
