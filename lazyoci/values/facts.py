"""The facts about a run that conditions may ask for. For an unknown fact: why it is unknown, and how to state it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.when.evaluate import Facts

if TYPE_CHECKING:
    from lazyoci.semver import Semver
    from lazyoci.world.occasion import Occasion

_STATE = "state it: --occasion branch=BRANCH, or --occasion default-branch"
_OF_THE_EVENT = ("tag", "release", "prerelease", "branch", "default-branch")


def facts(occasion: Occasion, version: Semver | None, untold: str) -> Facts:
    """The facts for the conditions of a file; `version` is the version if it is that of the event.

    `untold` is why git cannot tell the event when no other source can; empty if the event is known.
    """
    event = occasion.event
    words = occasion.words(version)
    unknown: dict[str, tuple[str, str]] = {}
    if untold:
        reason = f"what this run is for is not known, as {untold}"
        remedy = "give --tag a version, or state it: --occasion release=1.4.0 or --occasion branch=main"
        of_it: tuple[str, ...] = _OF_THE_EVENT
        if occasion.unclear:
            remedy = "state it: --occasion branch=main or --occasion pull-request=7"
            of_it = (*of_it, "pull-request")
        unknown = dict.fromkeys(of_it, (reason, remedy))
        words = {**words, **dict.fromkeys(of_it)}
    elif occasion.branch is None:
        reason = "which branch this run is for is not known"
        unknown = dict.fromkeys(("branch", "default-branch"), (reason, _STATE))
    else:
        reason = "which branch is the default one is not known"
        remedy = "write defaultBranch: main into .lazyoci.yaml, or state it: --occasion default-branch"
        unknown["default-branch"] = reason, remedy
    return Facts(words, event.tag, occasion.branch, occasion.shown, unknown)
