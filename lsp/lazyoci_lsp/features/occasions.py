"""The words of conditions, each with one line on what it means: completion and hover show them."""

from __future__ import annotations

WORDS = {
    "release": "a version without a prerelease, such as v1.4.0, is being released",
    "prerelease": "a version with a prerelease, such as v1.4.0-rc.1, is being released",
    "tag": "the run is for a git tag, or was given a version by --tag",
    "branch": "the run is for a branch: no tag, and no pull request",
    "default-branch": "the run is for the branch that all others are merged into, such as main",
    "pull-request": "the CI service says that the run is for a pull request",
    "schedule": "a timer of the CI service started the run",
    "manual": "someone started the run in the CI service by hand",
    "local": "no CI service runs it",
}
GLOBS = {
    "tag": "the run is for a git tag whose name the glob matches",
    "branch": "the run is for a branch whose name the glob matches: * stops at a slash, ** crosses it",
}
NOT = "the opposite of the word behind it"
ALL = "every one of several must hold"
