"""CI services of repository hosts (forges), and those that work with many hosts.

Comments explain misleading variables; the others are as documented by the services.
"""

from __future__ import annotations

import re

from lazyoci.world.ci.facts import Told, Variables, branch_of, differ, number, pull_request_of, tag_of

_VERSION = re.compile(r"[0-9]+\.[0-9]+")


def gitlab(get: Variables) -> Told:
    """What GitLab CI tells."""
    # CI_COMMIT_BRANCH is not set for tags and merge requests; CI_MERGE_REQUEST_ID counts over the whole instance
    source = get("PIPELINE_SOURCE")
    default, commit = get("DEFAULT_BRANCH"), get("COMMIT_SHA")
    for prefix, started_by, source_name, target_name in (
        ("MERGE_REQUEST", "merge_request_event", "SOURCE_PROJECT_PATH", "PROJECT_PATH"),
        ("EXTERNAL_PULL_REQUEST", "external_pull_request_event", "SOURCE_REPOSITORY", "TARGET_REPOSITORY"),
    ):
        if get(f"{prefix}_IID") or source == started_by:
            return Told(
                event="pull_request",
                branch=get(f"{prefix}_SOURCE_BRANCH_NAME"),
                pr=number(get(f"{prefix}_IID")),
                base=get(f"{prefix}_TARGET_BRANCH_NAME"),
                default_branch=default,
                commit=commit,
                fork=differ(get(f"{prefix}_{source_name}"), get(f"{prefix}_{target_name}")),
            )
    tag, branch = get("COMMIT_TAG"), get("COMMIT_BRANCH")
    if not tag and not branch:  # a name in which a version stands may be a tag's, which git can tell
        name = get("COMMIT_REF_NAME")
        if name.startswith("refs/") and pull_request_of(name) is not None:
            return Told(event="pull_request", pr=pull_request_of(name), default_branch=default, commit=commit)
        branch = "" if _VERSION.search(name) else branch_of(name)
    events = {"push": "tag" if tag else "push", "schedule": "schedule", "web": "manual", "chat": "manual"}
    return Told(
        event=events.get(source, ""),
        branch=branch,
        tag=tag,
        default_branch=default,
        commit=commit,
        fork=False,
    )


def azure(get: Variables) -> Told:
    """What Azure Pipelines tells."""
    # BUILD_SOURCEBRANCHNAME is the last part only, main of dev/anna/main
    reason, ref, commit = get("BUILD_REASON"), get("BUILD_SOURCEBRANCH"), get("BUILD_SOURCEVERSION")
    request = "SYSTEM_PULLREQUEST_"
    in_ref = pull_request_of(ref)
    if reason == "PullRequest" or in_ref is not None or get(f"{request}PULLREQUESTID"):
        # on GitHub the number is PULLREQUESTNUMBER and the id another thing; on Azure Repos the id is the number
        told = number(get(f"{request}PULLREQUESTNUMBER"))
        if told is None:
            told = in_ref if in_ref is not None else number(get(f"{request}PULLREQUESTID"))
        return Told(
            event="pull_request",
            branch=branch_of(get(f"{request}SOURCEBRANCH")),
            pr=told,
            base=branch_of(get(f"{request}TARGETBRANCH")),
            commit=commit,
            fork=get.is_true(f"{request}ISFORK") if get(f"{request}ISFORK") else None,
        )
    tag = tag_of(ref)
    pushed = "tag" if tag else "push"
    events = {"IndividualCI": pushed, "BatchedCI": pushed, "Schedule": "schedule", "Manual": "manual"}
    return Told(event=events.get(reason, ""), branch=branch_of(ref), tag=tag, commit=commit, fork=False)


def bitbucket(get: Variables) -> Told:
    """What Bitbucket Pipelines tells."""
    commit = get("COMMIT")
    if get("PR_ID") or get("PR_DESTINATION_BRANCH"):  # pipelines do not run for forks
        return Told(
            event="pull_request",
            branch=get("BRANCH"),
            pr=number(get("PR_ID")),
            base=get("PR_DESTINATION_BRANCH"),
            commit=commit,
            fork=False,
        )
    tag = get("TAG")
    return Told(event="tag" if tag else "", branch=get("BRANCH"), tag=tag, commit=commit, fork=False)


def drone(get: Variables) -> Told:
    """What Drone tells."""
    # BRANCH is the target of a pull request; TAG is also set where a tag's build is promoted
    event, commit, default = get("BUILD_EVENT"), get("COMMIT_SHA"), get("REPO_BRANCH")
    in_ref = pull_request_of(get("COMMIT_REF"))
    if event == "pull_request" or get("PULL_REQUEST") or in_ref is not None:
        pr = number(get("PULL_REQUEST"))
        return Told(
            event="pull_request",
            branch=get("SOURCE_BRANCH"),
            pr=in_ref if pr is None else pr,
            base=get("TARGET_BRANCH") or get("BRANCH"),
            default_branch=default,
            commit=commit,
        )
    events = {
        "push": "push",
        "tag": "tag",
        "cron": "schedule",
        "custom": "manual",
        "promote": "deployment",
        "rollback": "deployment",
    }
    return Told(
        event=events.get(event, ""),
        branch="" if event == "tag" else get("BRANCH"),
        tag=get("TAG") or tag_of(get("COMMIT_REF")),
        default_branch=default,
        commit=commit,
        fork=False,
    )


def woodpecker(get: Variables) -> Told:
    """What Woodpecker CI tells."""
    # CI_COMMIT_BRANCH is the target of a pull request on some forges, the source on others
    event, commit, default = get("PIPELINE_EVENT"), get("COMMIT_SHA"), get("REPO_DEFAULT_BRANCH")
    if event.startswith("pull_request") or get("COMMIT_PULL_REQUEST"):
        return Told(
            event="pull_request",
            branch=get("COMMIT_SOURCE_BRANCH"),
            pr=number(get("COMMIT_PULL_REQUEST")),
            base=get("COMMIT_TARGET_BRANCH"),
            default_branch=default,
            commit=commit,
        )
    tag = get("COMMIT_TAG") or tag_of(get("COMMIT_REF"))
    events = {
        "push": "tag" if tag else "push",
        "tag": "tag",
        "release": "tag",
        "cron": "schedule",
        "manual": "manual",
        "deployment": "deployment",
    }
    return Told(
        event=events.get(event, ""),
        branch="" if tag else get("COMMIT_BRANCH"),
        tag=tag,
        default_branch=default,
        commit=commit,
        fork=False,
    )
