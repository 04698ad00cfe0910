"""Reads conditions in the expressions of CI services, such as `github.ref == 'refs/heads/main'`, to suggest ours.

Used only for invalid files. Understood are comparisons of what a service tells about a run (its ref, branch, tag,
event), joined by `&&` and `||` or by `and(…)` and `or(…)`:
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions,
https://docs.gitlab.com/ci/jobs/job_rules/,
https://learn.microsoft.com/azure/devops/pipelines/process/expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lazyoci.frozen import frozen


def _all_of(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


_SUBJECTS = {  # what a run is compared by, as it is called by services, in small letters without signs
    **dict.fromkeys(("githubref", "ref", "variablesbuildsourcebranch", "buildsourcebranch"), "ref"),
    **_all_of(
        "branch",
        """githubrefname refname cicommitbranch cicommitrefname circlebranch branch branchname gitbranch
        variablesbuildsourcebranchname buildsourcebranchname bitbucketbranch dronebranch travisbranch buildkitebranch
        pipelinegitbranch envbranchname""",
    ),
    **_all_of(
        "tag",
        """cicommittag tag tagname gittag circletag dronetag travistag buildkitetag bitbuckettag
        pipelinegittag""",
    ),
    **dict.fromkeys(("githubreftype", "reftype"), "type"),
    **_all_of(
        "event",
        """githubeventname eventname event cipipelinesource variablesbuildreason buildreason droneevent
        dronebuildevent traviseventtype cipipelineevent""",
    ),
    **_all_of(
        "pull-request",
        """githubeventpullrequest cimergerequestiid cimergerequestid changeid dronepullrequest travispullrequest
        bitbucketprid githubheadref githubbaseref""",
    ),
}
_ANY_PUSH = "[branch, tag]"
_EVENTS = {
    **dict.fromkeys(
        ("pullrequest", "pullrequesttarget", "mergerequestevent", "mergerequest", "pr", "externalpullrequestevent"),
        "pull-request",
    ),
    **dict.fromkeys(("schedule", "scheduled", "cron"), "schedule"),
    **dict.fromkeys(("workflowdispatch", "web", "manual", "dispatch", "custom", "api"), "manual"),
    **dict.fromkeys(("release", "promote"), "release"),
    **dict.fromkeys(("tag", "tagpush"), "tag"),
    **dict.fromkeys(("push", "individualci", "batchedci"), _ANY_PUSH),
}
_EVENT_OF = {
    **dict.fromkeys(("release", "prerelease", "tag"), "tag"),
    **dict.fromkeys(("branch", "default-branch"), "branch"),
    "pull-request": "pull-request",
}
_SAME = frozenset(("pull-request", "schedule", "manual"))  # exactly what these events are; a push is more than branch
_DEFAULT = frozenset(("cidefaultbranch", "githubeventrepositorydefaultbranch"))
_LONGEST = 500
_ALWAYS = frozenset(("always()", "success()", "succeeded()", "true"))
_COMPARED = re.compile(r"(.+?)\s*(===?|!==?|=~|!~|=)\s*(.+)")
_CALL = re.compile(r"(\w+)\s*\((.*)\)", re.DOTALL)
_NAME = re.compile(r"[\w./@*-]+")


@frozen
class Translated:
    """The same condition in lazyoci's words, as YAML; `certain` if it says exactly what the expression says."""

    text: str
    certain: bool = True


_PUSH = Translated(_ANY_PUSH, certain=False)


def translate(text: str, other: Callable[[str], tuple[str, bool]]) -> Translated | None:
    """What says the same as an expression; None if it is none, or there is no such condition.

    `other` gives the term that a word most likely means, and whether that is certain; empty for none.
    """
    if len(text) > _LONGEST:
        return None  # the patterns here are for what people write on a line or two
    inner = re.fullmatch(r"\s*\$?\{\{-?(.*?)-?\}\}\s*", text, re.DOTALL)
    expression = (text if inner is None else inner[1]).strip()
    return _any(expression, other)


_Other = Callable[[str], tuple[str, bool]]


def _any(text: str, other: _Other) -> Translated | None:
    return _joined([_all(part, other) for part in _parts(text, "||", "or")], "[{}]")


def _all(text: str, other: _Other) -> Translated | None:
    parts = [_one(part, other) for part in _parts(text, "&&", "and")]
    if any(one is not None and re.match("branch|tag|default-branch", one.text) for one in parts):
        parts = [Translated("") if one == _PUSH else one for one in parts]  # a branch or tag is pushed anyway
    if _contradict([one.text for one in parts if one is not None]):
        found = _joined(parts, "[{}]")  # both at once is never true, so either was meant
        return None if found is None else Translated(found.text, certain=False)
    return _joined(parts, "{{all: [{}]}}")


def _contradict(texts: list[str]) -> bool:
    """Whether words ask for two events, of which a run has one: a tag, a branch, a pull request."""
    return len({_EVENT_OF.get(text.partition(":")[0], text) for text in texts} & set(_EVENT_OF.values())) > 1


def _joined(parts: list[Translated | None], form: str) -> Translated | None:
    found = [one for one in parts if one is not None]
    if len(found) != len(parts):
        return None
    found = [one for one in found if one.text] or found[:1]  # what is always true adds nothing to others
    if len(found) == 1:
        return Translated(found[0].text, found[0].certain and len(parts) == 1)
    texts = dict.fromkeys(one.text for one in found)
    return Translated(form.format(", ".join(texts)), all(one.certain for one in found))


