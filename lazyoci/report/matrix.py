"""What is due, as lines for people, and as the matrices of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lazyoci import clean
from lazyoci.publish.due import DueBuild


def text(builds: Sequence[DueBuild]) -> str:
    """A line per build: the artifact and its platform."""
    width = max((len(clean.line(one.artifact)) for one in builds), default=0)
    return "".join(f"{clean.line(one.artifact).ljust(width)}  {one.platform}".rstrip() + "\n" for one in builds)


def json(builds: Sequence[DueBuild]) -> list[dict[str, str]]:
    """The builds as a list."""
    return [
        {"artifact": one.artifact, "type": one.type, "platform": one.platform, "bundle": one.bundle} for one in builds
    ]


def github(builds: Sequence[DueBuild]) -> dict[str, Any]:
    """The value of `strategy.matrix`."""
    return {"include": json(builds)}


def gitlab(builds: Sequence[DueBuild]) -> dict[str, Any]:
    """The value of `parallel`. GitLab expands variables in it, so a `$` is doubled."""
    rows = [{"ARTIFACT": one.artifact, "PLATFORM": one.platform, "BUNDLE": one.bundle} for one in builds]
    return {"matrix": [{key: value.replace("$", "$$") for key, value in row.items()} for row in rows]}
