"""Matches names of branches and tags: `*` is any text without a slash, `**` any text, `?` one character but a slash."""

from __future__ import annotations

from collections.abc import Iterable

_MANY = ("*", "**")


def matches(glob: str, name: str) -> bool:
    """Whether `glob` matches all of `name`; case matters. Takes time of at most the product of their lengths."""
    pattern = Glob(glob)
    return pattern.is_whole(pattern.after(pattern.start, name))


class Glob:
    """A glob that is followed through a name: the places in it that the name so far may have reached."""

    def __init__(self, glob: str) -> None:
        self._tokens = _tokens(glob)
        self.start = self._with_empty([0])

    def after(self, places: frozenset[int], name: str) -> frozenset[int]:
        """The places that are reached from others by a text; none if it does not match."""
        for sign in name:
            taken = [at for at in places if at < len(self._tokens) and _takes(self._tokens[at], sign)]
            places = self._with_empty([at if self._tokens[at] in _MANY else at + 1 for at in taken])
        return places

    def is_whole(self, places: frozenset[int]) -> bool:
        """Whether a name that ends at these places is matched."""
        return len(self._tokens) in places

    def _with_empty(self, places: Iterable[int]) -> frozenset[int]:
        """The places, and those that are reached if stars match the empty text."""
        found = set()
        for at in places:
            found.add(at)
            while at < len(self._tokens) and self._tokens[at] in _MANY:
                at += 1
                found.add(at)
        return frozenset(found)


def _tokens(glob: str) -> list[str]:
    tokens: list[str] = []
    for sign in glob:
        if sign == "*" and tokens and tokens[-1] in _MANY:
            tokens[-1] = "**"
        else:
            tokens.append(sign)
    return tokens


def _takes(token: str, sign: str) -> bool:
    return token == sign or token == "**" or (token in ("*", "?") and sign != "/")
