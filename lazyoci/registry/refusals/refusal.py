"""A reply that is not the one hoped for, and the failures that it may mean, each with what helps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.frozen import frozen
from lazyoci.registry import vendors
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import (
    Denied,
    Failure,
    ForbiddenByPolicy,
    QuotaExceeded,
    RateLimited,
    ReadOnly,
    Refused,
    Task,
    TooLarge,
    Unauthorized,
)
from lazyoci.registry.http import retry
from lazyoci.registry.refusals.reasons import Reason


@frozen
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
    vendor: vendors.Vendor = vendors.GENERIC
    exists: bool | None = None  # of a tag that is written: whether it was there before; None when nobody looked

    def fill(self, remedy: str) -> str:
        """A remedy of the vendor's, with the host and the repository filled in."""
        return vendors.fill(remedy, host=self.task.host, path=self.task.repository)


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


def writes(task: Task) -> bool:
    """Whether something was to be written."""
    return task.doing.startswith(("push", "upload", "mount", "delete"))


def denied(refusal: Refusal, said: str = "") -> Denied:
    """Good credentials, missing right: names the right, and what to do at this registry."""
    task, credential, vendor = refusal.task, refusal.credential, refusal.vendor
    pushing = writes(task)
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
    hint = refusal.fill(remedy)
    message = f"{task.what} stopped: {task.host} limits the rate{when}"
    return RateLimited(message, task, wait=wait, hint=hint, said=said)


def told(about: Reason, refusal: Refusal, said: str) -> Failure:
    """The failure for a reason that the registry's words tell, with the remedy for it."""
    task, vendor, fill = refusal.task, refusal.vendor, refusal.fill
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
