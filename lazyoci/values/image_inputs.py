"""Parses the options of an image's build (secrets, caches, contexts, ssh), and finds the local paths in them.

Docker's options are fields separated by commas and quoted as in CSV; the case of field names is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact, Text
from lazyoci.frozen import frozen

_OCI_LAYOUT = "oci-layout://"


def is_remote(context: str) -> bool:
    """Whether `context` is not on this machine's disk for Docker (docker build, "Build context")."""
    return "://" in context or context == "-" or context.startswith(("git@", "github.com/"))


def fields(option: str) -> dict[str, str]:
    """The fields of an option such as `type=registry,ref=…`, names in lower case; one without "=" has no value."""
    return {name.strip().lower(): value for name, _, value in (part.partition("=") for part in _parts(option))}


def _parts(option: str) -> list[str]:
    import csv  # needed only for images with such options

    try:
        (parts,) = csv.reader([option])
    except (csv.Error, ValueError):  # a line break, or no text: the builder reports it
        parts = option.split(",")
    return parts


@frozen
class Secret:
    """A secret of `docker build --secret`: all variables and files from which some builder may read its value."""

    variables: tuple[str, ...]
    files: tuple[str, ...]


def secret(option: str) -> Secret:
    """Read one option (https://docs.docker.com/reference/cli/docker/buildx/build/#secret).

    Builders differ if a field is repeated, and buildah has no quoting, so the readings of all of them are returned.
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
    """The keys or sockets that an option such as `default=PATH,PATH` names; none if it means the agent."""
    return [path for path in ssh.partition("=")[2].split(",") if path]


def context_path(value: str) -> str:
    """The directory of a named context; empty for images, addresses and missing values."""
    if value.startswith(_OCI_LAYOUT):  # oci-layout://PATH, with :TAG or @DIGEST behind it
        path = value.removeprefix(_OCI_LAYOUT).partition("@")[0]
        head, colon, tag = path.rpartition(":")
        return head if colon and "/" not in tag else path
    return "" if is_remote(value) else value


@frozen
class LocalPath:
    """A path on this machine that an image's build reads, or (`written`) writes. `key` is the key that names it.

    If it `looks_remote`, it is a path only if it exists: builders look for a directory first.
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
