"""The output of `lazyoci preview` as a tree and as JSON: what would be pushed, and where every value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lazyoci import clean, mask
from lazyoci.check import Checked
from lazyoci.config.model import CopyArtifact, DockerArtifact, FilesArtifact, HelmArtifact, ImageArtifact
from lazyoci.mask import masked
from lazyoci.plan import NotNow, Plan, PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.publish import ArtifactResult
from lazyoci.report.style import Style
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.rendered_texts import ShownText, templated
from lazyoci.values import Value


def tree(checked: Checked, style: Style) -> str:
    """The file as a tree of artifacts, repositories and tags; empty if the file could not be decoded."""
    if checked.plan is None:
        return ""
    lines = [f"{style.bold(checked.source.name)}  ({clean.line(facts(checked))})"]
    _branch(lines, "", [_artifact(one, checked, style) for one in checked.plan.artifacts], style)
    return "\n".join(lines) + "\n"


Branch = tuple[str, list["Branch"]]


def _branch(lines: list[str], indent: str, branches: list[Branch], style: Style) -> None:
    for number, (text, inner) in enumerate(branches, 1):
        last = number == len(branches)
        lines.append(indent + style.dim(style.corner if last else style.tee) + text)
        _branch(lines, indent + (style.gap if last else style.dim(style.bar)), inner, style)


def facts(checked: Checked) -> str:
    """Git state and version in one line, each with its source, or why it is not known."""
    assert checked.resolved is not None
    values = checked.resolved.values
    git = values.git
    if git.reason:
        state = git.reason
    else:
        state = f"git {git.branch or 'detached'} @ {git.sha}, {'modified' if git.dirty else 'clean'}"
    version = values.version
    if version.raw is None:
        return f"{state}; no version"
    shown = version.semver.full if version.semver is not None else version.raw
    return f"{state}; version {shown} from {version.source}"


def about(planned: PlannedArtifact, checked: Checked) -> str:
    """What is built, in a few words: platforms, chart and version, number of files, source image."""
    artifact = planned.artifact
    if isinstance(artifact, ImageArtifact):
        return ", ".join(text.value for text in artifact.platforms)
    if isinstance(artifact, HelmArtifact) and checked.resolved is not None:
        from lazyoci.values.chart_version import chart_version

        value = chart_version(checked.resolved.values, artifact.chart_path.value)
        return f"{artifact.chart_path.value} {value.text or ''}".rstrip()
    if isinstance(artifact, FilesArtifact):
        return f"{len(artifact.files)} file{'s' * (len(artifact.files) != 1)}"
    if isinstance(artifact, CopyArtifact) and planned.resolved.source is not None:
        source = mask.masked(planned.resolved.source.text)
        return ", ".join((f"from {source}", *(text.value for text in artifact.platforms)))
    if isinstance(artifact, DockerArtifact):
        return ", ".join((artifact.image.value, *(text.value for text in artifact.platforms)))
    return ""


def _artifact(planned: PlannedArtifact, checked: Checked, style: Style) -> Branch:
    head = f"{style.bold(planned.artifact.label)}  {clean.line(planned.artifact.type)}"
    detail = about(planned, checked)
    inner = [_target(target, style) for target in planned.targets]
    inner += [(_shown(one, style), []) for one in templated(planned.resolved)]
    inner += [(_added(one, style), []) for one in metadata(planned)]
    return (f"{head}  {style.dim(detail)}" if detail else head, inner)


def _shown(one: ShownText, style: Style) -> str:
    """`labels version=1.4.2`, followed by the template and the sources of its values."""
    what = f"{style.dim(one.where)} {clean.line(one.key)}="
    text = clean.line(one.text)
    resolution = one.resolution
    if one.hidden:
        return what + style.dim(text)
    if resolution.error is not None:
        return f"{what}{style.error(text)}  {style.error(resolution.error.message)}"
    shown = style.warning(text) if resolution.unknown else text
    return f"{what}{shown}  {style.dim(_origin(resolution))}"


def metadata(planned: PlannedArtifact) -> tuple[Value, ...]:
    """What `metadata: auto` adds to the artifact, each with its source; without a text what it leaves out, and why."""
    if planned.artifact.metadata is None:
        return ()
    from lazyoci.values.metadata import added  # few files ask for it

    return added(planned.artifact, planned.resolved.values.base)


def _added(one: Value, style: Style) -> str:
    """`metadata KEY=TEXT  where it is from`, or why there is none."""
    what = f"{style.dim('metadata')} {clean.line(one.name)}"
    if one.shown is None:
        return f"{what}  {style.dim(clean.line(f'left out: {one.source}'))}"
    return f"{what}={clean.line(one.shown)}  {style.dim(clean.line(one.source))}"


def _target(planned: PlannedTarget, style: Style) -> Branch:
    text = clean.line(planned.text)
    registry = planned.resolved.registry
    if registry.source.is_template:
        text += "  " + style.dim(_origin(registry))
    if planned.problem is not None:
        text += "  " + style.error(planned.problem.message)
    width = max((len(one.tag.text) for one in planned.references), default=0)
    due: list[Branch] = [(_tag(one, width, style), []) for one in planned.references]
    return text, [*due, *[(style.dim(clean.line(not_due(one))), []) for one in planned.not_now]]


def not_due(one: NotNow) -> str:
    """`TEMPLATE  not now: why`."""
    return f"{one.template}  {'not known' if one.undecided else 'not now'}: {one.why}"


def _tag(planned: PlannedReference, width: int, style: Style) -> str:
    tag = planned.tag
    text = clean.line(masked(tag.text))
    if planned.problem is not None:
        return f"{style.error(text or '(empty)')}  {style.dim(_origin(tag))}  {style.error(planned.problem.message)}"
    if tag.error is not None:
        return f"{style.error(text)}  {style.error(tag.error.message)}"
    kept = f"kept: {planned.stays}" if planned.stays else ""
    more = [_origin(tag) if tag.source.is_template else "", kept]
    told = "  ".join(style.dim(clean.line(one)) for one in more if one)
    if not told:
        return text
    return f"{style.warning(text.ljust(width)) if tag.unknown else text.ljust(width)}  {told}"


def _origin(resolution: Resolution) -> str:
    """The template, and each source of its values once."""
    sources = dict.fromkeys(value.source for value in resolution.unknown or resolution.used if value.source)
    return "  ".join((f'"{masked(resolution.source.value)}"', "; ".join(sources))).rstrip()


def json(checked: Checked, failed: Sequence[ArtifactResult] = ()) -> dict[str, Any]:
    """The same for machines, and why a build would refuse an artifact, as described by `schema/preview.schema.json`."""
    errors = {one.index: "; ".join(dict.fromkeys(error.message for error in one.errors)) for one in failed}
    plan: Plan | None = checked.plan
    found: dict[str, Any] = {"file": checked.source.name, "artifacts": []}
    if plan is None:
        return found
    for planned in plan.artifacts:
        targets = [
            {
                "repository": target.text,
                "references": [_reference_json(one) for one in target.references],
                "values": _values_json(target.resolved.registry),
                "template": mask.registry(target.resolved.registry.source.value),
            }
            for target in planned.targets
        ]
        shown: dict[str, Any] = {"name": planned.artifact.label, "type": planned.artifact.type, "targets": targets}
        if planned.not_now:
            shown["notNow"] = [
                {"registry": one.registry, "template": one.template, "reason": one.reason} for one in planned.not_now
            ]
        for one in templated(planned.resolved):
            shown.setdefault(one.where, {})[one.key] = _text_json(one)
        if found_metadata := metadata(planned):
            shown["metadata"] = {one.name: {"text": one.shown, "source": one.source} for one in found_metadata}
        if planned.artifact.index in errors:
            shown["error"] = errors[planned.artifact.index]
        found["artifacts"].append(shown)
    return found


def _reference_json(planned: PlannedReference) -> dict[str, Any]:
    found: dict[str, Any] = {
        "reference": planned.text,
        "resolved": planned.reference is not None,
        "template": masked(planned.tag.source.value),
        "values": _values_json(planned.tag),
    }
    problem = planned.problem or planned.tag.error
    if problem is not None:
        found["error"] = problem.message
    if planned.stays:
        found["kept"] = planned.stays
    return found


def _text_json(one: ShownText) -> dict[str, Any]:
    if one.hidden:
        return {"text": None, "hidden": True, "values": []}
    found = {
        "text": one.text if one.resolution.certain else None,
        "template": masked(one.resolution.source.value),
        "values": _values_json(one.resolution),
    }
    if one.resolution.error is not None:
        found["error"] = one.resolution.error.message
    return found


def _values_json(resolution: Resolution) -> list[dict[str, Any]]:
    return [{"name": value.name, "value": value.shown, "source": value.source} for value in resolution.used]
