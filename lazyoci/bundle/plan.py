"""The plan of a bundle, `lazyoci.json`: what its artifacts are, and where the build would have them go.

`schema/bundle.schema.json` describes it. A plan comes from a job that is not trusted, so all of it is checked here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from lazyoci import semver
from lazyoci.config.keys import OF_TYPE
from lazyoci.errors import BundleError, LazyociError
from lazyoci.frozen import field, frozen
from lazyoci.moves import Moves, Ours
from lazyoci.oci import platform
from lazyoci.oci import reference as references
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, descriptor_from_json
from lazyoci.oci.platform import Platform
from lazyoci.oci.reference import Reference, destination
from lazyoci.world.events import BRANCH, PULL_REQUEST, TAG

VERSION = 1
CLOCK = "%Y-%m-%dT%H:%M:%SZ"  # RFC 3339
MOST = 1000  # artifacts of a bundle, references of one artifact, characters of its name; real ones have dozens
_TYPES = tuple(name for name in OF_TYPE if name != "copy")  # a copy has no content of its own
_MOVES: tuple[Moves, ...] = ("always", "never", "forward")
_EVENTS = (TAG, PULL_REQUEST, BRANCH)
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")  # would begin lines of its own in messages
_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
T = TypeVar("T")


@frozen
class BundledReference:
    """A reference that the build would have the artifact published to, and how its tag may move there."""

    reference: Reference
    moves: Moves | None = None


@frozen
class BundledArtifact:
    """One artifact of a bundle.

    `platforms` are those that were built, `declared` those that the file names: a part has fewer than are declared.
    `annotations` are those for the index that parts become. `values` are the variables that references use.
    """

    name: str
    type: str
    root: Descriptor
    size: int
    platforms: tuple[Platform, ...] = ()
    declared: tuple[Platform, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""  # empty where git does not know it
    version: str = ""
    stays: str = ""  # why no tag moves forward to the version; empty if they do
    event: str = ""  # what the run was for
    occasion: tuple[str, ...] = ()  # the words that were true of it
    references: tuple[BundledReference, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    file: str = ""  # the .lazy file that declares it, relative to the root of the repository; empty if it is in none
    dirty: bool = False  # whether files that git tracks had changes that were not committed

    @property
    def is_part(self) -> bool:
        """Whether platforms that are declared are not here."""
        return bool(set(self.declared) - set(self.platforms))

    @property
    def ours(self) -> Ours:
        """Its version, for tags that only move forward."""
        version = semver.parse(self.version) if self.version else None
        return Ours() if version is None else Ours(version, self.stays)


@frozen
class BundlePlan:
    """All that is in `lazyoci.json`: `tool` wrote it, `clock` is the moment of the build (UTC)."""

    tool: str
    clock: datetime
    artifacts: tuple[BundledArtifact, ...]


def to_bytes(plan: BundlePlan) -> bytes:
    """The plan as it is written: the same plan gives the same bytes."""
    document = {
        "version": VERSION,
        "tool": plan.tool,
        "clock": plan.clock.strftime(CLOCK),
        "artifacts": [_artifact(one) for one in plan.artifacts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _artifact(one: BundledArtifact) -> dict[str, Any]:
    root = one.root
    return {
        "name": one.name,
        "type": one.type,
        "manifest": {"mediaType": root.media_type, "digest": root.digest, "size": root.size},
        "size": one.size,
        "platforms": list(map(str, one.platforms)),
        "declared": list(map(str, one.declared)),
        "annotations": dict(one.annotations),
        "file": one.file,
        "commit": one.commit,
        "dirty": one.dirty,
        "releaseVersion": one.version,
        "stays": one.stays,
        "event": one.event,
        "occasion": list(one.occasion),
        "references": [{"reference": str(ref.reference), "moves": ref.moves or ""} for ref in one.references],
        "values": dict(one.values),
    }


def parse(data: bytes, where: str) -> BundlePlan:
    """Read a plan; raises BundleError naming what is wrong in the file `where`."""
    if len(data) > MANIFEST_READ_LIMIT:
        raise BundleError(f"{where} has more than {MANIFEST_READ_LIMIT >> 20} MiB")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise BundleError(f"{where} is not JSON", hint=_REMEDY) from None
    reader = _Fields(document, where)
    version = reader.get("version", int)
    if version != VERSION:
        raise BundleError(
            f"{where} is of version {version}; this lazyoci reads version {VERSION}",
            hint="build and publish with the same version of lazyoci",
        )
    items = reader.get("artifacts", list)
    if not 0 < len(items) <= MOST:
        raise BundleError(f"{where} names {len(items)} artifacts; expected 1 to {MOST}", hint=_REMEDY)
    artifacts = [_read(_Fields(item, f"{where}: artifacts[{at}]")) for at, item in enumerate(items)]
    names = [one.name for one in artifacts]
    for name in names:
        if names.count(name) > 1:
            raise BundleError(f"{where} names two artifacts {name!r}", hint=_REMEDY)
    return BundlePlan(reader.get("tool", str), _clock(reader), tuple(artifacts))


def _clock(fields: _Fields) -> datetime:
    text = fields.get("clock", str)
    try:
        return datetime.strptime(text, CLOCK).replace(tzinfo=UTC)
    except ValueError:
        raise BundleError(f"{fields.where}: clock is {text!r}, which is no moment in UTC", hint=_REMEDY) from None


_REMEDY = "build the bundle again: lazyoci build --bundle"


class _Fields:
    """The fields of a JSON object, each there and of the type that is expected.

    None has a default: what a plan leaves out, such as that it was built with changes, would be taken for good.
    """

    def __init__(self, document: object, where: str) -> None:
        if not isinstance(document, dict):
            raise BundleError(f"{where} is not a JSON object", hint=_REMEDY)
        self._document: dict[str, Any] = document
        self.where = where

    def get(self, key: str, kind: type[T]) -> T:
        """The field `key`; raises BundleError if it is absent or of another kind."""
        value = self._document.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            state = f"no {_KINDS.get(kind, kind.__name__)}" if key in self._document else "absent"
            raise BundleError(f"{self.where}: {key} is {state}", hint=_REMEDY)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found: list[object] = self.get(key, list)
        if not all(isinstance(one, str) for one in found):
            raise BundleError(f"{self.where}: {key} is no list of texts", hint=_REMEDY)
        return tuple(map(str, found))

    def mapping(self, key: str) -> dict[str, str]:
        """A mapping from text to text."""
        found: dict[str, object] = self.get(key, dict)
        if not all(isinstance(one, str) for one in found.values()):
            raise BundleError(f"{self.where}: {key} holds what is no text", hint=_REMEDY)
        return {name: str(value) for name, value in found.items()}

    def parsed(self, key: str, read: Callable[[Any], T]) -> T:
        """The field `key`, which `read` understands."""
        try:
            return read(self._document.get(key))
        except LazyociError as error:
            raise BundleError(f"{self.where}: {key}: {error.message}", hint=_REMEDY) from None


_KINDS: Mapping[type, str] = {str: "text", int: "number", list: "list", dict: "mapping", bool: "true or false"}


def _read(fields: _Fields) -> BundledArtifact:
    name = fields.get("name", str)
    if not name or len(name) > MOST:
        raise BundleError(f"{fields.where}: name is no name", hint=_REMEDY)
    size = fields.get("size", int)
    if not 0 <= size < 1 << 63:
        raise BundleError(f"{fields.where}: size is no size", hint=_REMEDY)
    items = fields.get("references", list)
    if len(items) > MOST:
        raise BundleError(f"{fields.where} has {len(items)} references; at most {MOST} are read", hint=_REMEDY)
    type_ = fields.get("type", str)
    if type_ not in _TYPES:
        raise BundleError(f"{fields.where}: type is {type_!r}; expected {', '.join(_TYPES)}", hint=_REMEDY)
    found = BundledArtifact(
        name,
        type_,
        fields.parsed("manifest", descriptor_from_json),
        size,
        fields.parsed("platforms", lambda _: _platforms(fields.texts("platforms"))),
        fields.parsed("declared", lambda _: _platforms(fields.texts("declared"))),
        fields.mapping("annotations"),
        fields.get("commit", str),
        fields.get("releaseVersion", str),
        fields.get("stays", str),
        fields.get("event", str),
        fields.texts("occasion"),
        tuple([_reference(_Fields(item, f"{fields.where}: references[{at}]")) for at, item in enumerate(items)]),
        fields.mapping("values"),
        fields.get("file", str),
        fields.get("dirty", bool),
    )
    problem = _problem(found)
    if problem:
        raise BundleError(f"{fields.where}: {problem}", hint=_REMEDY)
    if found.declared and set(found.platforms) - set(found.declared):
        raise BundleError(f"{fields.where}: platforms has what declared does not name", hint=_REMEDY)
    return found


def _problem(one: BundledArtifact) -> str:
    """What is wrong with a value that is of the right type; empty if nothing is."""
    if one.commit and not _COMMIT.fullmatch(one.commit):
        return f"commit is {one.commit!r}, which is no commit"
    if one.version and semver.parse(one.version) is None:
        return f"releaseVersion is {one.version!r}, which is no version"
    if _CONTROL.search(one.file):
        return f"file is {one.file!r}, which is no path of a file"
    if one.event and one.event not in _EVENTS:
        return f"event is {one.event!r}; expected {', '.join(_EVENTS)}"
    counted = Counter(destination(ref.reference) for ref in one.references)
    twice = next((ref.reference for ref in one.references if counted[destination(ref.reference)] > 1), None)
    return "" if twice is None else f"references names {twice} twice"


def _platforms(texts: Sequence[str]) -> tuple[Platform, ...]:
    return tuple(dict.fromkeys(map(platform.parse, texts)))


def _reference(fields: _Fields) -> BundledReference:
    text = fields.get("reference", str)
    found = fields.parsed("reference", lambda _: references.parse(text))
    if found.digest or str(found) != text:
        raise BundleError(f"{fields.where}: {text!r} is not HOST/REPOSITORY:TAG, written out", hint=_REMEDY)
    given = fields.get("moves", str)
    moves = next((one for one in _MOVES if one == given), None)
    if given and moves is None:
        raise BundleError(f"{fields.where}: moves is {given!r}; expected {', '.join(_MOVES)}", hint=_REMEDY)
    return BundledReference(found, moves)
