"""A template names a variable that does not exist.

The variables are Registry, Tag, GitSHA, GitBranch, ChartVersion, Timestamp, Version, VersionMajor, VersionMinor,
VersionPatch, VersionPrerelease, VersionMajorMinor and VersionRaw, and those that only lazyoci knows: GitSHALong,
GitDirty, GitTag, DefaultBranch, PullRequest, BaseBranch, VersionFull, VersionBuild, Date, Name, and Var.NAME, which
`--var NAME=…` or LAZYOCI_VAR_NAME sets. Templates can read no other environment variables. Upper and lower case differ.
A wrong name is also reported in a branch of `if` that is not used in this run, as another run may use it.

Fails:

```yaml
tags: ["{{ .Versoin }}"]
```

Mended:

```yaml
tags: ["{{ .Version }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import meant
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.literal_braces import or_text
from lazyoci.values.variables import is_variable


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per place where a template names a variable that does not exist."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.texts:
            error = resolution.error
            wrong = {error.span: error.name} if error is not None and error.what == "unknown-variable" else {}
            if resolution.template is not None:
                wrong |= {span: name for name, span in resolution.template.fields() if not is_variable(name)}
            for span, name in sorted(wrong.items()):
                found = _finding(subject, artifact, resolution, name, span)
                yield or_text(subject.source, artifact, resolution, found)


def _finding(subject: Subject, artifact: ResolvedArtifact, resolution: Resolution, name: str, span: Span) -> Finding:
    if name == "Var":
        return Finding(resolution.source.node, ".Var holds variables by name; write .Var.NAME, as in .Var.REGION", span)
    from lazyoci.config.foreign_names import own_value
    from lazyoci.rules.shared import condition_words  # imported only when something is wrong
    from lazyoci.rules.shared.placeholders import field_finding, parted_name

    foreign = (
        field_finding(subject, artifact.artifact, resolution, span)
        or parted_name(subject, resolution, span)
        or condition_words.variable(artifact, resolution, name, span)
    )
    if foreign is not None:
        return foreign
    guess = meant.variable(name)
    hint = own_value(name) if guess is None else f"did you mean .{guess.word}?"
    fix = None
    node = resolution.source.node
    written = resolution.source.value[span.start : span.end]
    if guess is not None and written == f".{name}":
        fix = replace(subject.source, node, span, f".{guess.word}", f"replace with .{guess.word}")
    return meant.finding(
        node, f".{name} is not a template variable; {hint}", span, fix, guess is not None and guess.certain
    )
