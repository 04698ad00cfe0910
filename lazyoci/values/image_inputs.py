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
    return {name.strip().lower(): value for name, _, value in (part.partition("=") for part in _parts(option))}


def _parts(option: str) -> list[str]:
    import csv  # for rules, an image without such options is as good as one

    try:
        (parts,) = csv.reader([option])
    except (csv.Error, ValueError):  # a line break, or nothing at all: the builder says what is wrong with it
        parts = option.split(",")
    return parts


@frozen
class Secret:
    """A secret of `docker build --secret`: every variable and every file that some builder may take its value from."""

    variables: tuple[str, ...]
    files: tuple[str, ...]


def secret(option: str) -> Secret:
    """Read one option (https://docs.docker.com/reference/cli/docker/buildx/build/#secret).

    Builders differ where it says something twice, and buildah knows no quotes, so what any of them reads is taken.
    """
    found: dict[str, list[str]] = {}
    for part in (*_parts(option), *option.split(",")):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), []).append(value)

    def said(*names: str) -> list[str]:
        return list(dict.fromkeys(value for name in names for value in found.get(name, ()) if value))

    types = [one.lower() for one in said("type")]
    sources, named, ids = said("src", "source"), said("env"), said("id")[:1]
    if types and all(one == "env" for one in types):
        return Secret(tuple(named or sources or ids), ())
    files = [*sources, *(named if "file" in types else ())]
    return Secret(tuple(named or ([] if sources else ids)), tuple(files or ([] if named else ids)))


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
    """A path on this machine that an image's build reads, or (`written`) writes. `key` says where it stands.

    Where it `looks_remote`, it is one only if something is there: builders look for a directory first.
    """

    key: str
    path: str
    text: Text
    written: bool = False
    looks_remote: bool = False


def local_paths(artifact: ImageArtifact) -> Iterator[LocalPath]:
    """Every local path that the file names for a build, relative to its directory. Defaults are left out."""
    for key, text in (("dockerfile", artifact.dockerfile), ("context", artifact.context)):
        if text is not None and text.value:
            yield LocalPath(key, text.value, text, looks_remote=is_remote(text.value))
    for name, text in artifact.contexts.items():
        path = context_path(text.value)
        if path:
            yield LocalPath(f"contexts.{name}", path, text)
        if path != text.value:
            yield LocalPath(f"contexts.{name}", text.value, text, looks_remote=True)
    for text in artifact.ssh:
        for path in key_files(text.value):
            yield LocalPath("ssh", path, text)
    for text in artifact.secrets:
        for path in secret(text.value).files:
            yield LocalPath("secrets", path, text)
    for text in artifact.cache_from:
        found = fields(text.value)
        if found.get("type", "").lower() == "local" and found.get("src"):
            yield LocalPath("cacheFrom", found["src"], text)
    for text in artifact.cache_to:
        found = fields(text.value)
        if found.get("type", "").lower() == "local" and found.get("dest"):
            yield LocalPath("cacheTo", found["dest"], text, written=True)
