"""One text of a condition: `release`, `branch:release/*`, `not schedule`."""

from __future__ import annotations

from lazyoci.frozen import frozen

# word → what a run is for which it holds, and what a run is for which it does not
PHRASES = {
    "release": ("a release", "not a release"),
    "prerelease": ("a prerelease", "not a prerelease"),
    "tag": ("for a tag", "not for a tag"),
    "branch": ("for a branch", "not for a branch"),
    "default-branch": ("for the default branch", "not for the default branch"),
    "pull-request": ("for a pull request", "not for a pull request"),
    "schedule": ("on schedule", "not on schedule"),
    "manual": ("started by hand", "not started by hand"),
    "local": ("local", "not local"),
}
WORDS = tuple(PHRASES)
GLOBS = ("tag", "branch")  # words that may be followed by a colon and a glob
NOT = "not"


@frozen
class Term:
    """One parsed text. `glob` is empty for a word alone."""

    word: str
    glob: str = ""
    negated: bool = False

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{NOT} " * self.negated + self.word + (f":{self.glob}" if self.glob else "")


def term(text: str) -> Term | None:
    """The term that a text means; None if it is invalid."""
    words = text.split()
    negated = words[:1] == [NOT]
    if len(words) != 1 + negated:
        return None
    word, colon, glob = words[-1].partition(":")
    if colon:
        return Term(word, glob, negated) if word in GLOBS and glob else None
    return Term(word, "", negated) if word in PHRASES else None
