"""The known services in the order of detection, and how each is recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lazyoci.world.ci import actions, clouds, forges, hosted, teamcity
from lazyoci.world.ci.facts import Reader


class Service(NamedTuple):
    """A service: how it is recognised, the prefix of its variables, and the function that reads them."""

    name: str
    detected: Callable[[Mapping[str, str]], bool]
    prefix: str
    read: Reader


def _is_set(*names: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda environ: all(environ.get(name, "") not in ("", "false", "False", "0") for name in names)


def _is_cloud_build(environ: Mapping[str, str]) -> bool:
    """Google Cloud Build sets no variable of its own, so mapped substitutions are used to recognise it."""
    if environ.get("BUILDER_OUTPUT"):
        return True
    commit = environ.get("COMMIT_SHA") or environ.get("REVISION_ID")
    return bool(environ.get("BUILD_ID") and environ.get("PROJECT_ID") and commit)


def _is_woodpecker(environ: Mapping[str, str]) -> bool:
    return "woodpecker" in (environ.get("CI_SYSTEM_NAME", ""), environ.get("CI", ""))


def _is_codebuild(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("CODEBUILD_BUILD_ID") or environ.get("CODEBUILD_BUILD_ARN"))


SERVICES: tuple[Service, ...] = (
    Service("Forgejo Actions", _is_set("FORGEJO_ACTIONS"), "GITHUB_", actions.read),
    Service("Gitea Actions", _is_set("GITEA_ACTIONS"), "GITHUB_", actions.read),
    Service("GitHub Actions", _is_set("GITHUB_ACTIONS"), "GITHUB_", actions.read),
    Service("GitLab CI", _is_set("GITLAB_CI"), "CI_", forges.gitlab),
    Service("Azure Pipelines", _is_set("TF_BUILD"), "", forges.azure),
    Service("Buildkite", _is_set("BUILDKITE"), "BUILDKITE_", hosted.buildkite),
    Service("CircleCI", _is_set("CIRCLECI"), "CIRCLE_", hosted.circleci),
    Service("Drone", _is_set("DRONE"), "DRONE_", forges.drone),
    Service("Woodpecker CI", _is_woodpecker, "CI_", forges.woodpecker),
    Service("Travis CI", _is_set("TRAVIS"), "TRAVIS_", hosted.travis),
    Service("TeamCity", _is_set("TEAMCITY_VERSION"), "", teamcity.read),
    Service("AppVeyor", _is_set("APPVEYOR"), "APPVEYOR_", hosted.appveyor),
    Service("Semaphore", _is_set("SEMAPHORE"), "SEMAPHORE_", hosted.semaphore),
    Service("Bitbucket Pipelines", _is_set("BITBUCKET_BUILD_NUMBER"), "BITBUCKET_", forges.bitbucket),
    Service("Netlify", _is_set("NETLIFY"), "", clouds.netlify),
    Service("Vercel", _is_set("VERCEL"), "VERCEL_GIT_", clouds.vercel),
    # runners of other services run within CodeBuild, and Jenkins agents within many services
    Service("Jenkins", _is_set("JENKINS_URL"), "", hosted.jenkins),
    Service("AWS CodeBuild", _is_codebuild, "CODEBUILD_", clouds.codebuild),
    Service("Google Cloud Build", _is_cloud_build, "", clouds.cloud_build),
)
