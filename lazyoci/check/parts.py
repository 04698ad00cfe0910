"""What a check found, artifact by artifact, so that the next version of the text is only checked where it differs.

A part keeps the places that it was read at. It is right wherever the same text stands, at other lines too, unless its
findings name lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from lazyoci import rules
from lazyoci.check.text import Checked, follows_occasion, silenced
from lazyoci.config.decode import decode_one, is_right_around
from lazyoci.config.model import Artifact, Config
from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Diagnostic, Severity, Source, Span, in_order
from lazyoci.frozen import field, frozen
from lazyoci.oci.reference import DOCKER_HUB
from lazyoci.plan import Plan, PlannedArtifact, plan_one
from lazyoci.resolve import Resolution, Resolved, resolve_one
from lazyoci.rules import Selection, Subject
from lazyoci.rules.checks.reference_collision import Compared, compared_references
from lazyoci.values import Values
from lazyoci.yaml.compose import Broken, compose_part
from lazyoci.yaml.libyaml import YAMLError
from lazyoci.yaml.nodes import Document, Mapping, Sequence
from lazyoci.yaml.pieces import Pieces, cut, parses

_LINE = re.compile(r"\blines? \d")
# what `explain` tells of artifacts that are wrong; it looks at them together, so it is asked anew for every version
EXPLAINED = frozenset(
    rule.code
    for rule in rules.RULES
    if rule.reporter == "reader" and rule.severity is Severity.ERROR and rule.group == "structure"
) | {"unquoted-template"}


_OF_FILE = "ignore-file"  # a comment that is for all artifacts
_TOGETHER = frozenset({"duplicate-name", "reference-collision"})  # findings about more than one artifact
_TOGETHER_OF = frozenset({"copy"})  # types of artifacts that are compared with all others of the file


@frozen
class Part:
    """One artifact and its own findings, as read from `text`, which began at `start`; `lost` if that is no YAML.

    `lines` says whether a finding names a line, so that it is only right at that place. `names` and `hosts` are what
    artifacts are compared by.
    """

    text: str
    start: int
    planned: PlannedArtifact
    sound: bool
    found: tuple[Diagnostic, ...]
    lines: bool
    keys: tuple[tuple[Hashable, tuple[Hashable, ...], Span], ...]  # of references: here, among files, and their place
    hosts: frozenset[str]  # the first names of registries' hosts
    on_hub: frozenset[str]  # the first names of repositories on Docker Hub
    lost: bool = False
    memo: dict[object, Any] = field(default_factory=dict, hidden=True)  # for who shows it: what they made of it

    @property
    def name(self) -> str:
        """The artifact's name; empty if it has none."""
        found = self.planned.artifact.name
        return found.value if found is not None else ""


class Placed(NamedTuple):
    """A part of a version, and the offset and the zero-based line at which it begins there."""

    part: Part
    start: int
    line: int


@frozen
class Parts:
    """A version in parts: the text above and below the artifacts, the mapping of the file and whether that is right.

    `around` are the findings that are in no artifact, without those of EXPLAINED; `beside` all that no part has.
    """

    head: str
    tail: str
    root: Mapping
    right: bool
    around: tuple[Diagnostic, ...]
    beside: tuple[Diagnostic, ...]
    items: tuple[Placed, ...]
    values: Values
    shared: dict[str, Resolution] = field(default_factory=dict, hidden=True)

    def at(self, offset: int) -> int | None:
        """The number of the part that an offset is in, or just behind; None above and below all of them."""
        number = bisect_right(self.items, offset, key=lambda one: one.start) - 1
        if number < 0 or offset > self.items[number].start + len(self.items[number].part.text):
            return None
        return number


class NotInParts(Exception):
    """A text whose artifacts have to be checked together."""


def pieces_of(source: Source) -> Pieces:
    """The places of the artifacts; raises NotInParts where the text says more than its artifacts do."""
    text = source.text
    found = cut(text, KEY, strict=True)
    if found is None or any(not line.lstrip().startswith("#") for line in _content(text[found.items[-1].end :])):
        raise NotInParts
    if rules.MARK in text and not _silence_alone(text, found):
        raise NotInParts
    return found


def _silence_alone(text: str, pieces: Pieces) -> bool:
    """Whether each comment that silences a rule is within the one artifact that it is for: not above its dash."""
    if _OF_FILE in text or rules.MARK in text[: pieces.items[0].start] or rules.MARK in text[pieces.items[-1].end :]:
        return False
    return not any(text.find(rules.MARK, *span) >= 0 and _ends_marked(text[slice(*span)]) for span in pieces.items)


def _ends_marked(piece: str) -> bool:
    """Whether such a comment is below all else of an artifact, and so may be for the next one."""
    for line in reversed(piece.split("\n")):
        content = line.strip()
        if content and not content.startswith("#"):
            return False
        if rules.MARK in content:
            return True
    return False


def is_judged_apart(source: Source, parts: Parts) -> bool:
    """Whether no artifact is judged otherwise for what is wrong in another.

    A comment that silences nothing is only told of in a file that decodes.
    """
    return rules.MARK not in source.text or (parts.right and all(one.part.sound for one in parts.items))


