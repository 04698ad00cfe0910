"""Matches names of branches and tags: `*` is any text without a slash, `**` any text, `?` one character but a slash."""

from __future__ import annotations

_MANY = ("*", "**")


def matches(glob: str, name: str) -> bool:
    """Whether `glob` matches all of `name`; case matters. Takes time of at most the product of their lengths."""
    tokens = _tokens(glob)
    used = _with_empty(tokens, {0})  # possible numbers of tokens that the name so far has matched
    for sign in name:
        taken = [at for at in used if at < len(tokens) and _takes(tokens[at], sign)]
        used = _with_empty(tokens, {at if tokens[at] in _MANY else at + 1 for at in taken})
    return len(tokens) in used


def _tokens(glob: str) -> list[str]:
    tokens: list[str] = []
    for sign in glob:
        if sign == "*" and tokens and tokens[-1] in _MANY:
            tokens[-1] = "**"
        else:
            tokens.append(sign)
    return tokens


def _with_empty(tokens: list[str], used: set[int]) -> set[int]:
    """`used` and the positions that are reached if stars match the empty text."""
    found = set()
    for at in used:
        found.add(at)
        while at < len(tokens) and tokens[at] in _MANY:
            at += 1
            found.add(at)
    return found


def _takes(token: str, sign: str) -> bool:
    return token == sign or token == "**" or (token in ("*", "?") and sign != "/")
