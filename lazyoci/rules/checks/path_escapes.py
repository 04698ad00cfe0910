"""A path leads out of the git repository; without a repository, out of the directory of the `.lazy` file.

Files there are not part of the checkout, so they are missing on other machines. And a `.lazy` file that somebody else
wrote could publish, or give to a builder, any file that your account can read. What counts is where the path finally
leads: `..`, absolute paths and symbolic links are all followed. This includes links in a chart's directory, which
packaging follows, and a provenance file beside a packaged chart, which is published with the chart. Within a
repository, `../` is fine.

You can allow directories, and only you, not the file or its project: by `--allow-outside DIRECTORY`, or for good by
the environment variable `LAZYOCI_ALLOW_OUTSIDE`. No comment and no setting of the project silences this rule.

Fails:

```yaml
type: image
context: /srv
```

Mended by moving what is needed into the repository:

```yaml
type: image
context: .
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import Artifact, FilesArtifact, HelmArtifact, ImageArtifact
from lazyoci.rules.base import Finding, Subject, type_node
from lazyoci.rules.shared.bounds import Bounds, chart_files_outside
from lazyoci.rules.shared.dockerfiles import has_remote_context
from lazyoci.rules.shared.paths import kind, matches
from lazyoci.rules.shared.wording import quoted
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE
from lazyoci.values.image_inputs import local_paths
from lazyoci.yaml.nodes import Node


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per place in the file, which names the first path that leads out."""
    bounds = Bounds.of(subject)
    for artifact in subject.config.artifacts:
        told: set[int] = set()
        for node, path in _paths(subject, artifact):
            if id(node) in told:
                continue
            goal = bounds.escape(path)
            if goal is not None:
                told.add(id(node))
                yield Finding(node, _message(quoted(path), path, goal, bounds))
            elif isinstance(artifact, HelmArtifact) and kind(subject, path) == "dir":
                for link, goal in chart_files_outside(subject, path, bounds):
                    yield Finding(node, _message(f"the link {quoted(link)}", link, goal, bounds))
                    break


def _message(what: str, path: str, goal: str, bounds: Bounds) -> str:
    where = "" if goal.rstrip("/") == path.rstrip("/") else f" to {quoted(goal)}"
    area = "the git repository" if bounds.in_repository else "the directory of the .lazy file"
    return f"{what} leads{where} outside {area}; move it in, or allow it: --allow-outside DIRECTORY"


def _paths(subject: Subject, artifact: Artifact) -> Iterator[tuple[Node, str]]:
    """Every path that is read or written for an artifact, with the node to report it at."""
    if artifact.version_from is not None and artifact.version_from.file is not None:
        yield artifact.version_from.file.node, artifact.version_from.file.value
    if isinstance(artifact, HelmArtifact):
        path = artifact.chart_path.value
        yield artifact.chart_path.node, path
        if kind(subject, path) == "file" and kind(subject, f"{path}.prov") == "file":  # published along with a package
            yield artifact.chart_path.node, f"{path}.prov"
    elif isinstance(artifact, FilesArtifact):
        for file in artifact.files:
            yield file.path.node, file.path.value
            for match in matches(subject, file.path.value) or ():
                if match != file.path.value:
                    yield file.path.node, match
    elif isinstance(artifact, ImageArtifact):
        context = artifact.context.value if artifact.context is not None else ""
        is_fetched = has_remote_context(artifact) and not kind(subject, context)
        for local in local_paths(artifact):
            if local.key == "dockerfile" and is_fetched:
                continue
            if not local.looks_remote or kind(subject, local.path):
                yield local.text.node, local.path
        if artifact.dockerfile is None and not is_fetched:
            yield type_node(artifact), DEFAULT_DOCKERFILE
