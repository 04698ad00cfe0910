"""Prefixes of references: which ones a bundle may be published to (`--allow`), and what replaces them (`--map`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lazyoci.errors import BundleError, UsageError
from lazyoci.frozen import frozen, replace
from lazyoci.oci.reference import (
    DOCKER_HUB,
    HUB_NAMES,
    Reference,
    ReferenceError,
    Repository,
    canonical_host,
    destination,
    parse_repository,
)


@frozen
class Mapping:
    """`--map FROM=TO`: repositories below one prefix go below another."""

    source: str
    goal: str

    def __str__(self) -> str:
        return f"{self.source}={self.goal}"


def parse_prefix(text: str, option: str) -> str:
    """A prefix of repositories: a host, or a host and the beginning of a path. Raises UsageError."""
    bare = text.strip().removeprefix("oci://").rstrip("/")
    host, slash, path = bare.partition("/")
    problem = ""
    if not slash and not _is_host(host):
        problem = f"{text!r} names no registry host"
    elif slash and not _is_host(host):
        problem = f"{text!r} does not begin with a registry host"
    if not problem:
        try:
            # a path of one component would become Docker's own library there, so the host stands in
            parse_repository(f"{'registry.example' if host == DOCKER_HUB else host}/{path or 'x'}")
            return bare
        except ReferenceError as error:
            problem = error.message
    raise UsageError(f"{option}: {problem}", hint=_meant(text.strip(), option))


def _meant(text: str, option: str) -> str:
    """What to write for what is no prefix: it without a scheme, a tag or a glob at its end, if that is one."""
    form = "write HOST, or HOST/PATH, as in ghcr.io/acme"
    if "@" in text:  # what is before it may be a password
        return form
    parts = [one for one in re.split(r"[\s,]+", text) if one]
    if len(parts) > 1:
        return f"repeat it: {option} {parts[0]} {option} …" if option == "--allow" else form
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text)
    bare = re.sub(r"(?:/\*{1,2})+$", "", bare).rstrip("/")
    bare = re.sub(r"(?<=/)([^/:]+):[^/]*$", r"\1", bare)
    if bare == text:
        return form
    try:
        parse_prefix(bare, option)
    except UsageError:
        return form
    below = "; all that lies below it counts" if "*" in text else ""
    return f"write {bare}{below}"


def _is_host(text: str) -> bool:
    return text == "localhost" or "." in text or ":" in text


def parse_mapping(text: str) -> Mapping:
    """`FROM=TO`; raises UsageError."""
    source, equals, goal = text.partition("=")
    if not equals or not source.strip() or not goal.strip():
        problem = "has no '='" if not equals else f"has nothing {'after' if source.strip() else 'before'} '='"
        arrow = re.fullmatch(r"(\S+)\s*[-=]?>\s*(\S+)", text)
        hint = f"write {arrow[1]}={arrow[2]}" if arrow else "write FROM=TO, as in ghcr.io/acme=harbor.lan/mirror"
        raise UsageError(f"--map: {text!r} {problem}", hint=hint)
    return Mapping(parse_prefix(source, "--map"), parse_prefix(goal, "--map"))


def parse_mappings(texts: Iterable[str]) -> tuple[Mapping, ...]:
    """All of `--map`; raises UsageError if one prefix is mapped to two."""
    found: dict[str, Mapping] = {}
    for one in map(parse_mapping, texts):
        before = found.setdefault(_canonical(one.source), one)
        if before.goal != one.goal:
            raise UsageError(f"--map: {one.source} is mapped to {before.goal} and to {one.goal}", hint="give it once")
    return tuple(found.values())


def is_below(repository: Repository, prefix: str) -> bool:
    """Whether a repository is the prefix, or below it; `ghcr.io/acme` has `ghcr.io/acme/api`, not `ghcr.io/acmes`."""
    text, beginning = _canonical(str(repository)), _canonical(prefix)
    return text == beginning or text.startswith(f"{beginning}/")


def _canonical(text: str) -> str:
    host, slash, path = text.partition("/")
    host = canonical_host(host)
    return (DOCKER_HUB if host in HUB_NAMES else host) + slash + path


def mapped(reference: Reference, mappings: Sequence[Mapping]) -> Reference:
    """The reference with the longest prefix replaced; unchanged if none fits. Raises BundleError for what is none."""
    fitting = [one for one in mappings if is_below(reference.repository, one.source)]
    if not fitting:
        return reference
    best = max(fitting, key=lambda one: len(_canonical(one.source)))
    rest = _canonical(str(reference.repository))[len(_canonical(best.source)) :]
    goal = best.goal + rest
    problem = ""
    if "/" not in goal:  # what has no slash would be taken for an image of Docker Hub
        problem = f"{goal!r} names a host but no repository"
    else:
        try:
            return replace(reference, repository=parse_repository(goal))
        except ReferenceError as error:
            problem = error.message
    hint = f"map to HOST/PATH, as in {best.source}={best.goal}/{_last(best.source)}" if not rest else ""
    message = f"--map {best} makes {reference.repository} a repository that is none: {problem}"
    raise BundleError(message, hint=hint or "map to another prefix")


def _last(prefix: str) -> str:
    return prefix.rpartition("/")[2]


def map_all(references: Sequence[Reference], mappings: Sequence[Mapping]) -> dict[Reference, Reference]:
    """What every reference becomes. Raises BundleError if two become one, or if a mapping fits none."""
    found = {one: mapped(one, mappings) for one in references}
    came: dict[tuple[str, str, str], Reference] = {}
    for one, becomes in found.items():
        other = came.setdefault(destination(becomes), one)
        if destination(other) != destination(one):
            raise BundleError(
                f"--map makes {other} and {one} the same: {becomes}", hint="map them to different prefixes"
            )
    for mapping in mappings:
        if not any(is_below(one.repository, mapping.source) for one in references):
            named = ", ".join(sorted({str(one.repository) for one in references})) or "no reference"
            raise BundleError(f"--map {mapping} fits nothing that is published", hint=f"there is: {named}")
    return found


def refused(references: Iterable[Reference], prefixes: Sequence[str]) -> list[Reference]:
    """Those that no prefix allows."""
    return [one for one in references if not any(is_below(one.repository, prefix) for prefix in prefixes)]
