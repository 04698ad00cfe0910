"""The typed `.lazy` file: what the decoder makes and everything above reads. Frozen; one class per artifact type.

Every text keeps the node it came from, and a node knows its place, so that rules only have to name nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lazyoci.frozen import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingABC

    from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar

DEFAULT_MEDIA_TYPE = "application/vnd.unknown.artifact.v1"


@frozen
class Text:
    """A scalar read as text: its decoded value (source text for unquoted numbers, dates and so on) and its node."""

    value: str
    node: Scalar

    def __str__(self) -> str:
        return self.value

    @property
    def is_template(self) -> bool:
        """Whether Go would render this: only text that contains `{{` is a template."""
        return "{{" in self.value


@frozen
class AnyOf:
    """A condition that holds if one of its parts does."""

    parts: tuple[Condition, ...]
    node: Node


@frozen
class AllOf:
    """A condition that holds if all of its parts do."""

    parts: tuple[Condition, ...]
    node: Node


Condition = Text | AnyOf | AllOf  # the text is a word such as `release`, or a template


@frozen
class Tag:
    """One tag of a target: when it is due (always, without a condition), and whether it may move (as its target's)."""

    text: Text
    when: Condition | None = None
    moves: Text | None = None
    node: Mapping | None = None  # of one that is written as a mapping


@frozen
class Target:
    """Where an artifact goes: one repository and at least one tag; all are templates."""

    registry: Text
    tags: tuple[Tag, ...]
    node: Mapping
    when: Condition | None = None
    moves: Text | None = None  # of the tags that do not say it themselves


@frozen
class VersionFrom:
    """Where an artifact's version comes from: git tags of a pattern, a file, or both, which then have to agree."""

    tag: Text | None
    file: Text | None
    node: Mapping


@frozen(kw_only=True)
class Artifact:
    """What all types share. `index` is the position in the file, from zero."""

    type: ClassVar[str] = ""

    index: int
    name: Text | None
    targets: tuple[Target, ...]
    annotations: MappingABC[str, Text]  # values are templates
    node: Mapping
    when: Condition | None = None
    version_from: VersionFrom | None = None
    metadata: Text | None = None  # one of `config.keys.METADATA`

    @property
    def label(self) -> str:
        """What output calls this artifact: its name, or `artifact[i]`."""
        return self.name.value if self.name is not None and self.name.value else f"artifact[{self.index}]"


@frozen
class Attestations:
    """What a builder is to attest: how an image was made (`provenance`: min or max), and what is in it."""

    provenance: str = ""
    sbom: bool = False


@frozen(kw_only=True)
class ImageArtifact(Artifact):
    """A container image built from a Dockerfile."""

    type: ClassVar[str] = "image"

    dockerfile: Text | None = None  # default "Dockerfile"
    context: Text | None = None  # default "."
    platforms: tuple[Text, ...] = ()
    build_args: MappingABC[str, Text]  # values are templates, as those of labels; a null value is the empty text
    target: Text | None = None
    labels: MappingABC[str, Text]
    secrets: tuple[Text, ...] = ()
    cache_from: tuple[Text, ...] = ()
    cache_to: tuple[Text, ...] = ()
    builder: Text | None = None
    attestations: Attestations = Attestations()
    contexts: MappingABC[str, Text] = field(default_factory=dict)  # named contexts: a directory or an address
    ssh: tuple[Text, ...] = ()


@frozen(kw_only=True)
class HelmArtifact(Artifact):
    """A Helm chart, packaged without Helm."""

    type: ClassVar[str] = "helm"

    chart_path: Text


@frozen
class File:
    """One file (or glob, or directory) of a generic artifact."""

    path: Text
    media_type: Text
    node: Mapping


@frozen(kw_only=True)
class FilesArtifact(Artifact):
    """A generic artifact: files, one layer each."""

    type: ClassVar[str] = "artifact"

    media_type: Text | None = None  # the manifest's artifactType; default DEFAULT_MEDIA_TYPE
    files: tuple[File, ...]


@frozen(kw_only=True)
class DockerArtifact(Artifact):
    """An image that the Docker (or Podman) daemon already has."""

    type: ClassVar[str] = "docker"

    image: Text
    platforms: tuple[Text, ...] = ()


@frozen
class Config:
    """A whole `.lazy` file that decoded."""

    version: int
    artifacts: tuple[Artifact, ...]
    document: Document
