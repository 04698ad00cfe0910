"""TeamCity: a variable has the commit; the rest is in Java properties files, to which another variable leads."""

from __future__ import annotations

import re

from lazyoci.world.ci.facts import Told, Variables, branch_of, number, pull_request_of, tag_of

_FILE = "TEAMCITY_BUILD_PROPERTIES_FILE"
_MORE = "teamcity.configuration.properties.file"
_BRANCH, _IS_DEFAULT, _REFS = "teamcity.build.branch", "teamcity.build.branch.is_default", "teamcity.build.vcs.branch."
_REQUEST = "teamcity.pullRequest."


def read(get: Variables) -> Told:
    """The facts of a build."""
    first = properties(_content(get, get(_FILE)))
    found = {**first, **properties(_content(get, first.get(_MORE, "")))}
    commit = get("BUILD_VCS_NUMBER")
    refs = {text for name, text in found.items() if name.startswith(_REFS)}
    ref = refs.pop() if len(refs) == 1 else ""  # several different ones come from several repositories
    logical = found.get(_BRANCH, "")  # the ref's name by the branch specification
    request = number(found.get(f"{_REQUEST}number", ""))
    in_ref = pull_request_of(ref) if pull_request_of(ref) is not None else pull_request_of(logical)
    if request is not None or in_ref is not None:
        source = found.get(f"{_REQUEST}source.branch", "")
        return Told(
            event="pull_request",
            branch=branch_of(source),
            pr=in_ref if request is None else request,
            base=branch_of(found.get(f"{_REQUEST}target.branch", "")),
            commit=commit,
            # the source branch is given only where it lies in the target's repository
            fork=not source if request is not None else None,
        )
    tag = tag_of(ref) or tag_of(logical)
    if tag:
        return Told(tag=tag, commit=commit, fork=False)
    branch = branch_of(ref) or branch_of("" if logical == "<default>" else logical)
    is_default = {"true": True, "false": False}.get(found.get(_IS_DEFAULT, ""))
    return Told(
        branch=branch,
        default_branch=branch if is_default else "",
        is_default_branch=is_default,
        commit=commit,
        fork=False,
    )


def _content(get: Variables, path: str) -> str:
    return get.file(path).decode("latin-1")  # what java.util.Properties writes


_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_SHORT = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_PAIR = re.compile(r"((?:\\.|[^\\:= \t\f])*)[ \t\f]*[:=]?[ \t\f]*(.*)", re.DOTALL)


def properties(text: str) -> dict[str, str]:
    """A file of java.util.Properties."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\r|\n", text))
    for line in lines:
        line = line.lstrip(" \t\f")
        if not line or line[0] in "#!":
            continue
        while (len(line) - len(line.rstrip("\\"))) % 2:  # an odd number of backslashes: the next line belongs to it
            line = line[:-1] + next(lines, "").lstrip(" \t\f")
        match = _PAIR.fullmatch(line)
        assert match is not None  # it matches any text
        found[_plain(match[1])] = _plain(match[2])
    return found


def _plain(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        escaped = match[1]
        return chr(int(escaped[1:], 16)) if len(escaped) == 5 else _SHORT.get(escaped, escaped)

    return _ESCAPE.sub(character, text)
