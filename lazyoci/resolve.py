"""Config + values → Resolved: renders every template, and keeps which variables it used and which have no value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import template
from lazyoci.config.model import Artifact, Config, CopyArtifact, HelmArtifact, ImageArtifact, Tag, Target, Text
from lazyoci.frozen import frozen, replace
from lazyoci.template import Template, TemplateError
from lazyoci.values import Value, Values

if TYPE_CHECKING:
    from lazyoci.config.model import Condition
    from lazyoci.values.variables import ArtifactValues
    from lazyoci.when import Facts, Rendered, Verdict
    from lazyoci.world import World
    from lazyoci.world.version_line import Lines

_OF_ARTIFACTS = frozenset({"Name", "ChartVersion"})  # variables that differ between artifacts
_MOST_SHARED = 500  # how many rendered texts are shared between files


@frozen
class Resolution:
    """One rendered text. If `unknown` is not empty, `text` is only to be shown: ‹Name› stands for a missing value."""

    source: Text
    text: str
    used: tuple[Value, ...] = ()  # in order of first use
    unknown: tuple[Value, ...] = ()  # those of `used` without a value
    error: TemplateError | None = None
    template: Template | None = None  # None for text that is no template, and when it does not parse
    rendered: bool = True  # False for a template that is not due, and so only parsed

    @property
    def certain(self) -> bool:
        """Whether `text` is final: no value is missing."""
        return self.error is None and not self.unknown and self.rendered


@frozen
class ResolvedTag:
    """A tag, rendered if it is due.

    `holds` is the result of its conditions and those of its target and artifact. None is unknown: with a `reason` if a
    fact of the run is unknown, without one if the file is checked for no certain run; then the tag is rendered.
    """

    tag: Tag
    text: Resolution
    holds: bool | None = True
    reason: str = ""
    remedy: str = ""
    undecided: bool = False  # because a fact is unknown

    @property
    def due(self) -> bool:
        """Whether it is due, or may be if the file is checked for no certain run."""
        return self.holds is not False and not self.undecided


@frozen
class ResolvedTarget:
    """A target with its texts rendered, in the order of the file."""

    target: Target
    registry: Resolution
    tags: tuple[ResolvedTag, ...]

    @property
    def due(self) -> bool:
        """Whether any of its tags is."""
        return any(tag.due for tag in self.tags)


@frozen
class ResolvedArtifact:
    """An artifact with its texts rendered."""

    artifact: Artifact
    targets: tuple[ResolvedTarget, ...]
    annotations: Mapping[str, Resolution]
    build_args: Mapping[str, Resolution]  # of an image; empty for other types
    labels: Mapping[str, Resolution]
    values: ArtifactValues
    conditions: tuple[Resolution, ...] = ()  # conditions that are templates
    source: Resolution | None = None  # of a copy: the reference that it is copied from

    @property
    def due(self) -> bool:
        """Whether any of its tags is."""
        return any(target.due for target in self.targets)

    @property
    def resolutions(self) -> list[Resolution]:
        """Every text that is due, targets first: all that this run uses."""
        if not self.due:
            return []
        found: list[Resolution] = []
        for target in self.targets:
            tags = [tag.text for tag in target.tags if tag.due]
            found += [target.registry, *tags] if tags else []
        return [*found, *self.content]

    @property
    def content(self) -> list[Resolution]:
        """The texts that the artifact's content is made from."""
        texts = [*self.annotations.values(), *self.build_args.values(), *self.labels.values()]
        return texts if self.source is None else [self.source, *texts]

    @property
    def texts(self) -> list[Resolution]:
        """Every text of the artifact, due or not, and conditions that are templates: for rules about templates."""
        found = [one for target in self.targets for one in (target.registry, *[tag.text for tag in target.tags])]
        return [*found, *self.content, *self.conditions]

    @property
    def rendered(self) -> Artifact:
        """The artifact as it is built: with its build arguments and labels rendered."""
        if not isinstance(self.artifact, ImageArtifact):
            return self.artifact
        return replace(
            self.artifact,
            build_args={key: Text(one.text, one.source.node) for key, one in self.build_args.items()},
            labels={key: Text(one.text, one.source.node) for key, one in self.labels.items()},
        )


