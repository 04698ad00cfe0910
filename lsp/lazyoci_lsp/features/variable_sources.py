"""Where the value of a template variable comes from: git's own files, a version file, or a page that tells of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.template.documentation import variable_text
from lazyoci.world.ci.services import SERVICES
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.state import shown_files
from lazyoci_lsp.state.watching import git_directories
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.values import Value
    from lazyoci_lsp.state.snapshot import Snapshot

_OF_HEAD = frozenset({"GitSHA", "GitSHALong", "GitBranch", "GitDirty"})
_OF_TAG = frozenset({"GitTag", "Tag"})
_VERSION_KEY = re.compile(
    r"""^\s*["']?version["']?\s*[:=]"""
)  # in pyproject.toml, Cargo.toml, package.json, Chart.yaml
_DOCUMENTED = {  # where services document the variables that they set
    "GitHub Actions": "https://docs.github.com/en/actions/reference/workflows-and-actions/variables",
    "GitLab CI": "https://docs.gitlab.com/ci/variables/predefined_variables/",
    "Azure Pipelines": "https://learn.microsoft.com/azure/devops/pipelines/build/variables",
    "Jenkins": "https://plugins.jenkins.io/git/#environment-variables",
    "CircleCI": "https://circleci.com/docs/variables/",
    "Buildkite": "https://buildkite.com/docs/pipelines/configure/environment-variables",
    "Bitbucket Pipelines": "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    "Drone": "https://docs.drone.io/pipeline/environment/reference/",
    "Woodpecker CI": "https://woodpecker-ci.org/docs/usage/environment",
    "Travis CI": "https://docs.travis-ci.com/user/environment-variables/",
    "TeamCity": "https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html",
    "AppVeyor": "https://www.appveyor.com/docs/environment-variables/",
    "AWS CodeBuild": "https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",
    "Google Cloud Build": "https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values",
    "Netlify": "https://docs.netlify.com/configure-builds/environment-variables/",
    "Vercel": "https://vercel.com/docs/environment-variables/system-environment-variables",
    "Semaphore": "https://docs.semaphoreci.com/reference/env-vars",
}


async def source_of(
    view: View, snapshot: Snapshot, name: str, value: Value | None, directory: Path, version_file: str
) -> types.Location | None:
    """The place that a variable's value is from. `version_file` is that of the artifact's `versionFrom`, if any."""
    told = value.source if value is not None else ""
    in_service = any(service.name in told for service in SERVICES)
    versioned = name.startswith("Version") or name in _OF_TAG
    if versioned and version_file and version_file in told:
        return _version_line(view, directory / version_file)
    if value is not None and value.text is not None and not in_service and not told.startswith(("--", "LAZYOCI_")):
        found = None
        if name in _OF_HEAD:
            found = _head(view, directory, commit=name.startswith("GitSHA"))
        elif versioned:
            found = _tag(view, directory, [snapshot.variables.version.raw or "", snapshot.variables.git.tag])
        if found is not None:
            return found
    return await _page(view, name, value, told)


def _head(view: View, directory: Path, *, commit: bool) -> types.Location | None:
    """The file with the commit of HEAD, or HEAD itself, which names the branch."""
    found = git_directories(directory)
    if found is None:
        return None
    own, common = found
    head = own / "HEAD"
    source = linked_files.read(view, head)
    if source is None:
        return None
    branch = source.text.strip().removeprefix("ref:").strip()
    if commit and source.text.startswith("ref:"):
        if (common / branch).is_file():
            return linked_files.line_location(view, common / branch, 0)
        return _packed(view, common, branch) or linked_files.line_location(view, head, 0)
    return linked_files.line_location(view, head, 0)


def _tag(view: View, directory: Path, names: list[str]) -> types.Location | None:
    """The file of a tag, or its line among the packed ones."""
    found = git_directories(directory)
    for name in dict.fromkeys(name for name in names if name and found is not None):
        assert found is not None
        reference = f"refs/tags/{name}"
        if (found[1] / reference).is_file():
            return linked_files.line_location(view, found[1] / reference, 0)
        packed = _packed(view, found[1], reference)
        if packed is not None:
            return packed
    return None


def _packed(view: View, common: Path, reference: str) -> types.Location | None:
    path = common / "packed-refs"
    source = linked_files.read(view, path)
    for number in range(len(source.line_starts)) if source is not None else ():
        if source is not None and source.line(number).endswith(f" {reference}"):
            return linked_files.line_location(view, path, number)
    return None


def _version_line(view: View, path: Path) -> types.Location | None:
    source = linked_files.read(view, path)
    if source is None:
        return None
    numbers = range(len(source.line_starts))
    return linked_files.line_location(view, path, next((n for n in numbers if _VERSION_KEY.match(source.line(n))), 0))


async def _page(view: View, name: str, value: Value | None, told: str) -> types.Location | None:
    """A page that says what the variable is, what it is now and why, and where a service documents it."""
    lines = [f"# .{name}", "", variable_text(name), ""]
    if value is not None:
        now = "has no value" if value.text is None else f"is `{value.shown}`" if value.text else "is empty"
        lines += [f"Now it {now}: {told}", ""]
    lines += [f"{service}: <{url}>" for service, url in _DOCUMENTED.items() if service in told]
    environ, text = view.configuration.environ(), "\n".join(lines).rstrip() + "\n"
    path = await view.background.run(lambda: shown_files.put(environ, f"variable-{name}.md", "", text))
    beginning = types.Range(types.Position(0, 0), types.Position(0, 0))
    return types.Location(uris.from_path(path), beginning) if path is not None else None
