"""What a file has, cheaply: a rule with nothing to look at is not even imported, as start-up time is the hook's time.

Every answer errs to "perhaps"; the rule itself decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lazyoci.config.model import Artifact, FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.plan import PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Subject
from lazyoci.template import EXTRA_VARIABLES, VARIABLES, Template

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
TAG_CHARACTERS = LETTERS + LETTERS.upper() + DIGITS + "_.-"  # distribution-spec, "Pulling manifests"
REPOSITORY_CHARACTERS = LETTERS + DIGITS + "_.-/"
MEDIA_TYPE_CHARACTERS = LETTERS + LETTERS.upper() + DIGITS + "!#$&^_.+-"

COMMON_PLATFORMS = frozenset(
    {"linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386", "linux/s390x", "linux/ppc64le"}
)
FLOATING_WORDS = frozenset(
    {"latest", "stable", "edge", "nightly", "canary", "main", "master", "dev", "develop", "next"}
)
FLOATING_VARIABLES = frozenset({"VersionMajor", "VersionMajorMinor", "GitBranch"})
FLOATING_TAGS = FLOATING_WORDS | {f"{v}{{{{.{name}}}}}" for name in FLOATING_VARIABLES for v in ("", "v")}
NAMES = frozenset(VARIABLES + EXTRA_VARIABLES)
MAGIC = ("*", "?", "[")  # what makes a path a glob


def is_floating(tag: Text) -> bool:
    """Whether a tag, as written, is one that moves from release to release."""
    return tag.value.replace(" ", "") in FLOATING_TAGS


def is_magic(path: str) -> bool:
    """Whether a path may be a glob."""
    return any(sign in path for sign in MAGIC)


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root or a drive, on whatever system."""
    return path[:1] in ("/", "\\") or (path[1:2] == ":" and path[:1].isalpha())


def only(text: str, allowed: str) -> bool:
    """Whether every character of `text` is one of `allowed`."""
    return not text.strip(allowed)


