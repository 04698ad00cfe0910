"""References: `host[:port]/repository[:tag][@digest]`, parsed once into values (distribution-spec, "Definitions").

The grammar and the Docker Hub shorthands are those of distribution's `reference` package, which every client follows.
"""

from __future__ import annotations

import re

from lazyoci import mask
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen

DOCKER_HUB = "docker.io"
HUB_NAMES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?", re.ASCII)
_HEX64 = re.compile(r"[0-9a-f]{64}")
_NAME_LIMIT = 255  # characters of host + "/" + repository


class ReferenceError(LazyociError):
    """Text that is not a reference. `part` names what is wrong: `host`, `repository`, `tag` or `digest`."""

    def __init__(self, message: str, *, part: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.part = part


@frozen(order=True)
class Repository:
    """A repository: its host as people write it (`docker.io`, never `registry-1.docker.io`), and its path."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"{self.host}/{self.path}"

    def tagged(self, tag: str) -> Reference:
        """The reference of `tag` in this repository."""
        return Reference(self, check_tag(tag), "")

    def pinned(self, digest: str) -> Reference:
        """The reference of `digest` in this repository."""
        return Reference(self, "", digest)


@frozen(order=True)
class Reference:
    """A repository with a tag, a digest, or both. With both, the digest decides, and the tag is only shown."""

    repository: Repository
    tag: str
    digest: str

    def __str__(self) -> str:
        text = str(self.repository)
        if self.tag:
            text += ":" + self.tag
        if self.digest:
            text += "@" + self.digest
        return text

    @property
    def target(self) -> str:
        """What a registry is asked for: the digest if there is one, else the tag."""
        return self.digest or self.tag


def canonical_host(host: str) -> str:
    """The same for all ways to write one registry: the case of a host does not matter, and port 443 is the default."""
    return host.lower().removesuffix(":443")


def destination(reference: Reference) -> tuple[str, str, str]:
    """Where a push goes: equal for references that are written differently and name the same tag."""
    return canonical_host(reference.repository.host), reference.repository.path, reference.tag


def is_tag(text: str) -> bool:
    """Whether `text` may be a tag."""
    return _TAG.fullmatch(text) is not None


def check_tag(text: str) -> str:
    """Return `text` if it may be a tag; else raise ReferenceError, which says what is wrong."""
    if _TAG.fullmatch(text):
        return text
    if not text:
        raise ReferenceError("the tag is empty", part="tag")
    if len(text) > 128:
        raise ReferenceError(
            f"tag {mask.masked(text)[:40] + '…'!r} has {len(text)} characters; at most 128 are allowed", part="tag"
        )
    shown = mask.masked(text)
    bad = next((ch for ch in text if not re.fullmatch(r"[A-Za-z0-9._-]", ch, re.ASCII)), "")
    if bad:
        what = f"contains {bad!r}; only letters, digits, '_', '.' and '-' are allowed"
    else:
        what = f"begins with {text[0]!r}; a tag begins with a letter, a digit or '_'"
    raise ReferenceError(f"tag {shown!r} {what}", part="tag")


def _split_host(name: str) -> tuple[str, str]:
    """The host and the rest: the first component is a host if it looks like one, else the host is Docker Hub."""
    first, slash, rest = name.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        return first, rest
    return DOCKER_HUB, name


def _without_user(text: str) -> str:
    """`text` for a message, without what is before an `@`, which may be a user and a password, or a token."""
    return f"…@{text.rpartition('@')[2]}" if mask.registry(text) != text else text


def _refuse_user(text: str) -> None:
    """Raise ReferenceError for a user before the host; its text is never shown, as it may have a password."""
    before, at, last = text.rpartition("@")
    if not at or ("@" not in before and "/" not in last):  # no digest has a slash
        return
    rest = last
    if re.fullmatch(r"[a-z0-9]+:[0-9a-f]{32,}", last):
        rest = f"{before.rpartition('@')[2]}@{last}"
    raise ReferenceError(
        f"'…@{rest}' has a user before an '@'; a reference begins with the host",
        part="host",
        hint=f"write {rest}, and log in with docker login",
    )


def parse_repository(text: str) -> Repository:
    """Parse `host/path` without tag or digest; raise ReferenceError. `oci://` is dropped."""
    name = text.removeprefix("oci://")
    if "://" in name:
        scheme, _, rest = name.partition("://")
        raise ReferenceError(
            f"{_without_user(text)!r} begins with {scheme}://; a registry is written without a scheme",
            part="host",
            hint=f"write {rest.rpartition('@')[2]}",
        )
    if "@" in name:
        raise ReferenceError(
            f"{_without_user(name)!r} contains an '@'; expected host/repository, without user or digest", part="digest"
        )
    host, path = _split_host(name)
    if not _HOST.fullmatch(host):
        raise ReferenceError(
            f"{host!r} is not a registry host; expected a name or address, with :port if needed", part="host"
        )
    port = host.rpartition(":")[2] if ":" in host and not host.endswith("]") else ""
    if port and not 0 < int(port) < 65536:
        raise ReferenceError(f"port {port} of {host!r} is out of range; expected 1 to 65535", part="host")
    if host.lower() in HUB_NAMES:
        host = DOCKER_HUB
    if host == DOCKER_HUB and path and "/" not in path:
        if _HEX64.fullmatch(path):
            raise ReferenceError(f"{path!r} is a bare image id, not a repository", part="repository")
        path = "library/" + path
    if not path:
        raise ReferenceError(f"{text!r} names a host but no repository; expected host/repository", part="repository")
    last = path.rpartition("/")[2]
    if ":" in last:
        raise ReferenceError(
            f"{text!r} contains the tag {last.partition(':')[2]!r}; expected host/repository", part="tag"
        )
    if not _PATH.fullmatch(path):
        raise ReferenceError(_path_problem(path), part="repository")
    if len(host) + 1 + len(path) > _NAME_LIMIT:
        raise ReferenceError(f"{text[:60] + '…'!r} is longer than {_NAME_LIMIT} characters", part="repository")
    return Repository(host, path)


def _path_problem(path: str) -> str:
    if path != path.lower():
        return f"repository {path!r} has upper-case letters; only lower-case is allowed"
    if path.startswith("/") or path.endswith("/") or "//" in path:
        return f"repository {path!r} has an empty component between slashes"
    bad = next((ch for ch in path if not re.fullmatch(r"[a-z0-9._/-]", ch, re.ASCII)), "")
    if bad:
        return f"repository {path!r} contains {bad!r}; only a-z, 0-9 and the separators '.', '_', '-', '/' are allowed"
    return f"repository {path!r} has a separator at the edge of a component, or a wrong run of '.' or '_'"


def parse(text: str) -> Reference:
    """Parse a reference; without tag and digest, the tag is `latest`. Raises ReferenceError."""
    _refuse_user(text)
    name, at, digest = text.partition("@")
    if at:
        from lazyoci.oci import digest as _digest  # imported here because few references have a digest

        try:
            _digest.check(digest)
        except _digest.DigestError as error:
            raise ReferenceError(error.message, part="digest") from None
    head, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    if not slash and colon and tag.isdigit() and last == "localhost":
        raise ReferenceError(f"{text!r} names a host but no repository; expected host/repository", part="repository")
    repository = parse_repository(head + slash + last)
    if colon:
        check_tag(tag)
    return Reference(repository, tag if colon else ("" if at else "latest"), digest)
