"""The typed `.lazy` file, which the decoder makes and all higher layers read. Frozen; one class per artifact type.

Every text keeps its node, and a node knows its place in the file, so a finding only has to name a node.
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
    """One tag of a target. Without `when` it is always pushed; without `moves`, its target's setting applies."""

    text: Text
    when: Condition | None = None
    moves: Text | None = None
    node: Mapping | None = None  # the mapping, if the tag is written as one


@frozen
class Target:
    """Where an artifact goes: one repository and at least one tag; all are templates."""

    registry: Text
    tags: tuple[Tag, ...]
    node: Mapping
    when: Condition | None = None
    moves: Text | None = None  # for tags without a setting of their own


@frozen
class VersionFrom:
    """Where an artifact's version comes from: git tags that match a pattern, a file, or both, which must then agree."""

    tag: Text | None
    file: Text | None
    node: Mapping


@frozen(kw_only=True)
class Artifact:
    """What all artifact types share. `index` is the position in the file, from zero."""

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
        """The artifact's name in output: its `name`, or `artifact[i]`."""
        return self.name.value if self.name is not None and self.name.value else f"artifact[{self.index}]"


@frozen
class Attestations:
    """What a builder shall attest: how an image was made (`provenance`: min or max) and what it contains (`sbom`)."""

    provenance: str = ""
    sbom: bool = False


@frozen(kw_only=True)
class ImageArtifact(Artifact):
    """A container image built from a Dockerfile."""

    type: ClassVar[str] = "image"

    dockerfile: Text | None = None  # default "Dockerfile"
    context: Text | None = None  # default "."
    platforms: tuple[Text, ...] = ()
    build_args: MappingABC[str, Text]  # values are templates, like those of labels; null is the empty text
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
    """An image that already exists in the Docker (or Podman) daemon."""

    type: ClassVar[str] = "docker"

    image: Text
    platforms: tuple[Text, ...] = ()


@frozen(kw_only=True)
class CopyArtifact(Artifact):
    """An artifact that is not built, but brought from another repository."""

    type: ClassVar[str] = "copy"

    source: Text  # the key `from`, a template
    platforms: tuple[Text, ...] = ()
    referrers: bool = True


@frozen
class Config:
    """A whole `.lazy` file that decoded."""

    version: int
    artifacts: tuple[Artifact, ...]
    document: Document
