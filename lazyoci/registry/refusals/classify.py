"""Which failure a refusal is: by its codes and words first, by its status where they say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.frozen import frozen, replace
from lazyoci.registry import redact, vendors
from lazyoci.registry.errors import (
    BlobUnknown,
    DigestMismatch,
    Failure,
    NotFound,
    ProtocolError,
    Refused,
    RepositoryMissing,
    ServerError,
    TagImmutable,
    Task,
    TooLarge,
    Unsupported,
    UploadLost,
)
from lazyoci.registry.refusals import reasons
from lazyoci.registry.refusals.error_body import parse_body, words
from lazyoci.registry.refusals.refusal import Refusal, denied, rate_limited, told, unauthorized, writes

_TELLING = frozenset({400, 402, 403, 405, 409, 412, 415, 422})  # statuses that mean many things: the words decide
_REQUEST_IDS = (
    "x-request-id", "x-github-request-id", "x-amzn-requestid", "x-amz-request-id", "x-ms-correlation-request-id",
    "x-goog-request-id", "docker-request-id", "cf-ray",
)  # fmt: skip
_INSUFFICIENT = re.compile(r"insufficient[ _]scope", re.IGNORECASE)
_DIGEST = re.compile(r"\b(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\b")


def request_id(headers: Mapping[str, str]) -> str:
    """The registry's own name for a request, which its operators can look up."""
    return next((redact.clean(headers[name], limit=80) for name in _REQUEST_IDS if headers.get(name)), "")


# products that list their repositories to nobody, or to their administrators only
_UNLISTED = frozenset({"hub", "ghcr", "gar", "gcr", "gitlab", "quay", "do"})


@frozen
class _Said:
    """What the body of a refusal says: its codes in upper case, all its words, and those for people."""

    codes: frozenset[str]
    everything: str
    shown: str


def classify(refusal: Refusal) -> Failure:
    """The typed failure for a reply whose status is none of those hoped for."""
    details = parse_body(refusal.body)
    said = _Said(
        frozenset(entry.code.upper() for entry in details),
        " ".join(f"{e.code} {e.message} {e.detail}" for e in details),
        words(details, refusal.task.status) if details else "",
    )
    code = next((entry.code for entry in details if entry.code), "")
    refusal = replace(refusal, task=replace(refusal.task, code=code, request_id=request_id(refusal.headers)))
    return (
        _of_a_tag(refusal, said)
        or _of_content(refusal, said)
        or _of_a_reason(refusal, said)
        or _of_access(refusal, said)
        or _of_status(refusal, said)
    )


def _writes_manifest(task: Task) -> bool:
    return task.method == "PUT" and "/manifests/" in task.path


def _of_a_tag(refusal: Refusal, said: _Said) -> Failure | None:
    """A tag that exists and may not be moved."""
    task, status, tag = refusal.task, refusal.task.status, refusal.task.path.rpartition("/")[2]
    if not _writes_manifest(task) or ":" in tag or status not in (400, 403, 405, 409, 412):
        return None
    jfrog = status == 403 and refusal.vendor.id == "jfrog" and "MANIFEST_INVALID" in said.codes
    overwrite = jfrog and refusal.exists is not False
    if not overwrite and not reasons.is_immutable(said.codes, said.everything, exists=refusal.exists):
        return None
    message = f'{task.what} refused: the tag "{tag}" exists and may not be moved'
    return TagImmutable(message, task, hint=refusal.fill(refusal.vendor.immutable), said=said.shown)


def _of_content(refusal: Refusal, said: _Said) -> Failure | None:
    """Blobs that are missing, and upload sessions that are."""
    task = refusal.task
    if "MANIFEST_BLOB_UNKNOWN" in said.codes:
        message = f"{task.what} refused: the registry lacks a blob that the manifest names"
        digests = tuple(dict.fromkeys(_DIGEST.findall(said.everything)))
        return BlobUnknown(message, task, digests=digests, said=said.shown)
    lost = said.codes & {"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN"} or task.status == 416
    if lost and not _writes_manifest(task):  # a manifest is written without a session
        return UploadLost(f"{task.what} failed: the registry lost the upload session", task, said=said.shown)
    return None


