"""Tags that stand for a version, and those among them whose text shows that they are not a release.

A variable counts only if another value of it would change the text. `{{ if .Tag }}{{ .Version }}{{ end }}` only tests
`.Tag`, so its text does not show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lazyoci import semver, template
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Subject
from lazyoci.template import TemplateError
from lazyoci.values.version import Version

if TYPE_CHECKING:
    from lazyoci.values import Values
    from lazyoci.values.standing import Standing

# a tag that also names the commit, the time or the pull request cannot be a release's
_TELLING_COMMIT = ("GitSHA", "GitSHALong", "Timestamp", "Date", "PullRequest")
_TELLING_APART = (*_TELLING_COMMIT, "Tag")
_TELLING_BY_BEING = ("GitDirty", "PullRequest")  # nor can one with text that is only there because of these
_TELLING_PRERELEASE = ("VersionFull", "VersionRaw")
_TELLING_BUILD = ("VersionBuild", "VersionRaw", "Tag", "GitTag")
_WHOLE = ("Version", "VersionFull", "VersionRaw", "Tag", "GitTag", "ChartVersion")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OTHER = str.maketrans(
    f"0123456789{_LETTERS}{_LETTERS.upper()}",
    f"1234567890{_LETTERS[1:]}a{_LETTERS[1:].upper()}A",
)


def version_of(resolution: Resolution) -> str | None:
    """The first variable by which a text names the version; None if a release cannot have this text."""
    return _named(resolution, ("Version",), _TELLING_APART)


def _named(resolution: Resolution, fronts: tuple[str, ...], telling: tuple[str, ...]) -> str | None:
    known = _known(resolution)
    named = next((name for name in known if name.startswith(fronts) and _shows(resolution, known, name)), None)
    if named is None or any(name in known and _shows(resolution, known, name) for name in telling):
        return None
    return None if any(_adds(resolution, known, name) for name in _TELLING_BY_BEING) else named


def given_versions(subject: Subject) -> Iterator[tuple[Resolution, str, Standing]]:
    """Each tag that stands for a version given by the user or by CI, with the variable that names it."""
    yield from subject.once("given versions", lambda: tuple(_given_versions(subject)))


def _given_versions(subject: Subject) -> Iterator[tuple[Resolution, str, Standing]]:
    if not subject.world.has_git:
        return
    known: dict[tuple[int, str], Standing | None] = {}
    for tag, values in _tags(subject):
        name = _named(tag, ("Version", "Tag", "GitTag"), _TELLING_COMMIT)
        if name is None:
            continue
        key = id(values), name
        if key not in known:
            known[key] = values.standing(name)
        found = known[key]
        if found is not None:
            yield tag, name, found


def tags_of_versions(subject: Subject) -> Iterator[tuple[Resolution, str, Version]]:
    """Each tag that a release can have too, once, with the variable that names the version, and the version."""
    yield from subject.once("tags of versions", lambda: tuple(_tags_of_versions(subject)))


def _tags_of_versions(subject: Subject) -> Iterator[tuple[Resolution, str, Version]]:
    for tag, values in _tags(subject):
        name = version_of(tag)
        if name is not None:
            yield tag, name, values.version


def _tags(subject: Subject) -> Iterator[tuple[Resolution, Values]]:
    """Each tag that is a template and could be rendered, once, with the values of its artifact's version."""
    seen: set[int] = set()
    for artifact in subject.plan.artifacts:
        for reference in artifact.references:
            tag = reference.tag
            if tag.error is None and tag.used and not reference.conditional and id(tag.source.node) not in seen:
                seen.add(id(tag.source.node))
                yield tag, artifact.resolved.values.base


def drops_prerelease(resolution: Resolution) -> bool:
    """Whether a text names the version, but not whether it is a prerelease."""
    if version_of(resolution) is None:
        return False
    known = _known(resolution)
    told = any(name in known and _shows(resolution, known, name) for name in _TELLING_PRERELEASE)
    return not told and not _adds(resolution, known, "VersionPrerelease")


def names_chart(resolution: Resolution) -> bool:
    """Whether a text names the version of a chart, but not the commit."""
    return resolution.error is None and _named(resolution, ("ChartVersion",), _TELLING_COMMIT) is not None


def version_source(resolution: Resolution) -> str:
    """The source of the whole version in a text that does not name the commit; empty if it names no version."""
    if (
        resolution.error is not None
        or _named(resolution, ("Version", "Tag", "GitTag", "ChartVersion"), _TELLING_COMMIT) is None
    ):
        return ""
    known = _known(resolution)
    named = [one for one in resolution.used if one.name in _WHOLE and one.text and semver.parse(one.text)]
    return next((one.source for one in named if _shows(resolution, known, one.name)), "")


def shows_build(resolution: Resolution) -> bool:
    """Whether a text names the build metadata of the version."""
    known = _known(resolution)
    return any(name in known and _shows(resolution, known, name) for name in _TELLING_BUILD)


def _known(resolution: Resolution) -> Mapping[str, str]:
    """The values that a text was made from, in the order of their use."""
    return {value.name: value.text for value in resolution.used if value.text is not None}


def _shows(resolution: Resolution, known: Mapping[str, str], name: str) -> bool:
    """Whether another value of a variable changes the text, and not only whether the variable has a value."""
    return bool(known[name]) and _again(resolution, {**known, name: known[name].translate(_OTHER)}) != resolution.text


def _adds(resolution: Resolution, known: Mapping[str, str], name: str) -> bool:
    """Whether the text differs, but is not empty, if a variable has no value."""
    return bool(known.get(name)) and _again(resolution, {**known, name: ""}) not in ("", resolution.text)


def _again(resolution: Resolution, values: Mapping[str, str]) -> str:
    """The text for other values; empty if it cannot be rendered."""
    assert resolution.template is not None  # else it was made from no values
    others = {name for name, _span in resolution.template.fields()} - values.keys()
    try:
        return template.execute(resolution.template, values, others).text
    except TemplateError:
        return ""
