"""Turns nodes into the typed Config. Accepts what `schema/lazy.schema.json` accepts and reads it as yaml.v3 does.

A valid file needs one walk and no schema. In an invalid file the walk continues, to collect its warnings, and
`explain` finds the errors. Modules that only some files need are imported where they are needed.
"""

from __future__ import annotations

from lazyoci.config import keys
from lazyoci.config.decode_nodes import Fields, NodeDecoder, is_absent, is_one, truth
from lazyoci.config.model import (
    AllOf,
    AnyOf,
    Artifact,
    Attestations,
    Condition,
    Config,
    CopyArtifact,
    DockerArtifact,
    File,
    FilesArtifact,
    HelmArtifact,
    ImageArtifact,
    Tag,
    Target,
    VersionFrom,
)
from lazyoci.diagnostic import Diagnostic
from lazyoci.frozen import frozen
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence


@frozen
class Decoded:
    """A document as far as it can be read, with every error and every warning.

    `config` has every artifact that can be shown, right or wrong; `sound` are the indexes of those that are right.
    """

    config: Config
    sound: frozenset[int]
    valid: bool  # the whole file
    found: list[Diagnostic]


def decode(document: Document) -> Decoded:
    """Read each artifact by itself: what is wrong in one costs no other."""
    decoder = _Decoder(document)
    config, sound = decoder.config()
    found = decoder.found
    if document.aliases:
        found = list(dict.fromkeys(found))  # a node that aliases repeat is reported once
    if decoder.invalid:
        from lazyoci.config.structure.explain import explain  # brings in jsonschema: only for invalid files

        found = explain(document, decoder.sound) + found
    return Decoded(config, sound, not decoder.invalid, found)


def decode_one(document: Document, node: Node, index: int) -> tuple[Artifact | None, bool, list[Diagnostic]]:
    """One item of `artifacts`: what can be shown of it, whether it is right, and its warnings."""
    decoder = _Decoder(document)
    artifact = decoder.artifact(index, node)
    return artifact, not decoder.invalid, decoder.found


def is_right_around(document: Document) -> bool:
    """Whether the file around its artifacts is right."""
    decoder = _Decoder(document)
    decoder.around()
    return not decoder.invalid


def flaws(document: Document) -> int:
    """The number of invalid artifacts, plus one if the file around them is invalid: a cheap measure of its errors."""
    decoder = _Decoder(document)
    decoder.config()
    if not decoder.invalid:
        return 0
    root = document.root
    listed = root.get("artifacts") if isinstance(root, Mapping) else None
    items = listed.items if isinstance(listed, Sequence) else []
    return 1 + sum(id(item) not in decoder.sound for item in items)


