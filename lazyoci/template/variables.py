"""The names a template can use: the fields of the Go tool's struct, and lazyoci's own."""

VARIABLES: tuple[str, ...] = (
    "Registry",
    "Tag",
    "GitSHA",
    "GitBranch",
    "ChartVersion",
    "Timestamp",
    "Version",
    "VersionMajor",
    "VersionMinor",
    "VersionPatch",
    "VersionPrerelease",
    "VersionMajorMinor",
    "VersionRaw",
)
"""The variables of the original, in the order of its struct, which `{{ . }}` shows."""

EXTRA_VARIABLES: tuple[str, ...] = (
    "GitSHALong",
    "GitDirty",
    "GitTag",
    "DefaultBranch",
    "PullRequest",
    "BaseBranch",
    "VersionFull",
    "VersionBuild",
    "Date",
    "Name",
)
"""Variables only lazyoci knows; a template that uses one is not portable."""

VAR = "Var."
"""What the names of the user's own variables begin with: `{{ .Var.REGION }}` is the variable `Var.REGION`."""


def is_extra(name: str) -> bool:
    """Whether only lazyoci knows a variable."""
    return name in EXTRA_VARIABLES or name.startswith(VAR)
