"""Build services of cloud providers: CodeBuild, Cloud Build, Netlify, Vercel."""

from __future__ import annotations

from lazyoci.world.ci.facts import Told, Variables, branch_of, number, pull_request_of, tag_of


def codebuild(get: Variables) -> Told:
    """What AWS CodeBuild tells."""
    # without a webhook SOURCE_VERSION may be anything: a branch, a tag, a commit, or pr/7
    commit = get("RESOLVED_SOURCE_VERSION")
    trigger = get("WEBHOOK_TRIGGER")
    kind, _, name = (trigger or get("SOURCE_VERSION")).partition("/")
    if get("WEBHOOK_EVENT").startswith("PULL_REQUEST") or kind == "pr":
        return Told(
            event="pull_request",
            branch=branch_of(get("WEBHOOK_HEAD_REF")),
            pr=number(name) if kind == "pr" else None,
            base=branch_of(get("WEBHOOK_BASE_REF")),
            commit=commit,
        )
    tag = name if trigger and kind == "tag" else tag_of(get("WEBHOOK_HEAD_REF"))
    branch = branch_of(get("WEBHOOK_HEAD_REF")) or (name if trigger and kind == "branch" else "")
    return Told(
        event="tag" if tag else "push" if get("WEBHOOK_EVENT") == "PUSH" else "",
        branch="" if tag else branch,
        tag=tag,
        commit=commit,
        fork=False,
    )


def cloud_build(get: Variables) -> Told:
    """What Google Cloud Build tells."""
    # substitutions: they are in the environment only where the configuration maps them
    commit, branch = get("COMMIT_SHA") or get("REVISION_ID"), get("BRANCH_NAME")
    if get("_PR_NUMBER"):
        return Told(
            event="pull_request",
            branch=get("_HEAD_BRANCH") or branch,
            pr=number(get("_PR_NUMBER")),
            base=get("_BASE_BRANCH"),
            commit=commit,
            fork=_other_repository(get("_HEAD_REPO_URL"), get("REPO_FULL_NAME")),
        )
    tag = get("TAG_NAME")
    return Told(event="tag" if tag else "", branch="" if tag else branch, tag=tag, commit=commit, fork=False)


def _other_repository(address: str, name: str) -> bool | None:
    """Whether an address belongs to another repository than OWNER/NAME."""
    if not address or not name:
        return None
    return not address.lower().rstrip("/").removesuffix(".git").endswith("/" + name.lower())


def netlify(get: Variables) -> Told:
    """What Netlify tells."""
    # of a pull request BRANCH is what is checked out, pull/7/head
    commit = get("COMMIT_REF")
    if get.is_true("PULL_REQUEST"):
        pr = number(get("REVIEW_ID"))
        return Told(
            event="pull_request",
            branch=get("HEAD") if pull_request_of(get("HEAD")) is None else "",
            pr=pull_request_of(get("BRANCH")) if pr is None else pr,
            commit=commit,
        )
    return Told(branch=get("BRANCH"), commit=commit, fork=False)


def vercel(get: Variables) -> Told:
    """What Vercel tells."""
    branch, commit = get("COMMIT_REF"), get("COMMIT_SHA")
    if get("PULL_REQUEST_ID"):
        return Told(event="pull_request", branch=branch, pr=number(get("PULL_REQUEST_ID")), commit=commit)
    return Told(branch=branch, commit=commit, fork=False)
