"""What conditions may ask of a run: its occasion in words, and of what nobody tells why, and how to state it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.when.judge import Facts
from lazyoci.world.kinds import TAG

if TYPE_CHECKING:
    from lazyoci.values.variables import Values

_OF_THE_EVENT = ("tag", "release", "prerelease", "branch", "default-branch")


def facts(values: Values) -> Facts | None:
    """The facts for the conditions of a file; None where the file is judged, and no run."""
    occasion = values.occasion
    if occasion is None:
        return None
    event = occasion.event
    words = occasion.words(values.version.exact if event.kind == TAG else None)
    unknown: dict[str, tuple[str, str]] = {}
    if event.source == "git" and values.git.reason:
        reason = f"what this run is for is not known, as {values.git.reason}"
        remedy = "give --tag a version, or state it: --occasion release=1.4.0 or --occasion branch=main"
        unknown = dict.fromkeys(_OF_THE_EVENT, (reason, remedy))
        words = {**words, **dict.fromkeys(_OF_THE_EVENT)}
    elif occasion.branch is None:
        reason = "which branch this run is for is not known"
        unknown = dict.fromkeys(("branch", "default-branch"), (reason, "state it: --occasion branch=BRANCH"))
    else:
        reason = "which branch is the default one is not known"
        remedy = "write defaultBranch: main into .lazyoci.yaml, or state it: --occasion default-branch"
        unknown["default-branch"] = reason, remedy
    return Facts(words, event.tag, occasion.branch, occasion.shown, unknown)