def _of_a_reason(refusal: Refusal, said: _Said) -> Failure | None:
    """What the registry's own words tell, where its status says too little."""
    status = refusal.task.status
    about = reasons.reason(said.codes, said.everything) if status in _TELLING else ""
    if status == 415 and not about:
        about = "type"
    if about == "rate":
        return rate_limited(refusal, said.shown)
    return None if about in ("", "right", "immutable") else told(about, refusal, said.shown)


def _of_access(refusal: Refusal, said: _Said) -> Failure | None:
    """Credentials, rights, and a repository that is missing or hidden."""
    task, vendor = refusal.task, refusal.vendor
    if task.status == 401:
        known = refusal.proven or "DENIED" in said.codes
        if refusal.credential is not None and (known or _INSUFFICIENT.search(said.everything)):
            return denied(refusal, said.shown)
        return unauthorized(refusal, said.shown)
    if "NAME_UNKNOWN" in said.codes:
        message = f"{task.what} failed: {task.host} has no repository {task.repository}"
        if not writes(task):
            there = "" if vendor.id in _UNLISTED else f" What is there: lazyoci browse repos {task.host}"
            return RepositoryMissing(message, task, hint=f"Check its name.{there}", said=said.shown)
        remedy = refusal.fill(vendor.missing or vendors.GENERIC.missing)
        return RepositoryMissing(message, task, hint=remedy, said=said.shown)
    if task.status == 403 or (task.status == 400 and "DENIED" in said.codes):
        return denied(refusal, said.shown)
    return None


def _of_status(refusal: Refusal, said: _Said) -> Failure:
    """What is left: by codes of one meaning each, then by the status."""
    task, vendor, status, codes, shown = refusal.task, refusal.vendor, refusal.task.status, said.codes, said.shown
    if status == 404:
        return NotFound(f"{task.what} failed: not found", task, said=shown)
    if status == 413 or (status == 400 and "too large" in said.everything.lower()):
        return TooLarge(f"{task.what} refused: larger than {task.host} takes", task, said=shown)
    if codes & {"DIGEST_INVALID", "SIZE_INVALID"} and task.method in ("PUT", "POST"):
        message = f"{task.what} failed: {task.host} received other bytes than were sent"
        return DigestMismatch(message, task, hint="Something between here and the registry alters them.", said=shown)
    if status == 405 or "UNSUPPORTED" in codes:
        message = f"{task.what} failed: {task.host} does not offer this operation"
        takes_none = "A registry that is read-only, or a cache of another one, takes no pushes."
        hint = refusal.fill(vendor.unsupported) or (takes_none if task.method in ("POST", "PUT", "PATCH") else "")
        return Unsupported(message, task, hint=hint, said=shown)
    if status == 429 or "TOOMANYREQUESTS" in codes:
        return rate_limited(refusal, shown)
    if status >= 500:
        tries = f" after {refusal.attempts} attempts" if refusal.attempts > 1 else ""
        trace = f" (request id {task.request_id})" if task.request_id else ""
        message = f"{task.what} failed: {task.method} {task.path} answered {status}{tries}{trace}"
        return ServerError(message, task, hint="The trouble is at the registry: try again later.", said=shown)
    if status < 400:
        message = f"{task.what} failed: unexpected status {status} to {task.method} {task.path}"
        return ProtocolError(message, task, said=shown)
    message = f"{task.what} refused: {task.method} {task.path} answered {status}"
    return Refused(message, task, hint=_hint(refusal, codes), said=shown)


def _hint(refusal: Refusal, codes: frozenset[str]) -> str:
    vendor = refusal.vendor
    if "NAME_INVALID" in codes:
        shaped = vendor.id in ("gar", "gitlab", "harbor")
        return refusal.fill(vendor.missing) if shaped else "The registry does not take this path."
    if vendor.refused and (refusal.task.status == 412 or "MANIFEST_INVALID" in codes):
        return refusal.fill(vendor.refused)
    if codes & {"TAG_INVALID", "MANIFEST_INVALID"}:
        return "The registry does not take this tag, or this type of manifest."
    return ""