def _content(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def read_part(
    source: Source, span: Span, index: int, values: Values, shared: dict[str, Resolution], selection: Selection
) -> Part:
    """Read and judge the artifact at `span`; raises NotInParts where it depends on what stands elsewhere."""
    document, artifact, sound, found = _read(source, span, index)
    planned = plan_one(resolve_one(artifact, values, shared))
    told = selection.graded(found)
    subject = _subject(source, document, planned, values)
    if sound:
        told += rules.run(subject, selection)
    if source.text.find(rules.MARK, *span) >= 0:
        told = silenced(told, source, document, values.world, selection, decoded=True, within=span)
    return part(source, span, planned, in_order(told), compared_references(subject), sound=sound)


def lost_part(source: Source, span: Span, index: int, values: Values) -> Part | None:
    """A part that is no YAML, as an artifact with nothing in it; None if it is YAML by itself."""
    text = source.text[span.start : span.end]
    if parses(text):
        return None
    artifact = Artifact(index=index, name=None, targets=(), annotations={}, node=Mapping(span.start, span.end, False))
    planned = plan_one(resolve_one(artifact, values, {}))
    return Part(text, span.start, planned, False, (), False, (), frozenset(), frozenset(), lost=True)


def read_at(source: Source, span: Span, index: int) -> Artifact:
    """The artifact at `span`; raises NotInParts as `read_part`."""
    return _read(source, span, index)[1]


def _read(source: Source, span: Span, index: int) -> tuple[Document, Artifact, bool, list[Diagnostic]]:
    """The YAML of the artifact at `span`, the artifact, whether it is right, and its findings."""
    try:
        document, problems = compose_part(source, span)
    except (Broken, YAMLError, UnicodeEncodeError):
        raise NotInParts from None
    root = document.root
    if document.aliases or document.anchors or document.more or not isinstance(root, Sequence) or len(root.items) != 1:
        raise NotInParts
    artifact, sound, found = decode_one(document, root.items[0], index)
    if artifact is None:
        raise NotInParts
    sound = sound and not any(one.severity is Severity.ERROR for one in problems)
    return document, artifact, sound, [*problems, *found]


def _subject(source: Source, document: Document, planned: PlannedArtifact, values: Values) -> Subject:
    config = Config(1, (planned.artifact,), document)
    resolved = Resolved((planned.resolved,), values, values.directory)
    return Subject(source, document, config, resolved, Plan((planned,), resolved), values.world, values.directory)


def part(
    source: Source,
    span: Span,
    planned: PlannedArtifact,
    found: tuple[Diagnostic, ...],
    compared: Iterable[Compared],
    *,
    sound: bool,
) -> Part:
    """An artifact that was checked, with its own findings; raises NotInParts if what it is depends on the occasion."""
    if follows_occasion(planned.artifact) or planned.artifact.type in _TOGETHER_OF:
        raise NotInParts
    repositories = [one.repository for one in planned.targets if one.repository is not None]
    return Part(
        source.text[span.start : span.end],
        span.start,
        planned,
        sound,
        found,
        any(_LINE.search(one.message) for one in found),
        tuple([(key, abroad, one.tag.source.node.span) for _, _, one, key, abroad in compared]),
        frozenset([one.host.partition(":")[0].partition(".")[0] for one in repositories if one.host != DOCKER_HUB]),
        frozenset([one.path.partition("/")[0] for one in repositories if one.host == DOCKER_HUB]),
    )


def parts_of(checked: Checked) -> Parts:
    """A version that was checked as a whole, in parts; raises NotInParts where its artifacts belong together."""
    known, source = checked.known, checked.source
    document = checked.document
    if known is None or document is None or document.aliases or document.anchors or document.more:
        raise NotInParts
    pieces = pieces_of(source)
    root, planned = document.root, known.plan.artifacts
    if not isinstance(root, Mapping) or len(planned) != len(pieces.items):
        raise NotInParts
    own: list[list[Diagnostic]] = [[] for _ in planned]
    around: list[Diagnostic] = []
    explained: list[Diagnostic] = []
    for finding in checked.diagnostics:
        at = pieces.at(finding.span.start)
        if finding.code in _TOGETHER:
            raise NotInParts
        (explained if finding.code in EXPLAINED else around if at is None else own[at]).append(finding)
    values = known.resolved.values
    subject = Subject(source, document, known.config, known.resolved, known.plan, checked.world, checked.directory)
    compared: dict[int, list[Compared]] = {}
    for reference in compared_references(subject):
        compared.setdefault(id(reference[0]), []).append(reference)
    items = []
    for index, (span, one) in enumerate(zip(pieces.items, planned, strict=True)):
        if not span.start <= one.artifact.node.start < span.end or one.artifact.index != index:
            raise NotInParts
        sound = index in checked.sound
        found = part(source, span, one, tuple(own[index]), compared.get(id(one), ()), sound=sound)
        items.append(Placed(found, span.start, source.position(span.start).line))
    head, tail = source.text[: pieces.items[0].start], source.text[pieces.items[-1].end :]
    right = is_right_around(document) and not any(one.code == "duplicate-key" for one in around)
    beside = in_order([*around, *explained])
    found_apart = Parts(head, tail, root, right, tuple(around), beside, tuple(items), values)
    if not is_judged_apart(source, found_apart):
        raise NotInParts
    return found_apart
