"""The names that other programs use for values that are variables in lazyoci."""

from __future__ import annotations

import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAG = _words(
    """
    tag version imagetag imageversion dockertag gittag release releasetag releaseversion appversion refname
    ref githubref githubrefname cicommittag buildtag citag dronetag bitbuckettag tagname semver newtag
    circletag travistag buildversion packageversion latesttag rawversion
    """
)
_SHORT = _words(
    """
    shortsha shasum gitshortsha cicommitshortsha shortcommit commitshort gitcommitshort shasshort shorthash
    shortrev
    """
)
_LONG = _words(
    """
    sha commit gitsha gitcommit githubsha cicommitsha commitsha revision fullcommit sha1 circlesha1 gitrev
    commitid dronecommitsha bitbucketcommit buildsourceversion commithash githash hash rev
    """
)
_BRANCH = _words(
    """
    branch gitbranch branchname cicommitbranch cicommitrefname cicommitrefslug githubheadref headref
    circlebranch buildsourcebranchname bitbucketbranch dronebranch travisbranch currentbranch
    """
)
_REGISTRY = _words(
    """
    registry ciregistry ciregistryimage dockerregistry imageregistry registryhost registryurl
    containerregistry ecrregistry acr acrname loginserver
    """
)
_DATE = _words(
    """
    date builddate today now builddatetime
    """
)
_STAMP = _words(
    """
    timestamp buildtimestamp commitdate committimestamp
    """
)
_PULL = _words(
    """
    prnumber pullrequest pr cimergerequestiid mergerequestiid changeid githubprnumber
    """
)
_GITHUB = {"refname": "GITHUB_REF_NAME", "ref": "GITHUB_REF_NAME", "repository": "GITHUB_REPOSITORY",
           "repositoryowner": "GITHUB_REPOSITORY_OWNER", "runnumber": "GITHUB_RUN_NUMBER", "runid": "GITHUB_RUN_ID",
           "actor": "GITHUB_ACTOR"}  # fmt: skip

# fields of the data of Helm and GoReleaser, and other spellings of our own
_FIELDS = {
    "Chart.Version": "ChartVersion",
    "Chart.Name": "Name",
    "Git.Tag": "GitTag",
    "Git.Branch": "GitBranch",
    "Git.Commit": "GitSHALong",
    "Git.SHA": "GitSHALong",
    "Git.ShortCommit": "GitSHA",
    "Git.ShortSHA": "GitSHA",
    "Commit.Short": "GitSHA",
    "Commit.SHA": "GitSHALong",
    "RawVersion": "VersionRaw",
    "Major": "VersionMajor",
    "Minor": "VersionMinor",
    "Patch": "VersionPatch",
    "Prerelease": "VersionPrerelease",
    "MajorMinor": "VersionMajorMinor",
    "Commit": "GitSHALong",
    "FullCommit": "GitSHALong",
    "ShortCommit": "GitSHA",
    "ShortSHA": "GitSHA",
    "SHA": "GitSHA",
    "GitCommit": "GitSHALong",
    "GitShortCommit": "GitSHA",
    "CommitSHA": "GitSHALong",
    "Branch": "GitBranch",
    "CommitTimestamp": "Timestamp",
    "CommitDate": "Timestamp",
    "Now": "Timestamp",
    "ProjectName": "Name",
    "AppName": "Name",
    "ArtifactName": "Name",
    "IsGitDirty": "GitDirty",
    "Version.Major": "VersionMajor",
    "Version.Minor": "VersionMinor",
    "Version.Patch": "VersionPatch",
    "SemVer": "VersionFull",
    "Release.Version": "VersionFull",
    "PullRequestNumber": "PullRequest",
    "Host": "Registry",
}
_PARTS_OF_DATES = {"year": "trunc 4 .Date", "month": "slice .Date 5 7", "day": "slice .Date 8"}
_WITHOUT_EQUIVALENT = {
    **dict.fromkeys(
        ("arch", "os", "platform", "architecture", "targetarch", "targetos", "targetplatform", "goos", "goarch"),
        "one reference holds all of platforms, and each machine takes its own: leave it out",
    ),
    **{name: f"write {{{{ {text} }}}}" for name, text in _PARTS_OF_DATES.items()},
    "digest": "a digest is known after the build only, as in the file of --metadata-file: leave it out",
    "env": "write {{ .Var.NAME }}, and give --var NAME=…, as templates do not see the environment",
}
_BY_FOLDED = {name.casefold(): ours for name, ours in _FIELDS.items()}


class Meaning(NamedTuple):
    """A template that gives what a name stands for, and the option or variable that gives it its value.

    `variable` is the environment variable in which a CI service has it. `certain`: the name can mean nothing else.
    """

    template: str
    option: str = ""
    variable: str = ""
    certain: bool = True


def meaning(name: str, *, registry: bool = False) -> Meaning:
    """What `name` most likely stands for: one of lazyoci's variables, or one that the user gives with --var."""
    folded = re.sub(r"[^a-z0-9]", "", name.casefold())
    variable = _GITHUB.get(folded, "")
    if folded in _REGISTRY:
        return Meaning("{{ .Registry }}", "LAZYOCI_REGISTRY", variable)
    if folded in _TAG:
        return Meaning("{{ .Tag }}", "--tag", variable)
    if folded in _SHORT:
        return Meaning("{{ .GitSHA }}")
    if folded in _LONG:
        return Meaning("{{ .GitSHALong }}")
    if folded in _BRANCH:
        return Meaning("{{ .GitBranch | lower }}" if registry else "{{ .GitBranch | tagify }}")
    if folded in _DATE:
        return Meaning("{{ .Date }}")
    if folded in _STAMP:
        return Meaning("{{ .Timestamp }}")
    if folded in _PULL:
        return Meaning("{{ .PullRequest }}")
    own = re.sub(r"\W", "_", name).upper().strip("_") or "NAME"
    own = own if not own[0].isdigit() else f"_{own}"
    return Meaning(f"{{{{ .Var.{own} }}}}", own, variable, certain=False)


def named(name: str) -> str:
    """The variable that a name of other programs stands for, such as `Hash` for a commit's; empty if none is known."""
    folded = re.sub(r"[^a-z0-9]", "", name.casefold())
    found = meaning(name)
    if not found.certain or folded in _REGISTRY:
        return "Registry" if folded in _REGISTRY else ""
    if folded in _TAG and "version" in folded:
        return "VersionFull"
    ours = re.search(r"\.(\w+)", found.template)
    return ours[1] if ours is not None else ""


def own_value(name: str) -> str:
    """The remedy for a name that resembles no variable: what gives the same, or a variable of the user's own."""
    told = _WITHOUT_EQUIVALENT.get(name.casefold())
    if told:
        return told
    option = re.sub(r"\W", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name), flags=re.ASCII).upper()
    return f"for a value of your own, write {{{{ .Var.{option} }}}}, and give --var {option}=…"


def field(chain: str) -> tuple[str, str]:
    """lazyoci's name for a chain of fields such as `Chart.Version`, and how much of the chain it replaces."""
    parts = chain.split(".")
    for length in (2, 1):
        found = _BY_FOLDED.get(".".join(parts[:length]).casefold())
        if found is not None and len(parts) >= length:
            return found, ".".join(parts[:length])
    return "", ""
