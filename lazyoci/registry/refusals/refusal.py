"""From a reply that is not the one hoped for to the typed failure, with the remedy (wire.md A8, B). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lazyoci.registry import redact, vendors
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import (
    BlobUnknown,
    Denied,
    DigestMismatch,
    Failure,
    ForbiddenByPolicy,
    NotFound,
    ProtocolError,
    QuotaExceeded,
    RateLimited,
    ReadOnly,
    Refused,
    RepositoryMissing,
    ServerError,
    TagImmutable,
    Task,
    TooLarge,
    Unauthorized,
    Unsupported,
    UploadLost,
)
from lazyoci.registry.http import retry
from lazyoci.registry.refusals import reasons

_TELLING = frozenset({400, 402, 403, 405, 409, 412, 415, 422})  # statuses that mean many things: the words decide
BODY_LIMIT = 64 << 10  # bytes of an error's body that are read


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry of an error body."""

    code: str = ""
    message: str = ""
    detail: str = ""


def _flat(value: object) -> str:
    if value is None or value == "" or value == {} or value == []:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parse_body(raw: bytes) -> tuple[Detail, ...]:
    """The entries of an error body: the specification's JSON, its variants, plain text or HTML; never fails."""
    text = raw[:BODY_LIMIT].decode("utf-8", "replace").strip()
    if not text or text.count("\ufffd") > len(text) // 8:  # compressed, or no text at all
        return ()
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        if "<" in text[:200] and re.search(r"<(?:html|!doctype|head|body|h1|title)", text[:2000], re.IGNORECASE):
            found = re.search(r"<(title|h1)[^>]*>(.*?)</\1", text, re.IGNORECASE | re.DOTALL)
            text = re.sub(r"<[^>]*>", " ", found.group(2)) if found else "(a web page)"
        return (Detail(message=redact.text(text)),)
    if isinstance(document, dict):
        entries = document.get("errors")
        if isinstance(entries, list):
            out = tuple(
                Detail(
                    redact.clean(str(item.get("code") or ""), limit=64),
                    redact.text(_flat(item.get("message"))),
                    redact.text(_flat(item.get("detail"))),
                )
                for item in entries[:16]
                if isinstance(item, dict)
            )
            if out:
                return out
        code = _flat(document.get("code")) or _flat(document.get("error"))
        words = next(
            (
                _flat(document[key])
                for key in ("message", "error_description", "details", "detail")
                if document.get(key)
            ),
            "",
        )
        if code or words:
            return (Detail(redact.clean(code, limit=64), redact.text(words)),)
    return (Detail(message=redact.text(text)),)


