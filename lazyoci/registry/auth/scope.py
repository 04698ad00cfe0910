"""Scopes of registry tokens: `type:name:action,action`.

Each resource is named once, and the one that is written to comes first: some token servers fail where a resource is
named twice, others read the first scope only.

https://distribution.github.io/distribution/spec/auth/scope/
"""

from __future__ import annotations

from collections.abc import Iterable

from lazyoci.frozen import frozen

_ORDER = {"pull": 0, "push": 1, "delete": 2}


@frozen
class Scope:
    """Actions wanted on one resource."""

    type: str
    name: str
    actions: frozenset[str]

    def __str__(self) -> str:
        actions = sorted(self.actions, key=lambda action: (_ORDER.get(action, 9), action))
        return f"{self.type}:{self.name}:{','.join(actions)}"

    @property
    def writes(self) -> bool:
        """Whether this asks for more than reading."""
        return bool(self.actions - {"pull"})


Scopes = tuple[Scope, ...]


def repository(path: str, *actions: str) -> Scope:
    """The scope of a repository: `repository:<path>:<actions>`."""
    return Scope("repository", path, frozenset(actions))


PULL = ("pull",)
PUSH = ("pull", "push")
DELETE = ("pull", "push", "delete")
CATALOG = Scope("registry", "catalog", frozenset("*"))


def of(path: str, *, push: bool) -> Scopes:
    """What reading from a repository needs, or pushing to it."""
    return (repository(path, *(PUSH if push else PULL)),)


def parse(text: str) -> Scopes:
    """Scopes separated by spaces; what does not look like one is left out."""
    found: list[Scope] = []
    for item in text.split():
        kind, colon, rest = item.partition(":")
        name, colon2, actions = rest.rpartition(":")
        if kind and name and colon and colon2:
            found.append(Scope(kind, name, frozenset(part for part in actions.split(",") if part)))
    return tuple(found)


def union(*groups: Iterable[Scope]) -> Scopes:
    """All scopes of all groups, each resource once: those that write first, else in the order in which they come."""
    merged: dict[tuple[str, str], frozenset[str]] = {}
    for group in groups:
        for scope in group:
            key = (scope.type, scope.name)
            merged[key] = merged.get(key, frozenset()) | scope.actions
    scopes = [Scope(kind, name, actions) for (kind, name), actions in merged.items()]
    return tuple(sorted(scopes, key=lambda scope: not scope.writes))  # a stable sort: the order of asking is kept


def beside(wanted: Scopes, expected: Scopes, most: int) -> Scopes:
    """Those of the `expected` scopes to ask for together with what is `wanted`: always the same part of them.

    Nothing where there is only one, or where what is wanted is not among them.
    """
    if len(expected) < 2 or not wanted or wanted[0] not in expected:
        return ()
    at = expected.index(wanted[0]) // most * most
    part = expected[at : at + most]
    return part if len(part) > 1 else ()


def covers(have: Iterable[Scope], wanted: Iterable[Scope]) -> bool:
    """Whether every wanted action is among those of `have`."""
    owned = {(scope.type, scope.name): scope.actions for scope in have}
    return all(scope.actions <= owned.get((scope.type, scope.name), frozenset()) for scope in wanted)
