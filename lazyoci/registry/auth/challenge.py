"""`WWW-Authenticate` challenges (RFC 9110 §11.6.1). Reading them never fails, whatever a server sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lazyoci.frozen import field, frozen

_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LIMIT = 16384  # characters of one header that are read


@frozen
class Challenge:
    """One challenge: its scheme in lower case, its parameters under lower-case names."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def realm(self) -> str:
        """Where to get a token (Bearer), or the name of the protected space (Basic)."""
        return self.parameters.get("realm", "")

    @property
    def service(self) -> str:
        """What the token server knows the registry as."""
        return self.parameters.get("service", "")

    @property
    def scope(self) -> str:
        """The scopes that the registry asks for, separated by spaces."""
        return self.parameters.get("scope", "")

    @property
    def error(self) -> str:
        """Why a token was refused: `insufficient_scope`, `invalid_token` …"""
        return self.parameters.get("error", "")


class _Reader:
    """A cursor over one header."""

    def __init__(self, text: str) -> None:
        self.text = text[:_LIMIT]
        self.at = 0

    def skip(self, letters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in letters:
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, allowed: frozenset[str]) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in allowed:
            self.at += 1
        return self.text[start : self.at]

    def value(self) -> str:
        """A quoted string, or a token; an unquoted value may hold more than a token does (seen: bare URLs)."""
        if self.peek() != '"':
            start = self.at
            while self.at < len(self.text) and self.text[self.at] not in ", \t":
                self.at += 1
            return self.text[start : self.at]
        self.at += 1
        out: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == '"':
                break
            if letter == "\\" and self.at < len(self.text):
                letter = self.text[self.at]
                self.at += 1
            out.append(letter)
        return "".join(out)


def _read(header: str) -> list[Challenge]:
    found: list[Challenge] = []
    reader = _Reader(header)
    scheme: str | None = None
    parameters: dict[str, str] = {}
    while True:
        reader.skip(", \t")
        if not reader.peek():
            break
        name = reader.take(_TOKEN)
        if not name:
            reader.at += 1  # not a letter of the grammar: step over it
            continue
        mark = reader.at
        reader.skip(" \t")
        if scheme is not None and reader.peek() == "=":
            # the blob of `Negotiate YII=` is read so too, as a parameter without a value; nobody asks for it
            reader.at += 1
            reader.skip(" \t")
            parameters.setdefault(name.lower(), reader.value())  # of a repeated one the first counts, as in docker
            continue
        if scheme is not None:
            found.append(Challenge(scheme, parameters))
        scheme, parameters = name.lower(), {}
        reader.at = mark
    if scheme is not None:
        found.append(Challenge(scheme, parameters))
    return found


def parse(headers: Iterable[str]) -> list[Challenge]:
    """All challenges of all `WWW-Authenticate` headers, in order; text that is no challenge is stepped over."""
    return [challenge for header in headers for challenge in _read(header)]


def choose(challenges: Iterable[Challenge]) -> Challenge | None:
    """The challenge to answer: the first Bearer with a realm, else the first Basic; others (Negotiate) are ignored."""
    basic: Challenge | None = None
    for challenge in challenges:
        if challenge.scheme == "bearer" and challenge.realm:
            return challenge
        if challenge.scheme == "basic" and basic is None:
            basic = challenge
    return basic
