"""What a registry refused or failed, typed, with its own words and the remedy (distribution-spec "Error Codes").

RegistryError                       lazyoci.errors
└── Failure                         has its Task: host, repository, method, path, status, code, request id
    ├── Unreachable                 .reason: down, dns, timeout, reset, proxy
    ├── TlsError                    certificate refused, or TLS where none is spoken
    ├── Unauthorized                no credentials, or the registry refused those it was shown
    ├── Denied                      good credentials that lack a right
    ├── NotFound                    no such manifest, tag or blob
    │   └── RepositoryMissing       no such repository, and the registry does not create it
    ├── TagImmutable                the tag may not move
    ├── RateLimited                 .wait: seconds the registry asked for, if it did
    ├── DigestMismatch              bytes are not what their digest says
    ├── ContentChanged              a local file changed while it was uploaded
    ├── BlobUnknown                 a manifest names blobs that the registry does not have: .digests
    ├── UploadLost                  an upload session ended; a new one may do
    ├── TooLarge                    more bytes than the registry takes
    ├── QuotaExceeded               no room left, or a limit of the plan
    ├── ForbiddenByPolicy           a policy, an address or an account that the registry does not let through
    ├── ReadOnly                    the registry takes nothing now, or never
    ├── Refused                     any other 4xx: bad name, bad tag, refused media type
    ├── Unsupported                 the registry does not offer this operation
    ├── ServerError                 5xx, after all attempts
    └── ProtocolError               a reply that is not of this protocol, or that must not be followed
"""

from __future__ import annotations

from lazyoci.errors import RegistryError
from lazyoci.frozen import frozen
from lazyoci.oci.reference import Repository
from lazyoci.registry.sent_secrets import SENT

_TELLING = 8  # characters from which a secret is hidden in our own words, too


@frozen
class Task:
    """What was being done, and the request that failed: `doing` is for people, as "push to ghcr.io/acme/api"."""

    host: str
    repository: str = ""
    doing: str = ""
    method: str = ""
    path: str = ""
    status: int = 0
    code: str = ""
    request_id: str = ""

    @classmethod
    def on(cls, name: Repository, doing: str) -> Task:
        """What is done with a repository; `doing` ends in a preposition, such as "push to"."""
        return cls(name.host, name.path, f"{doing} {name}")

    @property
    def what(self) -> str:
        """The words for a message."""
        return self.doing or f"request to {self.host}"


class Failure(RegistryError):
    """A registry said no, or could not be asked; `said` is what it said, cleaned and redacted."""

    def __init__(self, message: str, task: Task, *, hint: str = "", said: str = "") -> None:
        words = f"{task.host} said: {said}" if said else ""
        message = SENT.hide(message, least=_TELLING)  # it may quote a header, or a manifest
        super().__init__(message, hint="\n".join(part for part in (words, hint) if part))
        self.task = task
        self.said = said

    @property
    def host(self) -> str:
        """The registry."""
        return self.task.host

    @property
    def status(self) -> int:
        """The HTTP status, 0 when there was none."""
        return self.task.status


class Unreachable(Failure):
    """Nobody answered. `reason`: `down` (refused), `dns` (unknown name), `timeout`, `reset` (cut off), `proxy`."""

    def __init__(self, message: str, task: Task, *, reason: str, hint: str = "") -> None:
        super().__init__(message, task, hint=hint)
        self.reason = reason


class TlsError(Failure):
    """TLS could not be agreed on, or the certificate is not trusted."""


class Unauthorized(Failure):
    """No usable credentials."""


class Denied(Failure):
    """The credentials are good, a right is missing."""


class NotFound(Failure):
    """No such manifest, tag or blob."""


class RepositoryMissing(NotFound):
    """No such repository."""


class TagImmutable(Failure):
    """The tag exists and may not move."""


class RateLimited(Failure):
    """Too many requests; `wait` is what the registry asked for, in seconds."""

    def __init__(self, message: str, task: Task, *, wait: float | None, hint: str = "", said: str = "") -> None:
        super().__init__(message, task, hint=hint, said=said)
        self.wait = wait


class DigestMismatch(Failure):
    """Bytes on the wire, or the registry's claim about them, differ from the digest."""


class ContentChanged(Failure):
    """A local file changed while it was uploaded."""


class BlobUnknown(Failure):
    """The manifest was refused for blobs the registry does not have; `digests` where it named them."""

    def __init__(self, message: str, task: Task, *, digests: tuple[str, ...], hint: str = "", said: str = "") -> None:
        super().__init__(message, task, hint=hint, said=said)
        self.digests = digests


class UploadLost(Failure):
    """The upload session is gone or broken: restart the blob."""


class TooLarge(Failure):
    """More bytes than the registry takes."""


class QuotaExceeded(Failure):
    """No room is left for what was pushed, or a limit of the plan is reached."""


class ForbiddenByPolicy(Failure):
    """A policy of the registry forbids it, whatever the credentials may do."""


class Refused(Failure):
    """Any other refusal."""


class Unsupported(Failure):
    """The registry does not offer this operation."""


class ReadOnly(Unsupported):
    """The registry takes nothing, for now or ever."""


class ServerError(Failure):
    """The registry failed."""


class ProtocolError(Failure):
    """A reply that makes no sense, or that must not be followed."""
