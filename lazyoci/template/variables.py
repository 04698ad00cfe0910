"""The names a template can use: the fields of Go's struct, and ours."""

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

EXTRA_VARIABLES: tuple[str, ...] = ("GitSHALong", "GitDirty", "VersionFull", "VersionBuild", "Date", "Name")
"""Variables only lazyoci knows; a template that uses one is not portable (lazy-format.md §3)."""
