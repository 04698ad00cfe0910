"""CI services and servers that host no repositories themselves. Comments explain misleading variables."""

from __future__ import annotations

from lazyoci.world.ci.facts import Told, Variables, branch_of, differ, number, pull_request_of, tag_of


def buildkite(get: Variables) -> Told:
    """What Buildkite tells."""
    # BRANCH is the tag's name for a tag, and with an option OWNER:BRANCH for a fork; no branch can hold a colon
    branch, default, commit = get("BRANCH").rpartition(":")[2], get("PIPELINE_DEFAULT_BRANCH"), get("COMMIT")
    pr = get("PULL_REQUEST")
    if pr not in ("", "false"):
        return Told(
            event="pull_request",
            branch=branch,
            pr=number(pr),
            base=get("PULL_REQUEST_BASE_BRANCH"),
            default_branch=default,
            commit=commit,
            fork=differ(get("PULL_REQUEST_REPO"), get("REPO")),
        )
    tag = get("TAG")
    events = {"webhook": "tag" if tag else "push", "schedule": "schedule", "ui": "manual"}
    return Told(
        event=events.get(get("SOURCE"), ""),
        branch="" if tag else branch,
        tag=tag,
        default_branch=default,
        commit=commit,
        fork=False,
    )


def circleci(get: Variables) -> Told:
    """What CircleCI tells."""
    # of a fork's pull request BRANCH is pull/7, and the source branch is not told
    branch, commit = get("BRANCH"), get("SHA1")
    in_branch = pull_request_of(branch)
    address = get("PULL_REQUEST") or get("PULL_REQUESTS").partition(",")[0]
    pr = number(get("PR_NUMBER") or address.rpartition("/")[2])
    if pr is not None or address or in_branch is not None or get("PR_NUMBER") or get("PR_USERNAME"):
        return Told(
            event="pull_request",
            branch="" if in_branch is not None else branch,
            pr=pr if pr is not None else in_branch,
            commit=commit,
            fork=bool(get("PR_USERNAME") or get("PR_REPONAME") or in_branch is not None),
        )
    tag = get("TAG")
    return Told(event="tag" if tag else "", branch="" if tag else branch, tag=tag, commit=commit, fork=False)


def travis(get: Variables) -> Told:
    """What Travis CI tells."""
    # BRANCH is the target of a pull request, and the tag's name for a tag
    commit, pr = get("COMMIT"), get("PULL_REQUEST")
    if get("EVENT_TYPE") == "pull_request" or pr not in ("", "false"):
        return Told(
            event="pull_request",
            branch=get("PULL_REQUEST_BRANCH"),
            pr=number(pr),
            base=get("BRANCH"),
            commit=commit,
            fork=differ(get("PULL_REQUEST_SLUG"), get("REPO_SLUG")),
        )
    tag = get("TAG")
    events = {"push": "tag" if tag else "push", "cron": "schedule", "api": "manual"}
    return Told(
        event=events.get(get("EVENT_TYPE"), ""),
        branch="" if tag else get("BRANCH"),
        tag=tag,
        commit=commit,
        fork=False,
    )


def appveyor(get: Variables) -> Told:
    """What AppVeyor tells."""
    # REPO_BRANCH is the target of a pull request, and for an annotated tag the tag's name
    branch, commit = get("REPO_BRANCH"), get("REPO_COMMIT")
    if get("PULL_REQUEST_NUMBER"):
        return Told(
            event="pull_request",
            branch=get("PULL_REQUEST_HEAD_REPO_BRANCH"),
            pr=number(get("PULL_REQUEST_NUMBER")),
            base=branch,
            commit=commit,
            fork=differ(get("PULL_REQUEST_HEAD_REPO_NAME"), get("REPO_NAME")),
        )
    tag = get("REPO_TAG_NAME") if get.is_true("REPO_TAG") else ""
    if get.is_true("SCHEDULED_BUILD"):
        event = "schedule"
    elif get.is_true("FORCED_BUILD"):
        event = "manual"
    else:
        event = "tag" if tag else "push"
    return Told(event=event, branch="" if branch == tag else branch, tag=tag, commit=commit, fork=False)


def semaphore(get: Variables) -> Told:
    """What Semaphore tells."""
    # GIT_BRANCH is the target of a pull request, and refs/tags/… for a tag
    commit, kind = get("GIT_SHA"), get("GIT_REF_TYPE")
    if kind == "pull-request" or get("GIT_PR_NUMBER"):
        return Told(
            event="pull_request",
            branch=get("GIT_PR_BRANCH"),
            pr=number(get("GIT_PR_NUMBER")),
            base=get("GIT_BRANCH"),
            commit=commit,
            fork=differ(get("GIT_PR_SLUG"), get("GIT_REPO_SLUG")),
        )
    tag = get("GIT_TAG_NAME") or tag_of(get("GIT_REF"))
    if get.is_true("WORKFLOW_TRIGGERED_BY_SCHEDULE"):
        event = "schedule"
    elif get.is_true("WORKFLOW_TRIGGERED_BY_MANUAL_RUN"):
        event = "manual"
    elif get.is_true("WORKFLOW_TRIGGERED_BY_HOOK"):
        event = "tag" if tag else "push"
    else:
        event = "tag" if tag else ""
    return Told(event=event, branch=branch_of(get("GIT_BRANCH")), tag=tag, commit=commit, fork=False)


def jenkins(get: Variables) -> Told:
    """What Jenkins tells."""
    commit = get("GIT_COMMIT")
    if get("CHANGE_ID"):  # BRANCH_NAME is PR-7
        return Told(
            event="pull_request",
            branch=get("CHANGE_BRANCH"),
            pr=number(get("CHANGE_ID")),
            base=get("CHANGE_TARGET"),
            commit=commit,
            fork=bool(get("CHANGE_FORK")),
        )
    branch = get("BRANCH_NAME")
    if branch:  # a multibranch project: branch-api tells a tag and the primary branch apart
        tag = get("TAG_NAME")
        primary = get.is_true("BRANCH_IS_PRIMARY")
        return Told(
            event="tag" if tag else "push",
            branch="" if tag else branch,
            tag=tag,
            default_branch=branch if primary and not tag else "",
            is_default_branch=primary,
            commit=commit,
            fork=False,
        )
    ref = get("GIT_BRANCH")  # REMOTE/BRANCH, refs/tags/… where the job says so, or `detached`
    local = get("GIT_LOCAL_BRANCH")
    tag = tag_of(ref)
    if tag or ref == "detached":
        branch = ""
    elif ref.startswith("refs/heads/"):
        branch = branch_of(ref)
    else:
        short = ref.removeprefix("refs/remotes/")
        branch = local or short.partition("/")[2] or short
    return Told(branch=branch, tag=tag, commit=commit)
