"""What an image is built from, as its options write it: secrets, caches, contexts, and the local paths among them all.

Docker's options hold fields between commas, quoted as in CSV; names of fields are in any case.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact, Text
from lazyoci.frozen import frozen

_OCI_LAYOUT = "oci-layout://"


def is_remote(context: str) -> bool:
    """Whether Docker would not look for `context` on this machine's disk (docker build, "Build context")."""
    return "://" in context or context == "-" or context.startswith(("git@", "github.com/"))


def fields(option: str) -> dict[str, str]:
    """The fields of an option such as `type=registry,ref=…`, names in lower case; one without "=" has no value."""
    import csv  # for rules, an image without such options is as good as one

    try:
        (parts,) = csv.reader([option])
    except (csv.Error, ValueError):  # a line break, or nothing at all: the builder says what is wrong with it
        parts = option.split(",")
    return {name.strip().lower(): value for name, _, value in (part.partition("=") for part in parts)}


@frozen
class Secret:
    """A secret of `docker build --secret`: where its value comes from. With neither, `id` is one or the other."""

    id: str
    file: str
    variable: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the environment that may hold it."""
        return tuple(one for one in (self.variable or ("" if self.file else self.id),) if one)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that may hold it."""
        return tuple(one for one in (self.file or ("" if self.variable else self.id),) if one)


def secret(option: str) -> Secret:
    """Read one option (https://docs.docker.com/reference/cli/docker/buildx/build/#secret)."""
    found = fields(option)
    id_, file = found.get("id", ""), found.get("src") or found.get("source", "")
    if found.get("type", "").lower() == "env":
        return Secret(id_, "", found.get("env") or file or id_)
    return Secret(id_, file, found.get("env", ""))


def key_files(ssh: str) -> list[str]:
    """The keys or sockets that an option such as `default=PATH,PATH` names; none where the agent is meant."""
    return [path for path in ssh.partition("=")[2].split(",") if path]


def context_path(value: str) -> str:
    """The directory that a named context is; the empty text for images, addresses and what has no value."""
    if value.startswith(_OCI_LAYOUT):  # oci-layout://PATH, with :TAG or @DIGEST behind it
        path = value.removeprefix(_OCI_LAYOUT).partition("@")[0]
        head, colon, tag = path.rpartition(":")
        return head if colon and "/" not in tag else path
    return "" if is_remote(value) else value


@frozen
class LocalPath:
    """A path on this machine that an image's build reads, or (`written`) writes. `key` says where it stands."""

    key: str
    path: str
    text: Text
    written: bool = False


def local_paths(artifact: ImageArtifact) -> Iterator[LocalPath]:
    """Every local path that the file names for a build, relative to its directory. Defaults are left out."""
    for key, text in (("dockerfile", artifact.dockerfile), ("context", artifact.context)):
        if text is not None and text.value and not is_remote(text.value):
            yield LocalPath(key, text.value, text)
    for name, text in artifact.contexts.items():
        path = context_path(text.value)
        if path:
            yield LocalPath(f"contexts.{name}", path, text)
    for text in artifact.ssh:
        for path in key_files(text.value):
            yield LocalPath("ssh", path, text)
    for text in artifact.secrets:
        for path in secret(text.value).files:
            yield LocalPath("secrets", path, text)
    for text in artifact.cache_from:
        found = fields(text.value)
        if found.get("type") == "local" and found.get("src"):
            yield LocalPath("cacheFrom", found["src"], text)
    for text in artifact.cache_to:
        found = fields(text.value)
        if found.get("type") == "local" and found.get("dest"):
            yield LocalPath("cacheTo", found["dest"], text, written=True)
