"""What the user states about a run by `--occasion` or LAZYOCI_OCCASION, if neither CI nor git tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lazyoci.errors import UsageError
from lazyoci.frozen import frozen

EXAMPLES = "schedule, manual, pull-request=7, release=1.4.0, tag=v1.4.0, branch=feature/x, default-branch, base=main"
_ALONE = frozenset({"schedule", "manual"})


_Facts = dict[str, "str | int | bool | None"]


@frozen(kw_only=True)
class Stated:
    """The stated facts; None or empty for those that were not stated."""

    source: str = ""  # `--occasion` or LAZYOCI_OCCASION
    tag: str = ""
    pull_request: bool = False
    pr: int | None = None
    branch: str = ""
    default_branch: bool = False
    base: str = ""
    schedule: bool = False
    manual: bool = False

    @property
    def event(self) -> str:
        """The event that follows from the facts; empty if none does."""
        if self.tag:
            return "tag"
        if self.pull_request:
            return "pull-request"
        return "branch" if self.branch or self.default_branch else ""


def stated(given: Iterable[str], environ: Mapping[str, str], tag: str = "") -> Stated:
    """What `--occasion` says, else LAZYOCI_OCCASION, a list with commas; `tag` is `--tag`. Raises UsageError."""
    flags = tuple(given)
    found = [part.strip() for part in (flags or environ.get("LAZYOCI_OCCASION", "").split(",")) if part.strip()]
    source = "--occasion" if flags else "LAZYOCI_OCCASION"
    facts: _Facts = {}
    for word in found:
        for key, value in _facts(word, source).items():
            if facts.setdefault(key, value) != value:
                raise UsageError(f"{source} states two different things: {', '.join(found)}", hint="state one of them")
    made = Stated(source=source if found else "", **facts)  # type: ignore[arg-type]  # _FACTS makes no others
    if made.tag and (made.pull_request or made.branch or made.default_branch):
        raise UsageError(
            f"{source} states both a tag and a {'pull request' if made.pull_request else 'branch'}",
            hint="a run is for one of them; state that one",
        )
    if made.base and not made.pull_request:
        raise UsageError(f"{source} base={made.base} is of a pull request", hint="add pull-request=NUMBER")
    if made.pull_request and made.default_branch:
        raise UsageError(
            f"{source} states a pull request and default-branch, which a pull request never is",
            hint="for the branch it is to be merged into, write base=BRANCH",
        )
    _agree(made, environ, tag)
    return made


def _agree(made: Stated, environ: Mapping[str, str], tag: str) -> None:
    """Raise UsageError if a version that was given for the run contradicts the statement."""
    if not made.event:
        return
    from lazyoci import semver  # few runs state an event

    given = {"--tag": tag, "LAZYOCI_TAG": "" if tag else environ.get("LAZYOCI_TAG", "")}
    for source, text in (given | {"LAZYOCI_VERSION": environ.get("LAZYOCI_VERSION", "")}).items():
        version, own = semver.parse(text), semver.parse(made.tag)
        if version is not None and (own is None or own.full != version.full):
            raise UsageError(
                f"{source} {text} means a run for that version, and {made.source} means another",
                hint="give one of them",
            )


def _facts(word: str, source: str) -> _Facts:
    several = [part.strip() for part in word.split(",")]
    if len(several) > 1 and all(part.partition("=")[0] in (*_ALONE, "default-branch", *_FACTS) for part in several):
        listed = " ".join(f"--occasion {part}" for part in several)  # commas part the words of a scenario alone
        raise UsageError(f"{source} {word} is several in one", hint=f"give each by itself: {listed}")
    key, equals, value = word.partition("=")
    value = value.strip()
    if key in _ALONE or (key == "default-branch" and not equals):
        if equals:
            raise UsageError(f"{source} {key} takes no value", hint=f"write {key}")
        return {key.replace("-", "_"): True}
    maker = _FACTS.get(key)
    if maker is None:
        raise UsageError(f"{source} {word} is not known", hint=_remedy(key))
    if not value and not (key == "pull-request" and not equals):
        raise UsageError(f"{source} {key} needs a value", hint=f"write {_example(key)}")
    return maker(value, source)


def _pull_request(value: str, source: str) -> _Facts:
    if not value:
        return {"pull_request": True}
    text = value.removeprefix("#")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UsageError(f"{source} pull-request={value} is not a number", hint="write pull-request=7")
    return {"pull_request": True, "pr": int(text)}


def _version(key: str) -> Callable[[str, str], _Facts]:
    def make(value: str, source: str) -> _Facts:
        from lazyoci import semver  # every run imports this module, few state a version

        parsed = semver.parse(value)
        if parsed is None:
            raise UsageError(f"{source} {key}={value} is not a semantic version", hint=f"write {_example(key)}")
        other = "prerelease" if parsed.prerelease else "release"
        if other != key:
            raise UsageError(f"{source} {key}={value} is a {other}", hint=f"write {other}={value}")
        return {"tag": parsed.raw}

    return make


def _name(key: str, value: str, source: str) -> str:
    """The name of a branch or tag, of which the ref is taken as well: CI files have it at hand."""
    from lazyoci.world.ref_names import HEADS, TAGS, problem  # few runs state one

    kind, own, other = ("tag", TAGS, HEADS) if key == "tag" else ("branch", HEADS, TAGS)
    name = value.removeprefix(own)
    if name.startswith(other):
        named = name.removeprefix(other)
        meant = f"branch={named}" if key == "tag" else f"tag={named}" if key == "branch" else "base=main"
        raise UsageError(f"{source} {key}={value} is no {kind}", hint=f"write {meant}")
    why = problem(name, kind) if name else f"it names no {kind}"
    if why:
        raise UsageError(f"{source} {key}={value} is no {kind}: {why}", hint=f"write {_example(key)}")
    return name


_FACTS: dict[str, Callable[[str, str], _Facts]] = {
    "release": _version("release"),
    "prerelease": _version("prerelease"),
    "tag": lambda value, source: {"tag": _name("tag", value, source)},
    "pull-request": _pull_request,
    "branch": lambda value, source: {"branch": _name("branch", value, source)},
    "base": lambda value, source: {"base": _name("base", value, source)},
}


def _example(key: str) -> str:
    return {"prerelease": "prerelease=1.4.0-rc.1"}.get(
        key, next((one for one in EXAMPLES.split(", ") if one.startswith(f"{key}=")), key)
    )


def _remedy(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, [*_ALONE, "default-branch", *_FACTS], n=1)
    return f"did you mean {_example(close[0])}?" if close else f"it is one of {EXAMPLES}"
