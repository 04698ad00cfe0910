"""A template uses a variable that has no value now.

Go renders a missing value as the empty text, so `myapp:{{ .Tag }}` without `--tag` would be pushed as `myapp:`. lazyoci
never does this: in `build` a missing value is an error. On a detached HEAD, or in a CI run for a tag, there is no
branch. This is an error too, if a tag or registry would only lose the branch's name: `b-{{ .GitBranch }}` would become
`b-`. In the editor and in the hook it is only information, because the release job may set the value.

Fails in `build` without `--tag`:

```yaml
tags: ["{{ .Tag }}"]
```

Mended by giving the value (`lazyoci build --tag v1.0.0`, or the variable that the message names), or by a default:

```yaml
tags: ['{{ .Tag | default "edge" }}']
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import Artifact, HelmArtifact
from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.paths import is_absent, kind
from lazyoci.rules.shared.wording import first_span, listed, quoted
from lazyoci.template import TemplateError, execute

_BRANCH = "GitBranch"


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per text and reason, at the first variable that is unresolved for this reason."""
    said: dict[int, list[tuple[str, Span | None]]] = {}  # computed once for equal texts: a file repeats the same few
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            if not resolution.unknown or resolution.error is not None:
                continue
            problem = _problem(subject, artifact)
            if problem:
                found = _messages(resolution, without=_said_elsewhere(subject, artifact.artifact), problem=problem)
            elif any(value.name == "ChartVersion" for value in resolution.unknown):
                found = _messages(resolution, without=_said_elsewhere(subject, artifact.artifact))
            else:
                found = said.get(id(resolution.unknown)) or _messages(resolution)
                said[id(resolution.unknown)] = found
            for message, span in found:
                yield Finding(resolution.source.node, message, span)
    yield from _without_branch(subject)


def _problem(subject: Subject, artifact: ResolvedArtifact) -> str:
    """What is wrong with the file of `versionFrom`, if another rule reports that; else empty."""
    origin = artifact.values.base.origin
    if origin is None or origin.file is None or not origin.file.problem:
        return ""
    told = kind(subject, origin.path) or is_absent(subject, origin.path)
    return origin.file.problem if told else ""


def _messages(resolution: Resolution, without: str = "", problem: str = "") -> list[tuple[str, Span | None]]:
    reasons: dict[str, list[str]] = {}
    for value in resolution.unknown:
        if value.name != without and (not problem or value.source != problem):
            reasons.setdefault(value.source, []).append(value.name)
    return [
        (
            f"{listed([f'.{name}' for name in names])} {'has' if len(names) == 1 else 'have'} no value: {reason}",
            first_span(resolution, names[0]),
        )
        for reason, names in reasons.items()
    ]


def _without_branch(subject: Subject) -> Iterator[Finding]:
    """Tags and registries that print the branch although there is none, and are valid without it."""
    for artifact in subject.plan.artifacts:
        occasion = artifact.resolved.values.base.occasion
        of_another = occasion is not None and bool(occasion.tag_of_another)
        for target in artifact.targets:
            registry = target.resolved.registry
            if target.repository is not None and target.resolved.due and _lacks_branch(registry):
                yield _lacking(registry, "registry", of_another)
        for reference in artifact.references:
            if reference.problem is None and _lacks_branch(reference.tag):
                yield _lacking(reference.tag, "tag", of_another)


def _lacks_branch(resolution: Resolution) -> bool:
    """Whether the text lacks only the branch's name: no condition or default of the template handles that."""
    branch = next((value for value in resolution.used if value.name == _BRANCH), None)
    parsed = resolution.template
    if branch is None or branch.text != "" or parsed is None or not resolution.certain:
        return False
    letter = next((one for one in "qxzjkvw" if one not in resolution.text), "")
    known = {value.name: value.text for value in resolution.used if value.text is not None} | {_BRANCH: letter}
    others = [name for name, _ in parsed.fields() if name not in known]
    try:
        rendered = execute(parsed, known, others, ())
    except TemplateError:  # with a branch the template does something else
        return False
    return bool(letter) and letter in rendered.text and rendered.text.replace(letter, "") == resolution.text


def _lacking(resolution: Resolution, what: str, of_another: bool) -> Finding:
    """The finding, with the remedy. With a default, a tag would be published for tags of other artifacts too."""
    default = f'give a default: {{{{ .{_BRANCH} | default "edge" }}}}'
    remedy = f'give this {"tag" if what == "tag" else "target"} when: "branch:**"' if of_another else default
    why = next(value.source for value in resolution.used if value.name == _BRANCH)
    message = f".{_BRANCH} is empty ({why}), so this {what} would be {quoted(resolution.text)}; {remedy}"
    return Finding(resolution.source.node, message, first_span(resolution, _BRANCH))


def _said_elsewhere(subject: Subject, artifact: Artifact) -> str:
    """The variable whose missing value missing-chart or invalid-chart already explains; empty if there is none."""
    if not isinstance(artifact, HelmArtifact):
        return ""
    found = chart_at(subject, artifact)
    return "ChartVersion" if found.missing or found.problem else ""
