"""What can be wrong with the text of a registry: the place, and the right text if it is certain."""

from __future__ import annotations

from typing import NamedTuple

from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.characters import REPOSITORY_CHARACTERS, only
from lazyoci.rules.shared.literal_parts import literals
from lazyoci.rules.shared.wording import quoted

SITES = {"hub.docker.com": "docker.io", "github.com": "ghcr.io", "gitlab.com": "registry.gitlab.com"}


class BadRegistry(NamedTuple):
    """One problem. `instead` is what to write at `within`; if there is a `tag`, only if `tags` lists that tag."""

    fact: str
    remedy: str
    within: Span
    instead: str | None = None
    title: str = ""
    tag: str = ""


def problems(text: str) -> list[BadRegistry]:
    """What is wrong with a whole rendered registry, if it can be corrected by hand; else empty."""
    found = []
    if "@" in text:
        return [_at_sign(text)]
    begin = 0
    if "://" in text:
        begin = text.index("://") + 3
        found.append(_scheme(text, begin))
    if text.startswith("/"):
        return [
            BadRegistry(f"{quoted(text)} begins with a slash: the host is missing", f"write HOST{text}", Span(0, 1))
        ]
    end = len(text.rstrip("/"))
    twice = text.find("//", begin)
    if begin <= twice < end:
        last = twice + len(text[twice:]) - len(text[twice:].lstrip("/"))
        found.append(
            BadRegistry("the registry has two slashes in a row", "write one", Span(twice, last), "/", "write one")
        )
        return found
    if 0 < end < len(text):
        found.append(_slash(end, len(text)))
    rest = text[begin:end]
    if "\\" in rest and "/" not in rest:
        slashes = rest.replace("\\", "/")
        return [
            *found,
            BadRegistry(
                "a registry is written with /", f"write {slashes}", Span(begin, end), slashes, f"write {slashes}"
            ),
        ]
    host = rest.partition("/")[0].lower()
    if host in SITES and "/" in rest:
        registry = SITES[host]
        fact, place = f"{host} is a website, and its registry is {registry}", Span(begin, begin + len(host))
        skip = len("/r") if host == "hub.docker.com" and rest[len(host) :].startswith("/r/") else 0
        place = Span(place.start, place.end + skip)
        return [*found, BadRegistry(fact, f"write {registry}", place, registry, f"write {registry}")]
    if "/" not in rest:
        if rest == "localhost" or "." in rest or ":" in rest:
            fact = f"{quoted(rest)} is a host without a repository"
            found.append(BadRegistry(fact, f"write {rest}/REPOSITORY", Span(begin, end)))
        return found
    found += _tag(rest, begin)
    path = begin + rest.index("/") + 1
    return found + _capitals(text, path, found[-1].within.start if found and found[-1].tag else end)


def literal_problems(registry: Resolution) -> list[BadRegistry]:
    """What is wrong with the literal parts of a template, whatever its values are."""
    found: list[BadRegistry] = []
    value = registry.source.value
    in_path = False
    for part in literals(registry):
        start, end = part.span
        text = value[start:end]
        if start == 0 and "://" in text:
            begin = text.index("://") + 3
            found.append(_scheme(text, begin))
            text, start = text[begin:], begin
        if end == len(value) and text.endswith("/"):
            end -= len(text) - len(text.rstrip("/"))
            found.append(_slash(end, len(value)))
            text = value[start:end]
        if end == len(value) and ":" in text.rpartition("/")[2] and not text.rpartition(":")[2].isdigit():
            tag = text.rpartition(":")[2]
            found += [_tagged(Span(end - len(tag) - 1, end), tag)]
            end -= len(tag) + 1
            text = value[start:end]
        slash = text.find("/")
        if in_path or slash >= 0:
            found += _capitals(value, start if in_path else start + slash + 1, end)
            in_path = True
    return found


def _scheme(text: str, begin: int) -> BadRegistry:
    scheme = text[:begin]
    return BadRegistry(f"the registry begins with {scheme}", "write it without", Span(0, begin), "", f"remove {scheme}")


def _slash(end: int, length: int) -> BadRegistry:
    return BadRegistry("the registry ends with a slash", "remove it", Span(end, length), "", "remove the slash")


def _at_sign(text: str) -> BadRegistry:
    at = text.index("@")
    if text[at + 1 :].startswith("sha256:") or "/" in text[:at].rpartition("://")[2]:
        return BadRegistry("the registry contains a digest", "write host/repository alone", Span(at, len(text)))
    return BadRegistry("the registry contains credentials", "remove them, and use: docker login", Span(0, at + 1))


def _tag(rest: str, begin: int) -> list[BadRegistry]:
    last = rest.rpartition("/")[2]
    if ":" not in last:
        return []
    tag = last.partition(":")[2]
    end = begin + len(rest)
    return [_tagged(Span(end - len(tag) - 1, end), tag)]


def _tagged(within: Span, tag: str) -> BadRegistry:
    fact = f"the registry contains the tag {quoted(tag)}"
    return BadRegistry(fact, "list it under tags", within, "", f"remove :{tag}", tag)


def _capitals(text: str, start: int, end: int) -> list[BadRegistry]:
    """What a path may not contain, between two offsets: all capital letters, else the first other character."""
    part = text[start:end]
    if part != part.lower() and part.isascii():
        fact = f"repository {quoted(part)} has capitals"
        lower = "write it in lower case"
        return [BadRegistry(fact, lower, Span(start, end), part.lower(), lower)]
    if only(part, REPOSITORY_CHARACTERS):
        return []
    at = next(i for i, ch in enumerate(part) if ch not in REPOSITORY_CHARACTERS)
    if part[at] == ":":  # an action follows, else the tag would be known
        return [BadRegistry("the registry contains a tag", "list it under tags", Span(start + at, end))]
    fact = f"a repository cannot contain {quoted(part[at])}"
    remedy = 'only a-z, 0-9, ".", "_", "-" and "/" are allowed'
    return [BadRegistry(fact, remedy, Span(start + at, start + at + 1))]