class Facts:
    """Answers about one subject. What several rules ask is computed at once, the rest when asked."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.artifacts: tuple[Artifact, ...] = subject.config.artifacts
        self.errors: set[str] = set()  # kinds of template errors
        self.unknown = False  # whether some value is missing
        self.images: list[ImageArtifact] = []
        self.charts: list[HelmArtifact] = []
        self.generics: list[FilesArtifact] = []
        self.targets: list[PlannedTarget] = []
        templates: dict[int, Template] = {}
        for planned in subject.plan.artifacts:
            self._sort(planned.artifact)
            self.targets += planned.targets
            for one in planned.resolved.resolutions:
                if one.template is not None:
                    templates[id(one.template)] = one.template
                if one.error is not None:
                    self.errors.add(one.error.what)
                elif one.unknown:
                    self.unknown = True
        self.templates = tuple(templates.values())
        self.variables = {name for template in self.templates for name, _ in template.fields()}
        self.paths = list(self._paths())  # every path of the file, as written; defaults are left out

    def _sort(self, artifact: Artifact) -> None:
        if isinstance(artifact, ImageArtifact):
            self.images.append(artifact)
        elif isinstance(artifact, HelmArtifact):
            self.charts.append(artifact)
        elif isinstance(artifact, FilesArtifact):
            self.generics.append(artifact)

    def _paths(self) -> Iterator[Text]:
        for image in self.images:
            yield from [text for text in (image.dockerfile, image.context) if text is not None]
        for chart in self.charts:
            yield chart.chart_path
        for generic in self.generics:
            yield from [file.path for file in generic.files]

    @property
    def unknown_variables(self) -> bool:
        return "unknown-variable" in self.errors or not self.variables <= NAMES

    @property
    def syntax_errors(self) -> bool:
        return bool(self.errors - {"unknown-variable", "unknown-function"})

    @property
    def uses_version(self) -> bool:
        return any(name.startswith("Version") for name in self.variables)

    @property
    def uses_commit(self) -> bool:
        return self.uses_version or not self.variables.isdisjoint(("GitSHA", "GitSHALong"))

    @property
    def chart_version_without_chart(self) -> bool:
        return any(
            ".ChartVersion" in one.source.value
            for artifact in self.subject.resolved.artifacts
            if artifact.artifact.type != "helm"
            for one in artifact.resolutions
        )

    @property
    def repeated_names(self) -> bool:
        names = [one.name.value for one in self.artifacts if one.name is not None]
        return len(set(names)) < len(names)

    @property
    def doubtful_registries(self) -> bool:
        return any(not _plain_registry(target) for target in self.targets)

    @property
    def doubtful_tags(self) -> bool:
        return any(
            one.problem is not None if one.tag.certain else not _plain_tag(one.tag.source.value)
            for target in self.targets
            for one in target.references
        )

    @property
    def repeated_tags(self) -> bool:
        return any(may_repeat(target) for target in self.targets)

    @property
    def repeated_references(self) -> bool:
        if len(self.artifacts) < 2:
            return False
        texts = [one.text for target in self.targets for one in target.references]
        return len(set(texts)) < len(texts)

    @property
    def floating_targets(self) -> bool:
        return any(all(is_floating(one.tag.source) for one in target.references) for target in self.targets)

    @property
    def maybe_prerelease(self) -> bool:
        return self.uses_version or "Tag" in self.variables

    @property
    def named_dockers(self) -> bool:
        return any(one.type == "docker" for one in self.artifacts)

    @property
    def contexts(self) -> bool:
        return any(one.context is not None and one.context.value not in (".", "./", "") for one in self.images)

    @property
    def build_arguments(self) -> bool:
        return any(one.build_args for one in self.images)

    @property
    def build_targets(self) -> bool:
        return any(one.target is not None for one in self.images)

    @property
    def uncommon_platforms(self) -> bool:
        return any(one.value not in COMMON_PLATFORMS for image in self.images for one in image.platforms)

    @property
    def repeated_platforms(self) -> bool:
        return self.uncommon_platforms or any(
            len({one.value for one in image.platforms}) < len(image.platforms) for image in self.images
        )

    @property
    def escaping_paths(self) -> bool:
        return any(".." in path.value for path in self.paths)

    @property
    def absolute_paths(self) -> bool:
        return any(is_absolute(path.value) for path in self.paths)

    @property
    def similar_titles(self) -> bool:
        for one in self.generics:
            paths = [file.path.value for file in one.files]
            if len(paths) > 1 and (len(set(paths)) < len(paths) or not all(map(_is_simple, paths))):
                return True
        return False

    @property
    def doubtful_media_types(self) -> bool:
        for one in self.generics:
            own = [] if one.media_type is None else [one.media_type]
            for text in (*own, *(file.media_type for file in one.files)):
                front, _, back = text.value.partition("/")
                if not (front and back and only(front, MEDIA_TYPE_CHARACTERS) and only(back, MEDIA_TYPE_CHARACTERS)):
                    return True
                if len(text.value) > 100 or not (front[0].isalnum() and back[0].isalnum()):
                    return True
        return False


def _pieces(value: str) -> list[str]:
    """The text between the actions of a template, as it looks without parsing."""
    head, *rest = value.split("{{")
    return [head, *(piece.rpartition("}}")[2] for piece in rest)]


def _plain_registry(target: PlannedTarget) -> bool:
    registry = target.resolved.registry
    text = registry.source.value
    if registry.certain:
        return target.problem is None and "/" in registry.text and not registry.text.startswith("oci://")
    head, *rest = _pieces(text)
    return (
        only(head, REPOSITORY_CHARACTERS + ":")
        and "://" not in head
        and all(only(piece, REPOSITORY_CHARACTERS) and "//" not in piece for piece in rest)
        and not text.endswith("/")
    )


@lru_cache(maxsize=256)  # the same few tags are in file after file
def _plain_tag(text: str) -> bool:
    return text[:1] not in ".-" and len(text) < 100 and all(only(piece, TAG_CHARACTERS) for piece in _pieces(text))


def may_repeat(target: PlannedTarget) -> bool:
    """Whether two tags differ in blanks only, or are equal once rendered from the file's own facts."""
    tags = [one.tag for one in target.references]
    if len(tags) < 2:
        return False
    if len({tag.source.value.replace(" ", "") for tag in tags}) < len(tags):
        return True
    fixed = [tag.text for tag in tags if is_fixed(tag)]
    return len(set(fixed)) < len(fixed)


def is_fixed(tag: Resolution) -> bool:
    """Whether no run can change what the tag is, as long as the files are the same."""
    return tag.certain and all(value.name in ("ChartVersion", "Name") for value in tag.used)


def _is_simple(path: str) -> bool:
    """Whether the title of a file is its path as written."""
    parts = path.split("/")
    return not is_magic(path) and "\\" not in path and not any(part in ("", ".", "..") for part in parts)
