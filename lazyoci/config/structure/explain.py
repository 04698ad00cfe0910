"""Explains why a document is invalid: every schema violation in plain words, at its node, each mistake once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lazyoci.config import keys
from lazyoci.config.media_types import media_type
from lazyoci.config.structure.instance import BadNode, Instance, Path, in_condition, level_of
from lazyoci.config.structure.moves_meant import moves_meant
from lazyoci.config.structure.unknown_key import unknown_keys
from lazyoci.config.structure.violations import Violation, violations
from lazyoci.config.structure.wording import EMPTY, NEEDED, REMEDY
from lazyoci.config.structure.wrong_shape import shapes
from lazyoci.config.structure.wrong_type import is_no_tag, wrong_type
from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.key_errors import kind
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.quotes import quoted
from lazyoci.yaml.scalars import is_null
from lazyoci.yaml.tree_edits import add_entry

_ORDER = {"additionalProperties": 0, "type": 1, "required": 3}  # violations that explain others come first
*_FIRST, _LAST = keys.OF_TYPE
_TYPES = f"{', '.join(_FIRST)} or {_LAST}"


def explain(document: Document, sound: Collection[int] = ()) -> list[Diagnostic]:
    """Every structural error of `document`; none if its structure is valid.

    `sound` holds the ids of nodes of artifacts that are known to be valid; these are not checked again.
    """
    root = document.root
    if root is None or (isinstance(root, Scalar) and is_null(root)):
        return [_empty(document)]
    return _Explainer(document, Instance(document, root, sound)).run()


def _empty(document: Document) -> Diagnostic:
    message = '.lazy is empty; begin it with "version: 1" and list the artifacts, or run: lazyoci init'
    if document.more:
        message = "the first document is empty, and only the first counts; remove the --- in front of the second"
    return Diagnostic("missing-key", Severity.ERROR, message, Span(0, min(1, len(document.source.text))))


class _Explainer:
    """Turns the violations of one document into diagnostics."""

    def __init__(self, document: Document, instance: Instance) -> None:
        self.document = document
        self.source = document.source
        self.instance = instance
        self.found: dict[tuple[str, Span, str], Diagnostic] = {}  # by code, place and key: aliases repeat findings
        self.meant: set[tuple[Path, str]] = set()  # missing keys for which another key was probably meant
        self.explained: set[Path] = set()
        self.settled: set[tuple[Path, str]] = set()  # unknown keys that a more exact finding already reports

    def run(self) -> list[Diagnostic]:
        """All of them."""
        original = self.instance.original
        found = [one._replace(path=original(one.path)) for one in violations(self.instance.data)]
        for shape in shapes(self.document, self.instance.root, self.instance.sound):
            self._add(shape.code, self._where(shape.path) + shape.message, shape.node, shape.fix)
            self.explained.update(shape.settled)
            self.meant.update(shape.meant)
            self.settled.update(shape.unknown)
        wrong = {one.path: one for one in reversed(found) if one.keyword == "type"}
        for problem in self.instance.problems:
            self._problem(problem, wrong.get(problem.path))
        for violation in sorted(found, key=lambda one: _ORDER.get(one.keyword, 2)):
            if violation.path not in self.explained:
                self._violation(*violation)
        return list(self.found.values())

    def _violation(self, path: Path, keyword: str, wanted: Any, value: Any) -> None:
        if level_of(path) == "tags" and keyword in ("required", "additionalProperties") and is_no_tag(value):
            keyword = "type"  # a text that YAML reads as a mapping
        match keyword:
            case "additionalProperties":
                self._unknown_keys(path)
            case "required":
                for name in wanted:
                    if name not in value and (path, name) not in self.meant:
                        self._missing(path, name)
            case "type" | "enum" if value is None and path and path[-1] in REMEDY:
                self._without_value(path, "no value")
            case "minLength":
                self._without_value(path, "an empty value")
            case "anyOf":
                if not any(at == path and meant in keys.VERSION_FROM for at, meant in self.meant):
                    self._without_value(path, "neither tag nor file")
            case "type" if value is None and in_condition(path):
                message = f"item {int(path[-1]) + 1} of when is empty; {REMEDY['when']}, or remove it"
                self._add("missing-key", self._where(path) + message, self._key(path))
            case "type" if not (path == ("version",) and isinstance(value, float)):
                self._wrong_type(path)
            case "type" | "enum" if path == ("version",):
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    self._version(path)
            case "enum" if path[-1] in ("provenance", "moves", "metadata"):
                self._unknown_word(path, tuple(wanted))
            case "enum":
                self._unknown_type(path)
            case "contains" if any(item is not None for item in value):
                return  # each of them has its own finding
            case "minItems" | "contains":
                name = "a list" if isinstance(path[-1], int) else path[-1]
                message = f"{name} is empty; {EMPTY.get(str(path[-1]), EMPTY['when'])}"
                self._add("empty-list", self._where(path[:-1]) + message, self._key(path))

    def _problem(self, problem: BadNode, wrong: Violation | None) -> None:
        """Report a node that plain data cannot express. `wrong` are the schema's violations for it as a text."""
        if problem.code == "unquoted-template":
            self._template(problem, wrong)
            return
        if problem.node is self.instance.place(problem.path).value:
            self.explained.add(problem.path)
        self._add(problem.code, self._where(problem.path) + problem.message, problem.node)

    def _template(self, problem: BadNode, wrong: Violation | None) -> None:
        """Report a template without quotes, which YAML reads as a mapping."""
        node = problem.node
        written = self.source.text[node.start : node.end]
        text, title = quoted(written), "quote the template"
        if wrong is not None:
            if not problem.path or problem.path[-1] not in (*keys.LISTS, "tags"):
                return  # a text would be wrong there too: the schema's violation is reported
            text, title = f"[{text}]", "make it a list of one quoted template"
            self.explained.add(problem.path)
        fix = Fix(title, (Edit(node.span, text),)) if "\n" not in written and "\r" not in written else None
        message = f"without quotes, YAML reads this template as a mapping; write {excerpt(text)}"
        self._add("unquoted-template", self._where(problem.path) + message, node, fix)

    def _unknown_keys(self, path: Path) -> None:
        mapping = self.instance.place(path).value
        assert isinstance(mapping, Mapping)
        for unknown in unknown_keys(self.document, mapping, level_of(path) or ""):
            name = unknown.key.value
            if (path, name) in self.settled:
                continue
            message = f'{self._where(path)}unknown key "{excerpt(name)}"; {unknown.remedy}'
            self._add("unknown-key", message, unknown.key, unknown.fix, name, certain=unknown.certain)
            self.meant.add((path, unknown.meant))

    def _wrong_type(self, path: Path) -> None:
        place = self.instance.place(path)
        message, fix, meant = wrong_type(self.source, path, place)
        where = self._where(path if place.key is None else path[:-1])
        self._add("wrong-type", where + message, place.value, fix)
        self.meant.add((path[:-1], meant))

    def _missing(self, path: Path, name: str) -> None:
        value = self.instance.place(path).value
        assert isinstance(value, Mapping)
        near = value.get("type") if name in NEEDED else None
        if near is None:
            near = value.items[0][0] if value.items else value
        message = NEEDED.get(name) or f"{name} is missing; {REMEDY[name]}"
        fix: Fix | None = None
        if name == "version":
            fix = add_entry(self.source, value, "version: 1")
        elif name == "mediaType" and isinstance(file := value.get("path"), Scalar) and file.value:
            text = f"mediaType: {media_type(file.value)}"
            message, fix = f"mediaType is missing; write {text}", add_entry(self.source, value, text, below="path")
        choice = self._entry(path, value, name) if fix is None else None
        self._add("missing-key", self._where(path) + message, near, fix or choice, name, certain=choice is None)

    def _entry(self, path: Path, mapping: Mapping, name: str) -> Fix | None:
        """What may be missing: the type that a key tells, and the version among the tags."""
        if name == "type":
            types = list(dict.fromkeys(owner for key in mapping.fields() if (owner := keys.owner(key))))
            return add_entry(self.source, mapping, f"type: {types[0]}") if len(types) == 1 else None
        if name == "tags":
            artifact = self.instance.place(path[:2]).value
            type_ = artifact.get("type") if isinstance(artifact, Mapping) else None
            chart = isinstance(type_, Scalar) and type_.value == "helm"
            tag = "{{ .ChartVersion }}" if chart else "{{ .VersionFull }}"
            return add_entry(self.source, mapping, f'tags: ["{tag}"]', below="registry")
        return None

    def _without_value(self, path: Path, what: str) -> None:
        name = str(path[-1])
        message = f"{self._where(path[:-1])}{name} has {what}; {REMEDY[name]}"
        self._add("missing-key", message, self._key(path), None, name)

    def _version(self, path: Path) -> None:
        node = self.instance.place(path).value
        written = self.source.text[node.start : node.end]
        message = (
            f"version {excerpt(written)} is unknown; write 1 if the file is of this format, or install a newer lazyoci"
        )
        self._add("unsupported-version", message, node)

    def _unknown_type(self, path: Path) -> None:
        node = self.instance.place(path).value
        where = self._where(path[:-1])
        if not isinstance(node, Scalar):
            self._add("wrong-type", f"{where}type must be {_TYPES}, and is a {kind(node)}", node)
            return
        guess = suggest(node.value, tuple(keys.OF_TYPE), "type")
        remedy = f'did you mean "{guess.word}"?' if guess else f"write {_TYPES}"
        fix = None if guess is None or node.tag else Fix(f'replace with "{guess.word}"', (Edit(node.span, guess.word),))
        message = f'{where}unknown type "{excerpt(node.value)}"; {remedy}'
        self._add("unknown-type", message, node, fix, certain=guess is not None and guess.certain)

    def _unknown_word(self, path: Path, words: tuple[str, ...]) -> None:
        """The message for a value that must be one of a few words."""
        node = self.instance.place(path).value
        name, where = path[-1], self._where(path[:-1])
        known = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
        if not isinstance(node, Scalar):
            remedy = f"; {REMEDY['metadata']}" if name == "metadata" else ""
            self._add("wrong-type", f"{where}{name} must be {known}, and is a {kind(node)}{remedy}", node)
            return
        guess = moves_meant(node.value, words) if name == "moves" else suggest(node.value, words)
        fix = None if guess is None or node.tag else Fix(f'replace with "{guess.word}"', (Edit(node.span, guess.word),))
        remedy = f'; did you mean "{guess.word}"?' if guess else ""
        if name == "metadata" and guess is None:
            is_off = node.value.casefold() in ("false", "no", "none", "off", "never")
            remedy = "; leave it out" if is_off else f"; {REMEDY['metadata']}"
        message = f'{where}{name} must be {known}, and is "{excerpt(node.value)}"{remedy}'
        self._add("wrong-type", message, node, fix, certain=guess is not None and guess.certain)

    def _where(self, path: Path) -> str:
        """The beginning of a message: which artifact and target, counted from zero as in `--artifact`."""
        if level_of(path[:2]) != "artifacts":
            return ""
        artifact = self.instance.place(path[:2]).value
        name = artifact.get("name") if isinstance(artifact, Mapping) else None
        text = f"artifact[{path[1]}]"
        if isinstance(name, Scalar) and name.value:
            text += f' ("{excerpt(name.value)}")'
        if level_of(path[:4]) in ("targets", "files"):
            text += f", {path[2]}[{path[3]}]"
        return text + ": "

    def _key(self, path: Path) -> Node:
        place = self.instance.place(path)
        return place.key or place.value

    def _add(
        self, code: str, message: str, node: Node, fix: Fix | None = None, key: str = "", *, certain: bool = True
    ) -> None:
        """Add a finding, unless there is one like it. `fix` is what mends it, or if it is not `certain`, may do so."""
        span = node.span
        if isinstance(node, (Mapping, Sequence)) and not node.flow:
            first = self.source.position(node.start).line  # underline only the first line of a block
            span = Span(node.start, min(node.end, self.source.line_starts[first] + len(self.source.line(first))))
        elif span.start == span.end:
            span = Span(span.start, min(span.start + 1, len(self.source.text)))
        choices = () if fix is None or certain else (fix,)
        found = Diagnostic(code, Severity.ERROR, message, span, fix=fix if certain else None, choices=choices)
        self.found.setdefault((code, span, key), found)