@frozen
class Resolved:
    """A whole rendered file. `values` has the file's variables, with their sources."""

    artifacts: tuple[ResolvedArtifact, ...]
    values: Values
    directory: Path


def resolve(config: Config, directory: Path, world: World) -> Resolved:
    """Render every template of `config`, whose file lies in `directory`. Problems are kept, not raised."""
    values = Values(world, directory, None, _lines(config))
    # without git no value depends on the directory, so rendered texts are the same for all files of the run
    shared: dict[str, Resolution] = {} if world.has_git else world.memo
    if len(shared) > _MOST_SHARED:
        shared.clear()
    return Resolved(tuple([_artifact(one, values, shared) for one in config.artifacts]), values, directory)


def resolve_one(artifact: Artifact, values: Values, shared: dict[str, Resolution]) -> ResolvedArtifact:
    """Render the templates of one artifact with its file's values; `shared` keeps texts that several artifacts have."""
    return _artifact(artifact, values, shared)


def _lines(config: Config) -> Lines | None:
    """The lines of versions of all artifacts; None if there are only the repository's versions."""
    given = [one.version_from for one in config.artifacts]
    if all(one is None for one in given):
        return None
    from lazyoci.world.version_line import Line, Lines  # few files have several lines

    own = [Line(one.tag.value) for one in given if one is not None and one.tag is not None]
    return Lines(tuple(dict.fromkeys(own)), any(one is None or one.tag is None for one in given))


def _artifact(artifact: Artifact, base: Values, shared: dict[str, Resolution]) -> ResolvedArtifact:
    name = artifact.name.value if artifact.name is not None else ""
    chart = None
    if artifact.version_from is not None:
        origin = artifact.version_from
        base = base.with_origin(*["" if one is None else one.value for one in (origin.tag, origin.file)])
        shared = {}  # the artifact has its own version, so its texts are not shared
    if isinstance(artifact, HelmArtifact):
        path = artifact.chart_path.value

        def chart() -> Value:
            from lazyoci.values.chart_version import chart_version

            return chart_version(base, path)

    values = base.with_artifact(name, chart)
    render = _Renderer(values, shared)
    conditions: tuple[Resolution, ...] = ()
    if _has_conditions(artifact):
        due = _Due(base, render, _Renderer(values, {}, for_conditions=True))
        targets = due.targets(artifact)
        conditions = tuple(due.templates)
    else:
        targets = tuple(
            [
                ResolvedTarget(
                    target, render(target.registry), tuple([ResolvedTag(tag, render(tag.text)) for tag in target.tags])
                )
                for target in artifact.targets
            ]
        )
    annotations = {key: render(text) for key, text in artifact.annotations.items()} if artifact.annotations else {}
    if not isinstance(artifact, ImageArtifact):
        source = render(artifact.source) if isinstance(artifact, CopyArtifact) else None
        return ResolvedArtifact(artifact, targets, annotations, {}, {}, values, conditions, source)
    build_args = {key: render(text) for key, text in artifact.build_args.items()}
    labels = {key: render(text) for key, text in artifact.labels.items()}
    return ResolvedArtifact(artifact, targets, annotations, build_args, labels, values, conditions)


def _has_conditions(artifact: Artifact) -> bool:
    """Whether any part of it has a condition; most files have none."""
    return artifact.when is not None or any(
        target.when is not None or any(tag.when is not None for tag in target.tags) for target in artifact.targets
    )


