"""GitHub Actions, and those of Gitea and Forgejo, which set the same variables. The event file has what these lack.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

from typing import Any

from lazyoci.world.ci.facts import Told, Variables, branch_of, differ, number, pull_request_of, tag_of

_EVENTS = {
    "push": "push",
    "schedule": "schedule",
    "workflow_dispatch": "manual",
    "repository_dispatch": "manual",
    "deployment": "deployment",
}
_OF_TAGS = frozenset({"push", "create", "release"})  # events that are for a tag if the ref is one
_OF_ANOTHER = {"workflow_run": "event", "issue_comment": "number"}  # may be for a fork's code, as their file alone says
_OF_COMMITS = frozenset({"", "push", "schedule", "workflow_dispatch"})  # events whose ref is what the run is for


def read(get: Variables) -> Told:
    """The facts of a run of actions."""
    name, ref = get("EVENT_NAME"), get("REF") or _ref_of_name(get)
    payload = _payload(get)
    default = _text(payload, "repository", "default_branch")
    commit = get("SHA")
    if get("HEAD_REF") or _is_pull_request(name, ref, payload):  # set for pull requests alone
        head, base = _part(payload, "pull_request", "head", "repo"), _part(payload, "pull_request", "base", "repo")
        workflow = _part(payload, "workflow_run")
        source = _text(head, "full_name") or _text(workflow, "head_repository", "full_name")
        target = _text(base, "full_name") or (get("REPOSITORY") if source else "")
        return Told(
            event="pull_request",
            branch=get("HEAD_REF") or _text(payload, "pull_request", "head", "ref") or _text(workflow, "head_branch"),
            pr=_number(payload) if _number(payload) is not None else pull_request_of(ref),
            base=get("BASE_REF") or _text(payload, "pull_request", "base", "ref"),
            default_branch=default or _text(base, "default_branch"),
            commit=commit,
            fork=differ(source, target),
        )
    if name in _OF_ANOTHER and not _says_whose(name, payload):
        missing = f"{get.prefix}EVENT_PATH names no valid event file"
        return Told(commit=commit, unclear=f"{missing}, and without it a run of {name} may be for a pull request")
    tag = tag_of(ref)
    if tag and name in _OF_TAGS:
        event = "tag"
    else:
        event = _EVENTS.get(name, "")
    branch = branch_of(ref)
    # a schedule runs on the default branch only, whose name the event file of a schedule does not hold
    is_default = True if name == "schedule" and not tag and not default else None
    return Told(
        event=event,
        branch=branch,
        tag=tag,
        default_branch=default,
        is_default_branch=is_default,
        commit=commit,
        fork=False,
    )


def _ref_of_name(get: Variables) -> str:
    """The ref, put together from the variables that hold its parts; empty if they are not set."""
    name, kind = get("REF_NAME"), get("REF_TYPE")
    if not name or kind not in ("branch", "tag"):
        return ""
    pull = f"refs/pull/{name}"  # of a pull request the name is 7/merge, and the type `branch`
    if kind == "branch" and name.endswith(("/merge", "/head")) and pull_request_of(pull) is not None:
        return pull
    return f"refs/{'tags' if kind == 'tag' else 'heads'}/{name}"


def _is_pull_request(name: str, ref: str, payload: dict[str, Any]) -> bool:
    """Whether a run is for a pull request, even if its ref is the default branch (pull_request_target)."""
    if name.startswith("pull_request") or pull_request_of(ref) is not None:
        return True
    if name in _OF_COMMITS:
        return False
    return (
        bool(_part(payload, "pull_request"))
        or bool(_part(payload, "issue", "pull_request"))  # a comment on a pull request
        or _text(payload, "workflow_run", "event").startswith("pull_request")
    )


def _says_whose(name: str, payload: dict[str, Any]) -> bool:
    """Whether the event file says what the other run, or the comment, is about."""
    return _OF_ANOTHER[name] in _part(payload, "workflow_run" if name == "workflow_run" else "issue")


def _payload(get: Variables) -> dict[str, Any]:
    data = get.file(get("EVENT_PATH"))
    if not data:
        return {}
    import json

    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(found: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _text(found: Any, *keys: str) -> str:
    last = _part(found, *keys[:-1]).get(keys[-1])
    return last if isinstance(last, str) else ""


def _number(payload: dict[str, Any]) -> int | None:
    runs = _part(payload, "workflow_run").get("pull_requests")
    first = runs[0] if isinstance(runs, list) and runs else None
    for part in (_part(payload, "pull_request"), _part(payload, "issue"), first, payload):
        found = part.get("number") if isinstance(part, dict) else None
        if isinstance(found, int) and not isinstance(found, bool):
            return number(str(found))
    return None
