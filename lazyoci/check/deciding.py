"""The parts of a file that decide what is due: what is wrong there counts even where nothing is due."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.check.text import Checked
from lazyoci.diagnostic import Diagnostic, Span
from lazyoci.world.events import TAG

# what is due is unknown with the first two, and perhaps another than the user meant with the third
OF_CONDITIONS = frozenset({"unknown-occasion", "unresolved-occasion", "unused-tag", "tag-makes-no-release"})


def deciding(checked: Checked) -> Iterator[Span]:
    """The conditions; on a tag event also where versions come from, as without a version nothing is a release."""
    assert checked.config is not None
    assert checked.resolved is not None
    occasion = checked.resolved.values.occasion
    release = occasion is not None and occasion.event.kind == TAG
    for artifact in checked.config.artifacts:
        tags = [tag for target in artifact.targets for tag in target.tags]
        conditions = [artifact.when, *(target.when for target in artifact.targets), *(tag.when for tag in tags)]
        yield from (one.node.span for one in conditions if one is not None)
        if release and artifact.version_from is not None:
            yield artifact.version_from.node.span


def decides(one: Diagnostic, parts: list[Span]) -> bool:
    """Whether a finding is about what is due, where `parts` are those of `deciding`."""
    return one.code in OF_CONDITIONS or any(start <= one.span.start < end for start, end in parts)