class _Due:
    """Decides what is due of one artifact, and renders only that."""

    def __init__(self, values: Values, render: _Renderer, render_condition: _Renderer) -> None:
        self.templates: list[Resolution] = []  # conditions that are templates
        self._facts: Facts | None = values.facts
        self._render = render
        self._render_condition = render_condition

    def targets(self, artifact: Artifact) -> tuple[ResolvedTarget, ...]:
        """The targets with what is due in each."""
        from lazyoci.when import both

        whole = self._judge(artifact.when)
        found = []
        for target in artifact.targets:
            verdict = both(whole, self._judge(target.when))
            tags = tuple([self._tag(tag, both(verdict, self._judge(tag.when))) for tag in target.tags])
            registry = self._render if any(tag.due for tag in tags) else self._render.parse
            found.append(ResolvedTarget(target, registry(target.registry), tags))
        return tuple(found)

    def _tag(self, tag: Tag, verdict: Verdict) -> ResolvedTag:
        undecided = verdict.holds is None and self._facts is not None
        render = self._render.parse if verdict.holds is False or undecided else self._render
        return ResolvedTag(tag, render(tag.text), verdict.holds, verdict.reason, verdict.remedy, undecided)

    def _judge(self, condition: Condition | None) -> Verdict:
        from lazyoci.when import ALWAYS, UNDECIDED, judge, templates

        if condition is None:
            return ALWAYS
        if self._facts is None:
            self.templates += map(self._render_condition, templates(condition))
            return UNDECIDED
        return judge(condition, self._facts, self._condition)

    def _condition(self, text: Text) -> Rendered:
        found = self._render_condition(text)
        self.templates.append(found)
        return condition(found)


def condition(found: Resolution) -> Rendered:
    """The result of a condition that is a template."""
    from lazyoci.when import Rendered

    if found.error is not None:
        return Rendered(None)  # rules about templates report it
    if found.unknown:
        first = found.unknown[0]
        return Rendered(None, f'.{first.name} of "{found.source.value.strip()}" has no value', first.source)
    if found.template is None or found.text.strip().lower() in ("", "true", "false"):
        return Rendered(found.text)
    from lazyoci.when import outcome

    if outcome.literal(found.template):
        return Rendered(None)  # unknown-occasion reports it
    if not outcome.single(found.template):
        given = f'"{found.source.value.strip()}" is "{found.text.strip()}", which is neither true nor false'
        return Rendered(None, given, outcome.REMEDY)
    return Rendered(found.text)


class _Renderer:
    """Renders texts with one artifact's values. Texts without the artifact's own variables are shared in the file."""

    def __init__(self, values: ArtifactValues, shared: dict[str, Resolution], *, for_conditions: bool = False) -> None:
        """`for_conditions`: what the run certainly does not have is the empty text, which means no."""
        self._values = values
        self._shared = shared
        self._for_conditions = for_conditions

    def __call__(self, text: Text) -> Resolution:
        source = text.value
        if "{{" not in source:  # as in the Go tool, only such a text is a template
            return Resolution(text, source)
        known = self._shared.get(source)
        if known is not None:
            return Resolution(text, known.text, known.used, known.unknown, known.error, known.template)
        done = self._render(text)
        if _OF_ARTIFACTS.isdisjoint([value.name for value in done.used]):
            self._shared[source] = done
        return done

    def parse(self, text: Text) -> Resolution:
        """A text that is not due: parsed for the rules about templates, but not rendered."""
        if not text.is_template:
            return Resolution(text, text.value)
        try:
            parsed = template.parse(text.value)
        except TemplateError as error:
            return Resolution(text, text.value, error=error.with_traceback(None), rendered=False)
        return Resolution(text, text.value, template=parsed, rendered=False)

    def _render(self, text: Text) -> Resolution:
        try:
            parsed = template.parse(text.value)
        except TemplateError as error:
            return Resolution(text, text.value, error=error.with_traceback(None))
        found: dict[str, Value] = {}
        known: dict[str, str] = {}
        unset: list[str] = []
        unknown: list[str] = []
        for name, _span in parsed.fields():
            if name not in found:
                try:
                    value = found[name] = self._values.get(name)
                except KeyError:
                    continue  # not a variable: executing the template reports that, with the place
                if value.text is not None:
                    known[name] = value.text
                elif self._for_conditions and value.absent:
                    known[name] = ""
                else:
                    (unset if value.unset else unknown).append(name)
        try:
            rendered = template.execute(parsed, known, unknown, unset)
        except TemplateError as error:
            used = tuple(found.values())
            missing = tuple(value for value in used if value.text is None)
            return Resolution(text, text.value, used, missing, error.with_traceback(None), parsed)
        return Resolution(
            text,
            rendered.text,
            tuple([found[name] for name in rendered.used if name in found]),
            tuple([found[name] for name in rendered.unknown if name in found]) if rendered.unknown else (),
            None,
            parsed,
        )
