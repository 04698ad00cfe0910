"""Suggests what an invalid text of a condition was meant to be. Used only for invalid files."""

from __future__ import annotations

import re

from lazyoci.config.suggest import suggest
from lazyoci.frozen import frozen
from lazyoci.when.terms import GLOBS, NOT, WORDS, term

_CALLED = {  # names in other programs
    "pr": "pull-request",
    "mr": "pull-request",
    "merge-request": "pull-request",
    "merge": "pull-request",
    "default": "default-branch",
    "main": "default-branch",
    "master": "default-branch",
    "trunk": "default-branch",
    "edge": "default-branch",
    "cron": "schedule",
    "scheduled": "schedule",
    "nightly": "schedule",
    "weekly": "schedule",
    "timer": "schedule",
    "dispatch": "manual",
    "workflow-dispatch": "manual",
    "web": "manual",
    "push": "branch",
    "heads": "branch",
    "semver": "release",
    "stable": "release",
    "published": "release",
    "rc": "prerelease",
    "pre-release": "prerelease",
    "pre": "prerelease",
}
_IN_NO_NAME = frozenset(" ~^:\\[")  # not allowed by git in names of branches and tags; * and ? are for our globs


_KINDS = {"tag": "tag", "tags": "tag", "branch": "branch", "branches": "branch", "head": "branch", "heads": "branch"}
_REFS = {"refs/heads/": "branch", "refs/tags/": "tag"}
_BARE = {"heads/": "branch", "tags/": "tag"}  # may be the beginning of a branch, too
_BETWEEN = re.compile(r"[\s,|&]+")
_JOINING = ("and", "or")


@frozen
class Meant:
    """What is wrong with a text. `instead` is what was probably meant, or surely if it is `certain`."""

    message: str
    instead: str = ""
    certain: bool = True


def misspelt(text: str) -> Meant | None:
    """What is wrong with a text of a condition; None if it is valid."""
    found = term(text)
    if found is not None:
        return _impossible(found.word, found.glob) if found.glob else None
    shown = text.strip()
    if not shown:
        return Meant("the condition is empty; name an occasion, such as release")
    if shown.casefold() in ("true", "always", "yes"):
        return Meant(f'"{shown}" is no occasion; leave "when" out for what is always due')
    if shown.casefold() in ("false", "never", "no"):
        return Meant(f'"{shown}" is no occasion; remove what is never due')
    word, colon, glob = shown.removeprefix("!").removeprefix(NOT).strip().partition(":")
    if colon and word in GLOBS:
        kind = "a name, or a part of one with *, as in branch:release/*" if word == "branch" else "one, as in tag:v1.*"
        if not glob.strip():
            return Meant(f'"{shown}" names no {word}; write {kind}')
        if " " in glob.strip():
            return Meant(f'"{shown}" matches nothing, as no {word} holds a space; write a list for one of several')
    negated = shown.startswith(("!", f"{NOT} "))
    rest = shown.removeprefix("!").removeprefix(NOT).strip() if negated else shown
    guess, certain = _guess(rest)
    instead = f"{NOT} {guess}" if negated else guess
    if guess and misspelt(instead) is None:
        return Meant(f'"{shown}" is no occasion; did you mean "{instead}"?', instead, certain)
    several = [one for one in _BETWEEN.split(rest) if one and one not in _JOINING]
    if len(several) > 1 and all(map(term, several)):
        return Meant(f'"{shown}" is no occasion; write a list for one of several, or {{all: […]}} for all of them')
    return Meant(f'"{shown}" is no occasion; write one of {", ".join(WORDS)}, tag:GLOB or branch:GLOB')


def _guess(rest: str) -> tuple[str, bool]:
    """The term that is probably meant, and whether that is certain; empty if none is similar."""
    if len(rest.split()) != 1:
        joined = "-".join(rest.casefold().split())
        return (joined, True) if joined in WORDS else ("", False)
    word, colon, glob = rest.partition(":")
    folded = word.casefold().replace("_", "-")
    if colon:
        if folded in _KINDS or not glob:
            return (f"{_KINDS[folded]}:{glob}", True) if glob else ("", False)
        close = suggest(folded, _KINDS)
        return ("", False) if close is None else (f"{_KINDS[close.word]}:{glob}", close.certain)
    for start, kind in _REFS.items():
        if rest.startswith(start):
            return f"{kind}:{rest.removeprefix(start)}", True
    for start, kind in _BARE.items():
        if rest.startswith(start):
            return f"{kind}:{rest.removeprefix(start)}", False
    if folded in WORDS:
        return folded, True
    if folded in _CALLED:
        return _CALLED[folded], False
    if "/" in rest or "*" in rest:
        return f"{'tag' if rest.startswith('v') else 'branch'}:{rest}", False
    close = suggest(folded, WORDS)
    return ("", False) if close is None else (close.word, close.certain)


def _impossible(word: str, glob: str) -> Meant | None:
    """Why a glob cannot match any name of a branch or tag."""
    start = "refs/heads/" if word == "branch" else "refs/tags/"
    if glob.startswith(start):
        instead = f"{word}:{glob.removeprefix(start)}"
        return Meant(f'"{glob}" matches nothing, as the names that it is compared with lack {start}; write "{instead}"')
    sign = next((sign for sign in glob if sign in _IN_NO_NAME), "")
    if sign or ".." in glob or glob.startswith(("/", "-")) or glob.endswith((".", "/", ".lock")):
        holds = f"holds {sign!r}" if sign else "begins or ends so" if ".." not in glob else "holds .."
        return Meant(f'"{glob}" matches nothing, as no {word} {holds}; write it as git shows the name, with * and ?')
    return None