class _Decoder(NodeDecoder):
    """One walk over one document."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.sound: set[int] = set()  # the artifacts that are valid, by id of their nodes

    def config(self) -> tuple[Config, frozenset[int]]:
        """The artifacts that can be shown, and the indexes of those that are valid."""
        fields = self.around()
        artifacts: list[Artifact] = []
        sound: list[int] = []
        for index, node in enumerate(self._items(fields.get("artifacts"), required=True)):
            before, self.invalid = self.invalid, False
            artifact = self.artifact(index, node)
            if artifact is not None:
                artifacts.append(artifact)
            if self.invalid:
                continue
            sound.append(index)
            self.sound.add(id(node))
            self.invalid = before
        return Config(1, tuple(artifacts), self.document), frozenset(sound)

    def around(self) -> Fields:
        """The keys of the file itself."""
        fields = self._fields(self.document.root, keys.ROOT)
        version = fields.get("version")
        if version is None or not is_one(version[1]):
            self.invalid = True
        return fields

    def artifact(self, index: int, node: Node) -> Artifact | None:
        """One artifact, as far as it can be read; None if it is no mapping."""
        fields = self._fields(node, keys.ARTIFACT)
        type_ = self._required(fields.get("type"))
        name = self._text(fields.get("name"))
        listed = [self._target(item) for item in self._items(fields.get("targets"), required=True)]
        targets = tuple([target for target in listed if target is not None])
        annotations = self._map(fields.get("annotations"))
        when = self._when(fields)
        version_from = self._version_from(fields["versionFrom"][1]) if "versionFrom" in fields else None
        metadata = self._one_of(keys.METADATA, fields.get("metadata"))
        if not isinstance(node, Mapping):
            return None

        def untyped() -> Artifact:  # where it goes can be shown all the same
            return Artifact(
                index=index,
                name=name,
                targets=targets,
                annotations=annotations,
                node=node,
                when=when,
                version_from=version_from,
                metadata=metadata,
            )

        if type_ is None or type_.value not in keys.OF_TYPE:
            self.invalid = True
            return untyped()
        if not keys.WITH_COMMON[type_.value].issuperset(fields):
            self._foreign(node, fields, type_.value)
        match type_.value:
            case "image":
                return ImageArtifact(
                    index=index,
                    name=name,
                    targets=targets,
                    annotations=annotations,
                    node=node,
                    when=when,
                    version_from=version_from,
                    metadata=metadata,
                    dockerfile=self._text(fields.get("dockerfile")),
                    context=self._text(fields.get("context")),
                    platforms=self._texts(fields.get("platforms")),
                    build_args=self._map(fields.get("buildArgs")),
                    target=self._text(fields.get("target")),
                    labels=self._map(fields.get("labels")),
                    secrets=self._texts(fields.get("secrets")),
                    cache_from=self._texts(fields.get("cacheFrom")),
                    cache_to=self._texts(fields.get("cacheTo")),
                    builder=self._text(fields.get("builder")),
                    attestations=self._attestations(fields.get("attestations")),
                    contexts=self._map(fields.get("contexts"), empty=False),
                    ssh=self._texts(fields.get("ssh")),
                )
            case "helm":
                chart_path = self._required(fields.get("chartPath"))
                if chart_path is None:
                    return untyped()
                return HelmArtifact(
                    index=index,
                    name=name,
                    targets=targets,
                    annotations=annotations,
                    node=node,
                    when=when,
                    version_from=version_from,
                    metadata=metadata,
                    chart_path=chart_path,
                )
            case "artifact":
                files = self._items(fields.get("files"), required=True)
                return FilesArtifact(
                    index=index,
                    name=name,
                    targets=targets,
                    annotations=annotations,
                    node=node,
                    when=when,
                    version_from=version_from,
                    metadata=metadata,
                    media_type=self._text(fields.get("mediaType")),
                    files=tuple(file for item in files if (file := self._file(item))),
                )
            case "copy":
                source = self._required(fields.get("from"))
                referrers = truth(fields["referrers"][1]) if "referrers" in fields else True
                if referrers is None:
                    self.invalid = True
                if source is None:
                    return untyped()
                return CopyArtifact(
                    index=index,
                    name=name,
                    targets=targets,
                    annotations=annotations,
                    node=node,
                    when=when,
                    version_from=version_from,
                    metadata=metadata,
                    source=source,
                    platforms=self._texts(fields.get("platforms")),
                    referrers=referrers is not False,
                )
            case _:
                image = self._required(fields.get("image"))
                if image is None:
                    return untyped()
                return DockerArtifact(
                    index=index,
                    name=name,
                    targets=targets,
                    annotations=annotations,
                    node=node,
                    when=when,
                    version_from=version_from,
                    metadata=metadata,
                    image=image,
                    platforms=self._texts(fields.get("platforms")),
                )

    def _attestations(self, entry: tuple[Scalar, Node] | None) -> Attestations:
        if entry is None or is_absent(entry[1]):
            return Attestations()
        fields = self._fields(entry[1], keys.ATTESTATIONS)
        provenance = self._one_of(keys.PROVENANCE, fields.get("provenance"))
        sbom = truth(fields["sbom"][1]) if "sbom" in fields else False
        if sbom is None:
            self.invalid = True
        return Attestations(provenance.value if provenance is not None else "", bool(sbom))

    def _version_from(self, node: Node) -> VersionFrom | None:
        fields = self._fields(node, keys.VERSION_FROM)
        tag, file = (self._required(fields[name]) if name in fields else None for name in ("tag", "file"))
        if (tag is None and file is None) or not isinstance(node, Mapping):
            self.invalid = True
            return None
        return VersionFrom(tag, file, node)

    def _target(self, node: Node) -> Target | None:
        fields = self._fields(node, keys.TARGET)
        registry = self._required(fields.get("registry"))
        listed = [self._tag(item) for item in self._items(fields.get("tags"), required=True)]
        when = self._when(fields)
        moves = self._one_of(keys.MOVES, fields.get("moves"))
        if registry is None or not isinstance(node, Mapping):
            return None
        return Target(registry, tuple([tag for tag in listed if tag is not None]), node, when, moves)

    def _tag(self, node: Node) -> Tag | None:
        if not isinstance(node, Mapping):
            text = self._scalar(node)
            return None if text is None else Tag(text)
        fields = self._fields(node, keys.TAG)
        text = self._required(fields.get("tag"))
        when = self._when(fields)
        moves = self._one_of(keys.MOVES, fields.get("moves"))
        return None if text is None else Tag(text, when, moves, node)

    def _when(self, fields: Fields) -> Condition | None:
        entry = fields.get("when")
        return None if entry is None else self._condition(entry[1], 1)

    def _condition(self, node: Node, depth: int) -> Condition | None:
        """A condition. An empty one is invalid, because it would not say whether something is published."""
        if isinstance(node, Scalar):
            found = self._scalar(node)
            if found is None:
                self.invalid = True
            return found
        kind: type[AnyOf | AllOf] = AnyOf
        items: Node | None = node
        if isinstance(node, Mapping):
            kind, items = AllOf, self._fields(node, keys.CONDITION).get("all", (None, None))[1]
        if not isinstance(items, Sequence) or not items.items or depth > keys.DEEPEST:
            self.invalid = True
            return None
        parts = [self._condition(item, depth + 1) for item in items.items]
        return kind(tuple([part for part in parts if part is not None]), node)

    def _file(self, node: Node) -> File | None:
        fields = self._fields(node, keys.FILE)
        path = self._required(fields.get("path"))
        media_type = self._required(fields.get("mediaType"))
        return File(path, media_type, node) if path and media_type and isinstance(node, Mapping) else None

    def _foreign(self, node: Mapping, fields: Fields, type_: str) -> None:
        """Warn of keys of other types. Their values must be right all the same, as Go decodes them too."""
        from lazyoci.config.structure.warnings import key_not_for_type

        if keys.lacks_its_key(type_, fields):
            return  # invalid, and perhaps of another type: `explain` reports that
        own = keys.OF_TYPE[type_]
        certain = not own.isdisjoint(fields)  # otherwise the type may be what is wrong
        for name, (key, value) in fields.items():
            home = keys.owner(name)
            if not home or name in own or not self._is_right(name, (key, value)):
                continue
            self.found.append(key_not_for_type(self.document, node, key, home=home, type_=type_, certain=certain))

    def _is_right(self, name: str, entry: tuple[Scalar, Node]) -> bool:
        """Whether a value decodes; its artifact and its warnings are not affected."""
        before, invalid = len(self.found), self.invalid
        self.invalid = False
        if name in keys.LISTS:
            self._texts(entry)
        elif name in keys.MAPS:
            self._map(entry)
        elif name == "attestations":
            self._attestations(entry)
        elif name == "referrers":
            self.invalid = truth(entry[1]) is None
        elif name == "files":
            for item in self._items(entry):
                self._file(item)
        else:
            self._text(entry)
        del self.found[before:]
        right = not self.invalid
        self.invalid = invalid or not right
        return right
