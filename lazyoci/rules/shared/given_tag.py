"""What a `--tag` was probably meant to be that is a version for no artifact of the run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lazyoci import semver
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.world.version_line import Line

_TAG = re.compile(r"\.Tag\b")
_FOLLOW = re.compile(r"\.(?:Git)?(?:Tag|Version)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+){1,2}(?:-[0-9A-Za-z.-]+)?$")


def has_tag(one: Resolution) -> bool:
    """Whether a text is a template with `.Tag`, in any of its branches."""
    return one.source.is_template and _TAG.search(one.source.value) is not None


def follows(one: Resolution) -> bool:
    """Whether a text uses the tag in any branch of its template, or tries to in a template with an error."""
    return one.error is not None or (one.source.is_template and _FOLLOW.search(one.source.value) is not None)


def lines_of(artifacts: Sequence[ResolvedArtifact]) -> list[Line | None]:
    """The lines of git tags that the artifacts follow, each once; None is that of the repository's versions."""
    origins = [one.values.base.origin for one in artifacts]
    return list(dict.fromkeys(None if one is None else one.line for one in origins))


def meant(given: str, artifacts: Sequence[ResolvedArtifact]) -> str:
    """What to give instead of `given`: the tag that is most like it, of all lines. Never one that git has already."""
    lines = lines_of(artifacts)
    found = [written for line in lines if (written := _near(given, line))]
    if not found:
        line = lines[0]
        return "a version such as v1.4.0" if line is None else f"a tag such as {line.tag('1.4.0')}"
    from difflib import SequenceMatcher  # only where something is wrong

    best = max(found, key=lambda written: SequenceMatcher(None, given, written).ratio())
    # v1.4.0 and 1.4.0 are the same release
    released = any(one.name.removeprefix("v") == best.removeprefix("v") for one in artifacts[0].values.base.git.tags)
    return f"a version after {best}" if released else best


def _near(given: str, line: Line | None) -> str:
    """The tag of a line that an invalid one clearly means; empty if none does."""
    number = _NUMBER.search(given)  # of web/1.4, for the line web/v*
    near = (semver.near if line is None else line.near)(given) or semver.near(number[0] if number else "")
    if near is None:
        return ""
    return near.raw if line is None else line.tag(near.full)