def _one(text: str, other: _Other) -> Translated | None:
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        return _any(text[1:-1], other)
    if text.startswith("!") and not text.startswith("!="):
        return _not(_one(text[1:], other))
    if text.casefold() in _ALWAYS:
        return Translated("")
    call = _CALL.fullmatch(text)
    if call is not None:
        return _called(call[1].casefold(), list(_arguments(call[2])), other)
    compared = _COMPARED.fullmatch(text)
    if compared is not None:
        return _compared(*compared.groups())
    kind = _SUBJECTS.get(_folded(text), "") if not text.isalpha() else ""
    if kind in ("branch", "tag", "pull-request"):
        return Translated(kind)
    term, certain = other(text)
    return Translated(term, certain) if term else None


def _called(name: str, arguments: list[str], other: _Other) -> Translated | None:
    """The condition for a call, as of `startsWith` in GitHub and `eq` in Azure."""
    if name in ("and", "or") and arguments:
        parts = [_any(one, other) for one in arguments]
        return _joined(parts, "{{all: [{}]}}" if name == "and" else "[{}]")
    if name == "not" and len(arguments) == 1:
        return _not(_any(arguments[0], other))
    if name in ("eq", "ne") and len(arguments) == 2:
        return _compared(arguments[0], "==" if name == "eq" else "!=", arguments[1])
    if name in ("startswith", "contains") and len(arguments) == 2:
        kind, start = _SUBJECTS.get(_folded(arguments[0]), ""), _plain(arguments[1])
        return _starting(kind, start, certain=name == "startswith")
    return None


def _starting(kind: str, start: str, *, certain: bool) -> Translated | None:
    """The condition for a ref, branch or tag that begins with `start`."""
    if kind == "ref" and start.startswith("refs/"):
        part, _, start = start.removeprefix("refs/").partition("/")
        kind = {"heads": "branch", "tags": "tag", "pull": "pull-request"}.get(part, "")
        if kind == "pull-request":
            return Translated(kind)
        if kind and not start:
            return Translated(kind)
    if kind not in ("branch", "tag") or not _NAME.fullmatch(start):
        return None
    return Translated(f"{kind}:{start}**", certain)  # * would stop at a slash


def _compared(left: str, sign: str, right: str) -> Translated | None:
    kind, value = _SUBJECTS.get(_folded(left), ""), _plain(right)
    found: Translated | None = None
    if sign in ("=~", "!~"):
        found = _matching(kind, right.strip())
    elif _folded(right) in _DEFAULT or "default_branch" in right:
        found = Translated("default-branch") if kind in ("ref", "branch") else None
    elif kind == "type":
        found = Translated(value) if value in ("branch", "tag") else None
    elif kind == "event":
        word = _EVENTS.get(_folded(value), "")
        found = Translated(word, word in _SAME) if word else None
    elif kind and value in ("", "null", "false"):
        found = _not(Translated(kind)) if kind in ("branch", "tag", "pull-request") else None
    elif kind == "ref":
        part = re.fullmatch(r"refs/(heads|tags)/(.+)", value)
        found = Translated(f"{'branch' if part[1] == 'heads' else 'tag'}:{part[2]}") if part is not None else None
    elif kind in ("branch", "tag") and _NAME.fullmatch(value):
        version = kind == "branch" and re.match(r"v?\d", value) is not None  # ref_name holds a tag's name, too
        found = Translated(f"tag:{value}", certain=False) if version else Translated(f"{kind}:{value}")
    return _not(found) if sign.startswith("!") else found


def _matching(kind: str, pattern: str) -> Translated | None:
    """The condition for a regular expression that only asks how a name begins: `/^v/`, `/^release\\/.*$/`."""
    simple = re.fullmatch(r"/\^([\w.-]+(?:\\?/)?)(?:\.\*|\\d.*)?\$?/i?", pattern)
    return None if simple is None else _starting(kind, simple[1].replace("\\", ""), certain=False)


def _not(found: Translated | None) -> Translated | None:
    if found is None or not found.text:
        return None
    if found.text.startswith("["):  # not one of them: none of them
        terms = [f"not {one}" for one in found.text[1:-1].split(", ")]
        return Translated(f"{{all: [{', '.join(terms)}]}}", found.certain) if "[" not in found.text[1:] else None
    if found.text.startswith("{"):
        return None
    if found.text.startswith("not "):
        return Translated(found.text.removeprefix("not "), found.certain)
    return Translated(f"not {found.text}", found.certain)


def _parts(text: str, sign: str, word: str) -> Iterator[str]:
    """`text` parted at `sign` or ` word ` where these stand in no parentheses and no quotes."""
    start = 0
    for at in _outside(text):
        for joint in (sign, f" {word} "):
            if text.startswith(joint, at) and at >= start:
                yield text[start:at]
                start = at + len(joint)
    yield text[start:]


def _arguments(text: str) -> Iterator[str]:
    start = 0
    for at in _outside(text):
        if text[at] == ",":
            yield text[start:at].strip()
            start = at + 1
    if text[start:].strip():
        yield text[start:].strip()


def _outside(text: str) -> Iterator[int]:
    """The offsets of `text` that are in no parentheses, brackets or quotes."""
    depth, quote = 0, ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif not depth:
            yield at


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
