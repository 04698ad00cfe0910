"""The occasion of a run: which event holds, what is stated, what git fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lazyoci.check import check
from lazyoci.errors import UsageError
from lazyoci.frozen import replace
from lazyoci.values import Values
from lazyoci.values.version import Basis
from lazyoci.world import Disk, Face, GitState
from lazyoci.world.stated import Stated, stated
from tests.worlds import world

HEAD = GitState(sha="e5bce6f", branch="main", tag="v1.4.2", default_branch="main")
PUSH = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
TAGGED = PUSH | {"GITHUB_REF": "refs/tags/v1.5.0"}
REQUEST = PUSH | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_HEAD_REF": "x"}


def values(
    git: GitState | None = HEAD,
    environ: dict[str, str] | None = None,
    tag: str = "",
    given: tuple[str, ...] = (),
    **more: Any,
) -> Values:
    environ = environ or {}
    made = world(git=git, environ=environ, tag=tag, face=Face.BUILD)
    return Values(replace(made, stated=stated(given, environ, tag), **more), Path("/repo"))


def event(found: Values) -> tuple[str, str, str]:
    assert found.occasion is not None
    one = found.occasion.event
    return one.kind, one.tag, one.source


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (values(), ("tag", "v1.4.2", "git")),
        (values(GitState(sha="a", branch="main", tag="v1.4.2", dirty=True)), ("branch", "", "git")),
        (values(GitState(sha="a", branch="main", tag="v1.4.2", distance=1)), ("branch", "", "git")),
        (values(GitState(sha="a", branch="main", tag="nightly")), ("branch", "", "git")),
        (values(GitState(reason="git is not installed")), ("branch", "", "git")),
        (values(tag="v2.0.0"), ("tag", "v2.0.0", "--tag")),
        (values(tag="edge"), ("tag", "v1.4.2", "git")),
        (values(environ={"LAZYOCI_TAG": "2.0.0-rc.1"}), ("tag", "2.0.0-rc.1", "LAZYOCI_TAG")),
        (values(environ={"LAZYOCI_VERSION": "2.0.0"}), ("tag", "2.0.0", "LAZYOCI_VERSION")),
        (values(environ={"LAZYOCI_VERSION": "nightly"}), ("tag", "v1.4.2", "git")),
        (values(environ=PUSH), ("branch", "", "GitHub Actions")),
        (values(environ=TAGGED), ("tag", "v1.5.0", "GitHub Actions")),
        (values(environ=REQUEST), ("pull-request", "", "GitHub Actions")),
        (values(environ=REQUEST, tag="v2.0.0"), ("tag", "v2.0.0", "--tag")),
        (values(environ=REQUEST, tag="edge"), ("pull-request", "", "GitHub Actions")),
        (values(environ={"CI": "true"}), ("tag", "v1.4.2", "git")),
        (values(environ={"JENKINS_URL": "x", "GIT_BRANCH": "detached"}), ("tag", "v1.4.2", "git")),
        (values(given=("pull-request=7",)), ("pull-request", "", "--occasion")),
        (values(given=("pull-request",)), ("pull-request", "", "--occasion")),
        (values(given=("schedule",)), ("tag", "v1.4.2", "git")),
        (values(environ=TAGGED, given=("branch=x",)), ("branch", "", "--occasion")),
        (values(given=("release=1.6.0",)), ("tag", "1.6.0", "--occasion")),
        (values(given=("tag=nightly",)), ("tag", "nightly", "--occasion")),
        (values(environ={"LAZYOCI_OCCASION": "schedule, pull-request=#8"}), ("pull-request", "", "LAZYOCI_OCCASION")),
    ],
)
def test_the_event(found: Values, expected: tuple[str, str, str]) -> None:
    assert event(found) == expected


@pytest.mark.parametrize(
    ("found", "version", "basis"),
    [
        (values(), "1.4.2", Basis.EXACT),
        (values(environ=PUSH), "1.4.2", Basis.HEAD),
        (values(environ=TAGGED), "1.5.0", Basis.EXACT),
        (values(GitState(reason="git is not installed"), TAGGED), "1.5.0", Basis.EXACT),
        (values(environ=TAGGED, tag="v3.0.0"), "3.0.0", Basis.EXACT),
        (values(environ=REQUEST), "1.4.2", Basis.HEAD),
        (values(given=("release=1.6.0",)), "1.6.0", Basis.EXACT),
        (values(given=("prerelease=1.6.0-rc.1",)), "1.6.0-rc.1", Basis.EXACT),
        (values(GitState(sha="a", tag="v1.4.2", distance=2)), "1.4.2", Basis.ANCESTOR),
        (values(GitState(sha="a", tag="v1.4.2", dirty=True)), "1.4.2", Basis.DIRTY),
        (values(GitState(sha="a", tag="v1.4.2", dirty=True), TAGGED), "1.5.0", Basis.EXACT),
        (values(environ={"LAZYOCI_VERSION": "7.0.0"}, tag="v3.0.0"), "7.0.0", Basis.EXACT),
    ],
)
def test_the_version_follows(found: Values, version: str, basis: Basis) -> None:
    assert (found.get("VersionFull").text, found.version.basis) == (version, basis)


@pytest.mark.parametrize(
    ("found", "branch", "default", "is_default"),
    [
        (values(), "main", "main", False),  # a run for a tag is none for a branch
        (values(GitState(sha="a", branch="main", default_branch="main")), "main", "main", True),
        (values(GitState(sha="a", branch="x", default_branch="main")), "x", "main", False),
        (values(GitState(sha="a", branch="x")), "x", None, None),
        (values(GitState(sha="a", branch="x"), default_branch="x"), "x", "x", True),
        (values(GitState(sha="a", branch="x", default_branch="main"), default_branch="x"), "x", "x", True),
        (values(GitState(sha="a", default_branch="main")), "", "main", False),
        (values(environ=TAGGED), "", "main", False),
        (values(environ=REQUEST), "x", "main", False),
        (values(environ=PUSH), "main", "main", True),
        (values(given=("default-branch",)), "main", "main", True),
        (values(given=("branch=y",)), "y", "main", False),
        (values(given=("release=1.6.0",)), "", "main", False),
        (values(given=("pull-request=7",)), "main", "main", False),
    ],
)
def test_branches(found: Values, branch: str, default: str | None, is_default: bool | None) -> None:
    assert found.occasion is not None
    assert (found.get("GitBranch").text, found.get("DefaultBranch").text) == (branch, default)
    assert found.occasion.is_default_branch is is_default


def test_facts_of_a_pull_request() -> None:
    found = values(environ=REQUEST | {"GITHUB_BASE_REF": "main"})
    assert [found.get(name).text for name in ("PullRequest", "BaseBranch")] == ["7", "main"]
    assert found.get("GitTag").source == "this run is for pull request 7; run it for a tag, or give --tag a version"
    stated_too = values(given=("pull-request=7", "base=main", "branch=x"))
    assert [stated_too.get(name).text for name in ("PullRequest", "BaseBranch", "GitBranch")] == ["7", "main", "x"]
    bare = values(environ={"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/7", "CIRCLE_PR_USERNAME": "anna"})
    assert bare.get("PullRequest").text == "7"
    assert bare.get("GitBranch").text is None
    stating = "--occasion pull-request --occasion"  # without the first of them the run would be for a branch
    assert bare.get("GitBranch").source == (
        f"CircleCI does not tell the source branch; state it: {stating} branch=BRANCH"
    )
    assert bare.get("BaseBranch").source == f"CircleCI does not tell it; state it: {stating} base=BRANCH"
    stated_too = values(
        environ={"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/7", "CIRCLE_PR_USERNAME": "anna"},
        given=("pull-request", "branch=x", "base=main"),
    )
    assert [stated_too.get(name).text for name in ("PullRequest", "BaseBranch", "GitBranch")] == ["7", "main", "x"]
    assert event(stated_too)[0] == "pull-request"


TAGGED_HERE = GitState(sha="a", branch="main", tag="v1.4.0")


@pytest.mark.parametrize(
    ("git", "why"),
    [
        (
            replace(TAGGED_HERE, dirty=True),
            "the branch main, not for HEAD's tag v1.4.0, as there are uncommitted changes; put them away (git stash), "
            "or commit them and tag that commit",
        ),
        (
            replace(TAGGED_HERE, dirty=True, branch=""),
            "a commit, not for HEAD's tag v1.4.0, as there are uncommitted changes; put them away (git stash), "
            "or commit them and tag that commit",
        ),
        (
            replace(TAGGED_HERE, tag="nightly"),
            "the branch main; HEAD's tag nightly is no version; state that it is meant: --occasion tag=nightly",
        ),
        (replace(TAGGED_HERE, distance=1, dirty=True), "the branch main; tag HEAD, or give --tag a version"),
        (replace(TAGGED_HERE, tag="", branch=""), "a commit, not for a branch; tag HEAD, or give --tag a version"),
    ],
)
def test_why_there_is_no_tag(git: GitState, why: str) -> None:
    assert values(git).get("GitTag").source == f"this run is for {why}"


def test_a_condition_that_changes_keep_from_holding() -> None:
    text = "artifacts: [{type: docker, image: a, targets: [{registry: h/a, tags: [{tag: x, when: release}]}]}]"
    checked = check(f"version: 1\n{text}\n", None, world(face=Face.BUILD, git=replace(TAGGED_HERE, dirty=True)))
    assert checked.plan is not None
    assert [one.reason for one in checked.plan.artifacts[0].not_now] == [
        "not a release: this run is for the branch main, not for HEAD's tag v1.4.0, as there are uncommitted changes"
    ]


def test_the_stated_source_branch_of_a_pull_request() -> None:
    circle = {"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/7", "CIRCLE_PR_USERNAME": "anna"}
    found = values(environ=circle, given=("pull-request=7", "branch=fix"))
    assert (event(found)[0], found.get("GitBranch").text) == ("pull-request", "fix")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("release=1.4.0-rc.1",), "--occasion release=1.4.0-rc.1 is a prerelease"),
        (("prerelease=1.4.0",), "--occasion prerelease=1.4.0 is a release"),
        (("release=1.4",), "--occasion release=1.4 is not a semantic version"),
        (("release=1.4.0,schedule",), "--occasion release=1.4.0,schedule is several in one"),
        (("branch=main, schedule",), "--occasion branch=main, schedule is several in one"),
        (("release",), "--occasion release needs a value"),
        (("release=",), "--occasion release needs a value"),
        (("schedule=daily",), "--occasion schedule takes no value"),
        (("pull-request=x",), "--occasion pull-request=x is not a number"),
        (("pullrequest=7",), "--occasion pullrequest=7 is not known"),
        (("local",), "--occasion local is not known"),
        (
            ("pull-request=7", "pull-request=8"),
            "--occasion states two different things: pull-request=7, pull-request=8",
        ),
        (("pull-request=7", "release=1.4.0"), "--occasion states both a tag and a pull request"),
        (("branch=x", "tag=v1"), "--occasion states both a tag and a branch"),
        (("base=main",), "--occasion base=main is of a pull request"),
        (("pull-request=7", "default-branch"), "--occasion states a pull request and default-branch"),
        (("branch=refs/tags/v1.4.0",), "--occasion branch=refs/tags/v1.4.0 is no branch"),
        (("branch=refs/heads/",), "--occasion branch=refs/heads/ is no branch: it names no branch"),
        (("branch=refs/pull/7/merge",), "--occasion branch=refs/pull/7/merge is no branch: it is the ref of something"),
        (("tag=refs/heads/main",), "--occasion tag=refs/heads/main is no tag"),
        (("branch=release/*",), "--occasion branch=release/* is no branch: no branch holds '*'"),
        (("branch=a b",), "--occasion branch=a b is no branch: no branch holds ' '"),
        (("branch=-x",), "--occasion branch=-x is no branch: no branch begins or ends so"),
        (("tag=v1..2",), "--occasion tag=v1..2 is no tag: no tag is named so"),
        (("pull-request=7", "base=a:b"), "--occasion base=a:b is no branch: no branch holds ':'"),
    ],
)
def test_what_cannot_be_stated(given: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        stated(given, {})
    assert raised.value.message.startswith(message)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("environ", "tag", "given"),
    [
        ({}, "v2.0.0", "pull-request=7"),
        ({}, "v2.0.0", "release=1.0.0"),
        ({}, "v2.0.0", "branch=x"),
        ({"LAZYOCI_TAG": "v2.0.0"}, "", "tag=nightly"),
        ({"LAZYOCI_VERSION": "2.0.0"}, "", "pull-request=7"),
    ],
)
def test_a_version_that_was_given_contradicts(environ: dict[str, str], tag: str, given: str) -> None:
    with pytest.raises(UsageError, match="means a run for that version, and --occasion means another"):
        stated((given,), environ, tag)


def test_what_agrees() -> None:
    assert stated(("release=2.0.0",), {"LAZYOCI_VERSION": "2.0.0"}, "v2.0.0").tag == "2.0.0"
    assert stated(("pull-request=7",), {}, "edge").pr == 7
    assert stated((), {"LAZYOCI_OCCASION": "schedule,manual"}) == Stated(
        source="LAZYOCI_OCCASION", schedule=True, manual=True
    )
    assert stated(("schedule",), {"LAZYOCI_OCCASION": "manual"}) == Stated(source="--occasion", schedule=True)
    assert stated((), {}) == Stated()


def test_settings_name_the_default_branch(tmp_path: Path) -> None:
    (tmp_path / ".lazyoci.yaml").write_text("defaultBranch: trunk\n", encoding="utf-8")
    target = '{registry: r.io/a/b, tags: ["{{ .DefaultBranch }}"]}'
    text = f"version: 1\nartifacts: [{{type: docker, image: a, targets: [{target}]}}]"
    seen = replace(world(git=GitState(sha="a", branch="x", default_branch="main"), face=Face.BUILD), files=Disk())
    found = check(text, tmp_path / ".lazy", seen)
    assert found.plan is not None
    assert found.plan.artifacts[0].references[0].tag.text == "trunk"


@pytest.mark.parametrize(
    ("given", "fact", "name"),
    [
        (("branch=refs/heads/main",), "branch", "main"),
        (("branch=refs/heads/refs/x",), "branch", ""),
        (("tag=refs/tags/v1.4.0",), "tag", "v1.4.0"),
        (("pull-request=7", "base=refs/heads/main"), "base", "main"),
    ],
)
def test_a_ref_is_taken_for_the_name_in_it(given: tuple[str, ...], fact: str, name: str) -> None:
    """CI files have refs at hand; `refs/heads/main` as a name is no default branch, and not like `main`."""
    if not name:
        with pytest.raises(UsageError):
            stated(given, {})
        return
    assert getattr(stated(given, {}), fact) == name
    assert event(values(given=given))[0] == ("tag" if fact == "tag" else "pull-request" if fact == "base" else "branch")


def test_a_stated_branch_is_the_default_one() -> None:
    """Whatever git or CI call so: the statement comes first."""
    for environ in ({}, PUSH):
        found = values(environ=environ, given=("branch=trunk", "default-branch"))
        assert found.occasion is not None
        assert (found.get("GitBranch").text, found.get("DefaultBranch").text) == ("trunk", "trunk")
        assert found.occasion.is_default_branch


def test_a_stated_default_branch_has_its_own_name() -> None:
    """On another branch that is checked out, too, as scenarios are asked from there."""
    topic = GitState(sha="a", branch="topic", default_branch="main")
    found = values(topic, given=("default-branch",))
    assert found.get("GitBranch").text == found.get("DefaultBranch").text == "main"
    assert found.get("GitBranch").source == "git, refs/remotes/origin/HEAD"
    settings = values(topic, given=("default-branch",), default_branch="trunk")
    assert settings.get("GitBranch").text == "trunk"
    unknown = values(GitState(sha="a", branch="topic"), given=("default-branch",))
    assert unknown.get("GitBranch").text == unknown.get("DefaultBranch").text == "topic"
    told = values(topic, PUSH | {"GITHUB_REF": "refs/heads/topic"}, given=("default-branch",))
    assert told.get("GitBranch").text == "topic"


@pytest.mark.parametrize("glob", ["branch:*", "branch:**", "branch:?*"])
def test_a_detached_head_is_on_no_branch(glob: str) -> None:
    text = f"artifacts: [{{type: docker, image: a, targets: [{{registry: h/a, tags: [{{tag: x, when: '{glob}'}}]}}]}}]"
    checked = check(f"version: 1\n{text}\n", None, world(face=Face.BUILD, git=GitState(sha="a", default_branch="main")))
    assert checked.plan is not None
    assert [one.undecided for one in checked.plan.artifacts[0].not_now] == [False]


HALF_SET: list[dict[str, str]] = [
    {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "workflow_dispatch"},
    {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "repository_dispatch"},
    {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "deployment", "GITHUB_REF": ""},
    {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule"},
    {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "web"},
    {"TF_BUILD": "True", "BUILD_REASON": "Schedule"},
    {"TF_BUILD": "True", "BUILD_REASON": "Manual"},
    {"BUILDKITE": "true", "BUILDKITE_SOURCE": "schedule"},
    {"BUILDKITE": "true", "BUILDKITE_SOURCE": "ui"},
    {"DRONE": "true", "DRONE_BUILD_EVENT": "cron"},
    {"DRONE": "true", "DRONE_BUILD_EVENT": "promote"},
    {"CI": "woodpecker", "CI_PIPELINE_EVENT": "cron"},
    {"CI": "woodpecker", "CI_PIPELINE_EVENT": "manual"},
    {"TRAVIS": "true", "TRAVIS_EVENT_TYPE": "cron"},
    {"APPVEYOR": "True", "APPVEYOR_SCHEDULED_BUILD": "True"},
    {"APPVEYOR": "True", "APPVEYOR_FORCED_BUILD": "True"},
    {"SEMAPHORE": "true", "SEMAPHORE_WORKFLOW_TRIGGERED_BY_SCHEDULE": "true"},
]


@pytest.mark.parametrize("environ", HALF_SET, ids=lambda environ: "-".join(environ.values()))
def test_what_a_timer_or_a_person_started_is_no_release_by_accident(environ: dict[str, str]) -> None:
    """HEAD's tag is no reason for such a run: on a branch it is the branch's, else nobody knows what it is for."""
    on_branch = values(environ=environ)
    assert on_branch.facts is not None
    assert event(on_branch) == ("branch", "", "git")
    assert on_branch.facts.words["default-branch"] is True
    assert (on_branch.facts.words["tag"], on_branch.facts.words["release"]) == (False, False)
    detached = values(replace(HEAD, branch=""), environ)
    assert detached.facts is not None
    unknown = [word for word, holds in detached.facts.words.items() if holds is None]
    assert unknown == ["tag", "release", "prerelease", "branch", "default-branch"]
    reason, remedy = detached.facts.unknown["release"]
    assert reason.endswith("tells neither a branch nor a tag, and HEAD has the tag v1.4.2")
    assert "--occasion release=1.4.0" in remedy
    stated_too = values(replace(HEAD, branch=""), environ, given=("release=1.4.2",))
    assert event(stated_too) == ("tag", "1.4.2", "--occasion")
    untagged = values(replace(HEAD, branch="", tag=""), environ)
    assert untagged.facts is not None
    assert untagged.facts.words["release"] is False


def test_a_timer_of_github_runs_on_the_default_branch() -> None:
    for head in (HEAD, replace(HEAD, branch="")):
        found = values(head, {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule"})
        assert found.facts is not None
        assert event(found) == ("branch", "", "git")
        assert found.facts.words["release"] is False
        assert found.facts.words["default-branch"] is found.facts.words["schedule"] is True


@pytest.mark.parametrize("name", ["workflow_run", "issue_comment"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"{}", b'{"workflow_run": {}, "issue": 7}'])
@pytest.mark.parametrize("git", [HEAD, replace(HEAD, dirty=True), replace(HEAD, branch="", tag="")])
def test_a_run_that_may_be_for_a_fork_is_not_for_the_branch_that_it_runs_on(
    name: str, content: bytes | None, git: GitState
) -> None:
    """Their ref is the default branch even for a fork's pull request: without the event file nobody knows."""
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_REF": "refs/heads/main"}
    files = {} if content is None else {"/e.json": content}

    def run(tag: str = "", *given: str) -> Values:
        seen = world(files, environ=environ | {"GITHUB_EVENT_PATH": "/e.json"}, face=Face.BUILD, git=git, tag=tag)
        return Values(replace(seen, stated=stated(given, {}, tag), default_branch="main"), Path("/repo"))

    found = run()
    assert found.facts is not None
    unknown = {word for word, holds in found.facts.words.items() if holds is None}
    assert unknown == {"tag", "release", "prerelease", "branch", "default-branch", "pull-request"}
    reason, remedy = found.facts.unknown["pull-request"]
    assert "GITHUB_EVENT_PATH names no valid event file" in reason
    assert "--occasion branch=main" in remedy
    assert "--occasion pull-request=7" in remedy
    assert (found.get("GitBranch").text, "event file" in found.get("GitBranch").source) == (None, True)
    on_main = run("", "branch=main")
    assert on_main.facts is not None
    assert on_main.facts.words["default-branch"] is True
    given = run("v2.0.0")
    assert given.facts is not None
    assert given.facts.words["release"] is True