def words(details: tuple[Detail, ...], status: int) -> str:
    """What the registry said, for people: codes and messages, joined."""
    parts = []
    for entry in details:
        # a code that the message repeats, as GHCR's "denied: permission_denied", is said once
        said = entry.message or entry.detail
        if entry.code and said and not said.lower().startswith(entry.code.lower()):
            parts.append(f"{entry.code}: {said}")
        else:
            parts.append(said or entry.code)
    return redact.clean("; ".join(part for part in parts if part)) or (f"status {status}" if status else "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """All that is known when a reply is not the one hoped for; `headers` has lower-case names."""

    task: Task
    body: bytes
    headers: Mapping[str, str]
    credential: Credential | None = None
    proven: bool = False  # the token server took the credentials: what is missing is a right
    withheld: str = ""  # why credentials that exist were not sent
    now: float = 0.0
    attempts: int = 1
    vendor: vendors.Vendor = field(default=vendors.GENERIC)
    exists: bool | None = None  # of a tag that is written: whether it was there before; None when nobody looked


_REQUEST_IDS = (
    "x-request-id", "x-github-request-id", "x-amzn-requestid", "x-amz-request-id", "x-ms-correlation-request-id",
    "x-goog-request-id", "docker-request-id", "cf-ray",
)  # fmt: skip
_DIGEST = re.compile(r"\b(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\b")


def request_id(headers: Mapping[str, str]) -> str:
    """The registry's own name for a request, which its operators can look up."""
    return next((redact.clean(headers[name], limit=80) for name in _REQUEST_IDS if headers.get(name)), "")


def _token_of(credential: Credential) -> str:
    return f"{'the token of ' if credential.username else ''}{credential.who} (from {credential.source})"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _allowance(headers: Mapping[str, str]) -> str:
    """What Docker Hub lets one do, as its headers tell: `ratelimit-limit: 100;w=21600`."""
    found = re.fullmatch(r"(\d{1,9})(?:;w=(\d{1,9}))?", headers.get("ratelimit-limit", "").strip())
    if found is None:
        return ""
    return f" to {found[1]}" + (f" in {_duration(float(found[2]))}" if found[2] else "")


def unauthorized(refusal: Refusal, said: str = "") -> Unauthorized:
    """No credentials, or ones that the registry does not take: names the source that was tried."""
    task, credential, vendor = refusal.task, refusal.credential, refusal.vendor
    user = credential.username if credential else ""
    login = vendors.fill(vendor.login, host=task.host, path=task.repository, user=user)
    if credential is not None:
        message = (
            f"{task.what} failed: {task.host} refused the credentials of {credential.who} (from {credential.source})"
        )
        hint = credential.renewal.replace("{host}", task.host)
        hint = hint or f"{login}\nCheck with: lazyoci registry test {task.host}"
        return Unauthorized(message, task, hint=hint, said=said)
    if refusal.withheld:
        return Unauthorized(f"{task.what} failed: {refusal.withheld}", task, said=said)
    message = f"{task.what} failed: {task.host} wants credentials, and none were found for it"
    return Unauthorized(message, task, hint=f"{login}\nor add them: lazyoci registry add {task.host}", said=said)


# products that list their repositories to nobody, or to their administrators only
_UNLISTED = frozenset({"hub", "ghcr", "gar", "gcr", "gitlab", "quay", "do"})


def _writes(task: Task) -> bool:
    return task.doing.startswith(("push", "upload", "mount", "delete"))


def denied(refusal: Refusal, said: str = "") -> Denied:
    """Good credentials, missing right: names the right, and what to do at this registry."""
    task, credential, vendor = refusal.task, refusal.credential, refusal.vendor
    pushing = _writes(task)
    right = "write access" if pushing else "read access"
    who = _token_of(credential) if credential else "anonymous access"
    has = "has no" if credential else "gives no"
    message = f"{task.what} denied: {who} {has} {right}"
    user = credential.username if credential else ""
    remedy = vendor.push if pushing or not vendor.missing else vendor.missing
    if credential is None:
        remedy = vendor.login
    lines = [vendors.fill(remedy, host=task.host, path=task.repository, user=user)]
    if task.repository:
        flag = " --push" if pushing else ""
        lines.append(f"Check with: lazyoci registry test {task.host}/{task.repository}{flag}")
    return Denied(message, task, hint="\n".join(lines), said=said)


def rate_limited(refusal: Refusal, said: str = "") -> RateLimited:
    """Too many requests: until when, as far as the registry tells, and what helps."""
    task, vendor = refusal.task, refusal.vendor
    wait = retry.seconds(refusal.headers.get("retry-after", ""), refusal.now)
    when = f"; it asks to wait {_duration(wait)}" if wait else ""
    when = _allowance(refusal.headers) + when
    remedy = vendor.rate if refusal.credential else vendor.login
    hint = vendors.fill(remedy, host=task.host, path=task.repository)
    message = f"{task.what} stopped: {task.host} limits the rate{when}"
    return RateLimited(message, task, wait=wait, hint=hint, said=said)


def _told(about: reasons.Reason, refusal: Refusal, said: str) -> Failure:
    """The failure for a reason that the registry's words tell, with the remedy for it."""
    task, vendor = refusal.task, refusal.vendor

    def fill(template: str) -> str:
        return vendors.fill(template, host=task.host, path=task.repository)

    if about == "quota":
        message = f"{task.what} refused: a quota or a limit of {task.host} is reached"
        return QuotaExceeded(message, task, hint=fill(vendor.quota), said=said)
    if about == "too-large":
        return TooLarge(f"{task.what} refused: larger than {task.host} takes", task, said=said)
    if about == "read-only":
        return ReadOnly(
            f"{task.what} refused: {task.host} takes no pushes",
            task,
            hint=fill(vendor.read_only),
            said=said,
        )
    if about == "type":
        message = f"{task.what} refused: {task.host} does not take this type of content"
        return Refused(message, task, hint=fill(vendor.type), said=said)
    words, remedy = {
        "address": ("does not let this address through", vendor.address),
        "account": ("has locked the account or the plan", vendor.account),
    }.get(about, ("forbids it by a policy", vendor.policy))
    return ForbiddenByPolicy(f"{task.what} refused: {task.host} {words}", task, hint=fill(remedy), said=said)


def classify(refusal: Refusal) -> Failure:
    """The typed failure for a reply whose status is none of those hoped for."""
    details = parse_body(refusal.body)
    status = refusal.task.status
    codes = {entry.code.upper() for entry in details}
    task = replace(
        refusal.task,
        code=next((entry.code for entry in details if entry.code), ""),
        request_id=request_id(refusal.headers),
    )
    refusal = replace(refusal, task=task)
    said = words(details, status) if details else ""
    everything = " ".join(f"{e.code} {e.message} {e.detail}" for e in details)
    vendor = refusal.vendor

    def fill(template: str) -> str:
        return vendors.fill(template, host=task.host, path=task.repository)

    manifest = task.method == "PUT" and "/manifests/" in task.path
    tagging = manifest and ":" not in task.path.rpartition("/")[2]
    if tagging and status in (400, 403, 405, 409, 412):
        overwrite = (
            refusal.exists is not False and status == 403 and vendor.id == "jfrog" and "MANIFEST_INVALID" in codes
        )
        if overwrite or reasons.is_immutable(codes, everything, exists=refusal.exists):
            tag = task.path.rpartition("/")[2]
            message = f'{task.what} refused: the tag "{tag}" exists and may not be moved'
            return TagImmutable(message, task, hint=fill(vendor.immutable), said=said)
    if "MANIFEST_BLOB_UNKNOWN" in codes:
        message = f"{task.what} refused: the registry lacks a blob that the manifest names"
        return BlobUnknown(message, task, digests=tuple(dict.fromkeys(_DIGEST.findall(everything))), said=said)
    if (
        codes & {"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN"} or status == 416
    ) and not manifest:  # which has no session
        return UploadLost(f"{task.what} failed: the registry lost the upload session", task, said=said)
    about = reasons.reason(codes, everything) if status in _TELLING else ""
    if status == 415 and not about:
        about = "type"
    if about == "rate":
        return rate_limited(refusal, said)
    if about not in ("", "right", "immutable"):
        return _told(about, refusal, said)
    if status == 401:
        if refusal.credential is not None and (
            refusal.proven or "DENIED" in codes or re.search(r"insufficient[ _]scope", everything, re.IGNORECASE)
        ):
            return denied(refusal, said)
        return unauthorized(refusal, said)
    if "NAME_UNKNOWN" in codes:
        message = f"{task.what} failed: {task.host} has no repository {task.repository}"
        if not _writes(task):
            there = "" if vendor.id in _UNLISTED else f" What is there: lazyoci browse repos {task.host}"
            return RepositoryMissing(message, task, hint=f"Check its name.{there}", said=said)
        return RepositoryMissing(message, task, hint=fill(vendor.missing or vendors.GENERIC.missing), said=said)
    if status == 403 or (status == 400 and "DENIED" in codes):
        return denied(refusal, said)
    if status == 404:
        return NotFound(f"{task.what} failed: not found", task, said=said)
    if status == 413 or (status == 400 and "too large" in everything.lower()):
        return TooLarge(f"{task.what} refused: larger than {task.host} takes", task, said=said)
    if codes & {"DIGEST_INVALID", "SIZE_INVALID"} and task.method in ("PUT", "POST"):
        message = f"{task.what} failed: {task.host} received other bytes than were sent"
        return DigestMismatch(message, task, hint="Something between here and the registry alters them.", said=said)
    if status == 405 or "UNSUPPORTED" in codes:
        message = f"{task.what} failed: {task.host} does not offer this operation"
        takes_none = "A registry that is read-only, or a cache of another one, takes no pushes."
        hint = fill(vendor.unsupported) or (takes_none if task.method in ("POST", "PUT", "PATCH") else "")
        return Unsupported(message, task, hint=hint, said=said)
    if status == 429 or "TOOMANYREQUESTS" in codes:
        return rate_limited(refusal, said)
    if status >= 500:
        tries = f" after {refusal.attempts} attempts" if refusal.attempts > 1 else ""
        trace = f" (request id {task.request_id})" if task.request_id else ""
        message = f"{task.what} failed: {task.method} {task.path} answered {status}{tries}{trace}"
        return ServerError(message, task, hint="The trouble is at the registry: try again later.", said=said)
    if status < 400:
        return ProtocolError(
            f"{task.what} failed: unexpected status {status} to {task.method} {task.path}",
            task,
            said=said,
        )
    hint = ""
    if "NAME_INVALID" in codes:
        hint = (
            fill(vendor.missing)
            if vendor.id in ("gar", "gitlab", "harbor")
            else "The registry does not take this path."
        )
    elif vendor.refused and (status == 412 or "MANIFEST_INVALID" in codes):
        hint = fill(vendor.refused)
    elif codes & {"TAG_INVALID", "MANIFEST_INVALID"}:
        hint = "The registry does not take this tag, or this type of manifest."
    return Refused(
        f"{task.what} refused: {task.method} {task.path} answered {status}",
        task,
        hint=hint,
        said=said,
    )
