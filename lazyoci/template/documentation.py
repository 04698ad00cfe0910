"""Descriptions of variables and functions in Markdown, for hover, completion and the reference."""

from __future__ import annotations

from lazyoci.template.functions import FUNCTIONS
from lazyoci.template.variables import VAR, is_extra

VARIABLES = {
    "Registry": "The value of `LAZYOCI_REGISTRY`, for a registry that differs between machines.",
    "Tag": "The value of `--tag`, else of `LAZYOCI_TAG`.",
    "GitSHA": "The commit of HEAD, abbreviated as by `git rev-parse --short HEAD`.",
    "GitBranch": "The branch, as CI says, else of HEAD; of a pull request the source branch, and empty where CI runs "
    "for a tag. May hold `/`, which no tag may: `{{ .GitBranch | tagify }}`.",
    "ChartVersion": "The `version` of the `Chart.yaml`; helm artifacts only.",
    "Timestamp": "The time of the run in UTC, as `YYYYMMDDHHMMSS`; one value for the whole run.",
    "Version": "The version without prerelease and build metadata: `1.4.2` of `v1.4.2-rc.1`.",
    "VersionMajor": "The first number of the version.",
    "VersionMinor": "The second number of the version.",
    "VersionPatch": "The third number of the version.",
    "VersionPrerelease": "The prerelease of the version: `rc.1` of `v1.4.2-rc.1`, else empty.",
    "VersionMajorMinor": "The first two numbers of the version: `1.4` of `v1.4.2`.",
    "VersionRaw": "The version as it was found, such as `v1.4.2`.",
    "GitSHALong": "The commit of HEAD, in full.",
    "GitDirty": "`true` where files that git tracks are changed, else empty.",
    "GitTag": "The tag that the run is for: a version given by `--tag`, what CI says, or without CI a version tag on "
    "HEAD where nothing is uncommitted. No value in other runs.",
    "DefaultBranch": "The repository's default branch, as CI, `defaultBranch` in the project's settings or git says.",
    "PullRequest": "The number of the pull request that the run is for. No value in other runs.",
    "BaseBranch": "The branch that this pull request is to be merged into. No value in other runs.",
    "VersionFull": "The version with its prerelease: `1.4.2-rc.1`.",
    "VersionBuild": "The build metadata of the version: `5` of `v1.4.2+5`.",
    "Date": "The day of the run in UTC, as `YYYY-MM-DD`.",
    "Name": "The `name` of the artifact.",
}
_VERSION = (
    "\n\nThe version is `LAZYOCI_VERSION`, else `--tag` if that is a semantic version, else the tag that CI runs for, "
    "else the nearest git tag that is a version."
)
_VAR = "The value of `--var {0}=…`, else of `LAZYOCI_VAR_{0}`. No other environment variable can be read."
_EXTRA = "\n\nOnly lazyoci knows it: the original tool refuses the file."


def variable_text(name: str) -> str:
    """The description of a variable; empty if there is no such variable."""
    words = _VAR.format(name.removeprefix(VAR)) if name.startswith(VAR) else VARIABLES.get(name, "")
    if not words:
        return ""
    return words + (_VERSION if name.startswith("Version") else "") + (_EXTRA if is_extra(name) else "")


def function_text(name: str) -> str:
    """The signature, meaning and an example of a function; empty if there is no such function."""
    function = FUNCTIONS.get(name)
    if function is None:
        return ""
    example = f"```gotemplate\n{function.example}\n```"
    return f"```gotemplate\n{function.signature}\n```\n\n{function.doc}\n\n{example}" + (
        _EXTRA if function.extra else ""
    )
