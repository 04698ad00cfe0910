"""Config + values → every template rendered, with what it used, what stayed unknown, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import template
from lazyoci.config.model import Artifact, Config, HelmArtifact, ImageArtifact, Target, Text
from lazyoci.frozen import frozen, replace
from lazyoci.template import Template, TemplateError
from lazyoci.values import Value, Values

if TYPE_CHECKING:
    from lazyoci.values.variables import ArtifactValues
    from lazyoci.world import World

_OF_ARTIFACTS = frozenset({"Name", "ChartVersion"})  # variables that differ from one to the next
_MOST_SHARED = 500  # renderings remembered from file to file


@frozen
class Resolution:
    """One text rendered. While `unknown` is not empty `text` is only for showing: ‹Name› stands for a missing value."""

    source: Text
    text: str
    used: tuple[Value, ...] = ()  # in order of first use
    unknown: tuple[Value, ...] = ()  # those of `used` without a value
    error: TemplateError | None = None
    template: Template | None = None  # None for text that is no template, and when it does not parse

    @property
    def certain(self) -> bool:
        """Whether `text` is what will be used."""
        return self.error is None and not self.unknown


@frozen
class ResolvedTarget:
    """A target with its texts rendered, in the order of the file."""

    target: Target
    registry: Resolution
    tags: tuple[Resolution, ...]


@frozen
class ResolvedArtifact:
    """An artifact with its texts rendered."""

    artifact: Artifact
    targets: tuple[ResolvedTarget, ...]
    annotations: Mapping[str, Resolution]
    build_args: Mapping[str, Resolution]  # of an image; empty for other types
    labels: Mapping[str, Resolution]

    @property
    def resolutions(self) -> list[Resolution]:
        """Every rendered text of the artifact, targets first."""
        found = [one for target in self.targets for one in (target.registry, *target.tags)]
        return [*found, *self.annotations.values(), *self.build_args.values(), *self.labels.values()]

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
    """A whole file rendered. `values` answers for file-level variables: what each is and where it came from."""

    artifacts: tuple[ResolvedArtifact, ...]
    values: Values
    directory: Path


def resolve(config: Config, directory: Path, world: World) -> Resolved:
    """Render every template of `config`, whose file lies in `directory`. Problems are kept, not raised."""
    values = Values(world, directory)
    # without git no value depends on the directory, so what was rendered for one file holds for all of the run
    shared: dict[str, Resolution] = {} if world.has_git else world.memo
    if len(shared) > _MOST_SHARED:
        shared.clear()
    return Resolved(tuple([_artifact(one, values, shared) for one in config.artifacts]), values, directory)


def _artifact(artifact: Artifact, base: Values, shared: dict[str, Resolution]) -> ResolvedArtifact:
    name = artifact.name.value if artifact.name is not None else ""
    chart = None
    if isinstance(artifact, HelmArtifact):
        path = artifact.chart_path.value

        def chart() -> Value:
            from lazyoci.values.chart_version import chart_version

            return chart_version(base, path)

    values = base.with_artifact(name, chart)
    render = _Renderer(values, shared)
    targets = tuple(
        [
            ResolvedTarget(target, render(target.registry), tuple([render(tag) for tag in target.tags]))
            for target in artifact.targets
        ]
    )
    annotations = {key: render(text) for key, text in artifact.annotations.items()} if artifact.annotations else {}
    if not isinstance(artifact, ImageArtifact):
        return ResolvedArtifact(artifact, targets, annotations, {}, {})
    build_args = {key: render(text) for key, text in artifact.build_args.items()}
    labels = {key: render(text) for key, text in artifact.labels.items()}
    return ResolvedArtifact(artifact, targets, annotations, build_args, labels)


class _Renderer:
    """Renders texts with one artifact's values; results that no artifact can change are shared over the file."""

    def __init__(self, values: ArtifactValues, shared: dict[str, Resolution]) -> None:
        self._values = values
        self._shared = shared

    def __call__(self, text: Text) -> Resolution:
        source = text.value
        if "{{" not in source:  # as Go: only such text is a template at all
            return Resolution(text, source)
        known = self._shared.get(source)
        if known is not None:
            return Resolution(text, known.text, known.used, known.unknown, known.error, known.template)
        done = self._render(text)
        if _OF_ARTIFACTS.isdisjoint([value.name for value in done.used]):
            self._shared[source] = done
        return done

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
                    continue  # not a variable: execution says so, with its place
                if value.text is not None:
                    known[name] = value.text
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
