"""The variables that have another value with each run, and say nothing about a release."""

from __future__ import annotations

OF_THE_RUN = frozenset(
    ("GitSHA", "GitSHALong", "GitBranch", "DefaultBranch", "PullRequest", "BaseBranch", "Timestamp", "Date")
)
