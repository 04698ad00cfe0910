"""Suggests what an invalid text of a condition was meant to be. Used only for invalid files."""

from __future__ import annotations

import re

from lazyoci.config.suggest import suggest
from lazyoci.frozen import frozen
from lazyoci.when.ci_expressions import translate
from lazyoci.when.terms import GLOBS, NOT, WORDS, term
from lazyoci.yaml.excerpt import excerpt

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
_IS_FOREIGN = re.compile(r"[$()=~]|\bgithub\.")
_BETWEEN = re.compile(r"[\s,|&]+")
_JOINING = ("and", "or")
_NO = re.compile(r"(?:not|non|no|never|except|unless|without|un)(?:[\s:_-]+|(?=\w))|[-~]\s*(?=\w)", re.IGNORECASE)
_BRACES = re.compile(r"(.*?)\{([^{}]*,[^{}]*)\}(.*)", re.DOTALL)
_GROUP = re.compile(r"(.*?)[@+*?!]?\(([^()]*\|[^()]*)\)(.*)", re.DOTALL)  # of extended globs, and regular expressions
_EXTENDED = re.compile(r"[@+*?!]\(|\.\+|\(\?")


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
    said = excerpt(shown)
    if not shown:
        return Meant("the condition is empty; name an occasion, such as release")
    if shown.casefold() in ("true", "always", "yes"):
        return Meant(f'"{said}" is no occasion; leave "when" out for what is always due')
    if shown.casefold() in ("false", "never", "no"):
        return Meant(f'"{said}" is no occasion; remove what is never due')
    word, colon, glob = shown.removeprefix("!").removeprefix(NOT).strip().partition(":")
    word = word.strip()
    if colon and word in GLOBS:
        kind = "a name, or a part of one with *, as in branch:release/*" if word == "branch" else "one, as in tag:v1.*"
        if not glob.strip():
            return Meant(f'"{said}" names no {word}; write {kind}')
        if " " in glob.strip():
            return Meant(f'"{said}" matches nothing, as no {word} holds a space; write a list for one of several')
        instead = f"{NOT} " * shown.startswith(("!", NOT)) + f"{word}:{glob.strip()}"
        if term(instead) is not None and misspelt(instead) is None:
            return Meant(f'"{said}" is no occasion; did you mean "{instead}"?', instead)
    negated = shown.startswith(("!", f"{NOT} "))
    rest = shown.removeprefix("!").removeprefix(NOT).strip() if negated else shown
    but = _without_no(rest)
    if but and negated:  # said twice, so what is meant is not clear
        return Meant(f'"{said}" is no occasion; write "{NOT} " once, or leave it out')
    if but:
        negated, rest = True, but
    if not but and _IS_FOREIGN.search(shown) and (expression := foreign(shown)) is not None:
        return expression
    guess, certain = _guess(rest)
    instead = f"{NOT} {guess}" if negated else guess
    if guess and misspelt(instead) is None:
        return Meant(f'"{said}" is no occasion; did you mean "{instead}"?', instead, certain)
    expression = foreign(shown)
    if expression is not None:
        return expression
    several = [one for one in _BETWEEN.split(rest) if one and one not in _JOINING]
    if len(several) > 1 and all(map(term, several)):
        return Meant(f'"{said}" is no occasion; write a list for one of several, or {{all: […]}} for all of them')
    return Meant(f'"{said}" is no occasion; write one of {", ".join(WORDS)}, tag:GLOB or branch:GLOB')


def _without_no(shown: str) -> str:
    """What stands behind another way to say `not`, as in `not-release`, `non-release` or `unless release`; else empty.

    Without this, the nearest word to `not-release` would be `release`, which is its contrary.
    """
    found = _NO.match(shown)
    if found is None or shown.casefold().replace("_", "-") in _CALLED:
        return ""
    rest = shown[found.end() :].strip()
    if rest[: len(NOT)].casefold() == NOT or rest.startswith(("!", "-", "~")):
        return ""
    guess, certain = _guess(rest)
    is_apart = not found[0][-1:].isalpha()
    return rest if term(rest) is not None or certain or (is_apart and guess) else ""


def foreign(text: str) -> Meant | None:
    """What to write for a condition in the expressions of a CI service; None if it is none, or has no equivalent."""
    found = translate(text, _term)
    if found is None:
        return None
    shown = f'"{excerpt(text.strip())}"'
    if not found.text:
        return Meant(f'{shown} is always true; leave "when" out for what is always due')
    if not _IS_FOREIGN.search(text):
        return Meant(f'{shown} is no occasion; did you mean "{found.text}"?', found.text, certain=False)
    also = ", or default-branch" if found.text in ("branch:main", "branch:master") else ""
    message = f"{shown} is an expression of a CI service, and conditions are words here; write {found.text}{also}"
    return Meant(message, found.text, found.certain)


def _term(word: str) -> tuple[str, bool]:
    """The term that is meant by a part of an expression."""
    guess, certain = (word, True) if term(word) is not None else _guess(word)
    return (guess, certain) if guess and misspelt(guess) is None else ("", False)


def _guess(rest: str) -> tuple[str, bool]:
    """The term that is probably meant, and whether that is certain; empty if none is similar."""
    words = rest.split()
    if len(words) != 1:
        joined = "-".join(words).casefold()
        named = f"{_KINDS.get(words[0].casefold(), '')}:{words[-1]}" if len(words) == 2 else ""
        return (joined, True) if joined in WORDS else (named if term(named) is not None else "", False)
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


def _several(glob: str) -> list[str]:
    """What a glob of another kind stands for that means one of several, as `{main,develop}` does; else nothing."""
    for pattern, between in ((_BRACES, ","), (_GROUP, "|")):
        found = pattern.fullmatch(glob)
        if found is not None:
            return [f"{found[1]}{one.strip()}{found[3]}" for one in found[2].split(between)]
    return [one.strip() for one in glob.split("|") if one.strip()] if "|" in glob else []


def _impossible(word: str, glob: str) -> Meant | None:
    """Why a glob cannot match any name of a branch or tag."""
    start = "refs/heads/" if word == "branch" else "refs/tags/"
    if glob.startswith(start):
        instead = f"{word}:{glob.removeprefix(start)}"
        return Meant(f'"{glob}" matches nothing, as the names that it is compared with lack {start}; write "{instead}"')
    several = _several(glob)
    if several:
        listed = ", ".join(f'"{word}:{one}"' for one in several)
        return Meant(f'"{glob}" is compared as it stands, as of all signs only * and ? are special; write [{listed}]')
    if glob.startswith("!"):
        return Meant(f'"{glob}" is compared as it stands, with the "!"; for all others write "not {word}:{glob[1:]}"')
    if glob.endswith("$") or _EXTENDED.search(glob):
        return Meant(
            f'"{glob}" is compared as it stands, as it is no regular expression; of all signs only * and ? are special'
        )
    sign = next((sign for sign in glob if sign in _IN_NO_NAME), "")
    if sign or ".." in glob or glob.startswith(("/", "-")) or glob.endswith((".", "/", ".lock")):
        holds = f"holds {sign!r}" if sign else "begins or ends so" if ".." not in glob else "holds .."
        return Meant(f'"{glob}" matches nothing, as no {word} {holds}; write it as git shows the name, with * and ?')
    return None
