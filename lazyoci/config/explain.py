"""Why a document is invalid: the schema's violations in words, each at its node, all at once and without echoes."""

from __future__ import annotations

from typing import Any

from lazyoci.config import keys
from lazyoci.config.instance import LEVELS, Instance, Path, Problem, level_of
from lazyoci.config.mappings import kind
from lazyoci.config.nodes import Document, Mapping, Node, Scalar
from lazyoci.config.remedies import as_list, quoted
from lazyoci.config.scalars import is_null
from lazyoci.config.suggest import suggest
from lazyoci.config.violations import Violation, violations
from lazyoci.config.words import EMPTY, FORM, HOME, ITEM, MISSING
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Span

_ORDER = {"additionalProperties": 0, "required": 2}


def explain(document: Document) -> list[Diagnostic]:
    """Every structural error of `document`; none if its structure is valid."""
    root = document.root
    if root is None or (isinstance(root, Scalar) and is_null(root)):
        return [_empty(document)]
    return _Explainer(document, Instance(document, root)).run()


class _Explainer:
    """One document's errors on their way to diagnostics."""

    def __init__(self, document: Document, instance: Instance) -> None:
        self.document = document
        self.source = document.source
        self.instance = instance
        self.found: dict[tuple[str, Span, str], Diagnostic] = {}  # by code, place and key: aliases repeat themselves
        self.meant: set[tuple[Path, str]] = set()  # keys that a mistyped one seems to stand for
        self.explained: set[Path] = set()

    def run(self) -> list[Diagnostic]:
        """All of them. Missing keys come last: a mistyped one explains them."""
        found = violations(self.instance.data)
        wrong = {one.path: one for one in reversed(found) if one.keyword == "type"}
        for problem in self.instance.problems:
            self._problem(problem, wrong.get(problem.path))
        for violation in sorted(found, key=lambda one: _ORDER.get(one.keyword, 1)):
            if violation.path not in self.explained:
                self._violation(*violation)
        return list(self.found.values())

    def _violation(self, path: Path, keyword: str, wanted: Any, value: Any) -> None:
        match keyword:
            case "additionalProperties":
                self._unknown_keys(path, value)
            case "required":
                for name in wanted:
                    if name not in value and (path, name) not in self.meant:
                        self._missing(path, name)
            case "type" | "enum" if value is None and path and path[-1] in MISSING:
                self._without_value(path, "no value")
            case "minLength":
                self._without_value(path, "an empty value")
            case "type" if path == ("version",) and isinstance(value, float):
                self._version(path)
            case "type":
                self._wrong_type(path, wanted)
            case "enum" if path == ("version",):
                self._version(path)
            case "enum":
                self._unknown_type(path)
            case "minItems" | "contains":
                message = EMPTY[str(path[-1])]
                self._add("empty-list", self._where(path[:-1]) + message, self._key(path))

    def _problem(self, problem: Problem, wrong: Violation | None) -> None:
        if problem.code != "unquoted-template":
            if problem.node is self.instance.place(problem.path).value:
                self.explained.add(problem.path)
            self._add(problem.code, self._where(problem.path) + problem.message, problem.node)
            return
        node = problem.node
        written = self.source.text[node.start : node.end]
        text = quoted(written)
        fix: Fix | None = Fix("quote the template", (Edit(node.span, text),))
        if wrong is not None:
            self.explained.add(problem.path)
            listed = "array" in wrong.wanted and problem.path[-1] in (*keys.LISTS, "tags")
            fix = Fix("make it a list of one quoted template", (Edit(node.span, f"[{text}]"),)) if listed else None
        if "\n" in written or "\r" in written:
            fix = None
        message = f"without quotes, YAML reads this template as a mapping; write {text}"
        self._add("unquoted-template", self._where(problem.path) + message, node, fix)

    def _unknown_keys(self, path: Path, data: dict[str, Any]) -> None:
        level = level_of(path) or ""
        known = LEVELS[level]
        fields = self.instance.place(path).value
        assert isinstance(fields, Mapping)
        fitting = known
        if level == "artifacts":
            own = keys.OF_TYPE.get(data["type"]) if isinstance(data.get("type"), str) else None
            fitting = known if own is None else own | keys.COMMON
        for name in sorted(data.keys() - known):
            key, value = fields.fields()[name]
            guess = suggest(name, sorted(fitting - data.keys())) or suggest(name, sorted(known - data.keys()))
            home = next((home for home, names in LEVELS.items() if name in names), None)
            fix: Fix | None = None
            if home is not None and not (guess and guess.certain):
                remedy = f"; it belongs in {HOME[home]}"
            elif guess is not None:
                remedy = f'; did you mean "{guess.word}"?'
                self.meant.add((path, guess.word))
                if guess.certain and guess.word in fitting and _is_written(fields, key):
                    fix = Fix(f'replace with "{guess.word}"', (Edit(key.span, guess.word),))
            else:
                remedy = "; remove it"
                if any(key.end <= anchor.span.start < value.end for anchor in self.document.anchors):
                    remedy = f'; keys for anchors begin with {keys.EXTENSION}: "{keys.EXTENSION}{name}"'
                    edit = Edit(Span(key.start, key.start), keys.EXTENSION)
                    fix = Fix(f'rename to "{keys.EXTENSION}{name}"', (edit,)) if _is_written(fields, key) else None
            self._add("unknown-key", f'{self._where(path)}unknown key "{name}"{remedy}', key, fix, name)

    def _missing(self, path: Path, name: str) -> None:
        value = self.instance.place(path).value
        assert isinstance(value, Mapping)
        near: Node | None = value.get("type") if name in ("chartPath", "files", "image") else None
        if near is None:
            near = value.items[0][0] if value.items else value
        self._add("missing-key", self._where(path) + MISSING[name], near, None, name)

    def _without_value(self, path: Path, what: str) -> None:
        name = str(path[-1])
        remedy = MISSING[name].partition("; ")[2] or MISSING[name]
        self._add("missing-key", f"{self._where(path[:-1])}{name} has {what}; {remedy}", self._key(path), None, name)

    def _wrong_type(self, path: Path, expected: str | list[str]) -> None:
        place = self.instance.place(path)
        name = str(path[-1]) if path else ""
        found = kind(place.value)
        where = self._where(path[:-1])
        fix: Fix | None = None
        if not path:
            message = f"a .lazy file is a mapping with version and artifacts, and this is a {found}; write these keys"
        elif path == ("version",):
            message = "version must be the number 1, without quotes"
            if isinstance(place.value, Scalar) and place.value.value.strip(" v") in ("1", "1.0"):
                fix = Fix("write 1", (Edit(place.value.span, "1"),))
        elif place.key is None and path[-2] in ITEM:
            message = f"this must be {ITEM[str(path[-2])]}, and is {_a(found)}"
        elif name in FORM:
            message = f"{name} must be {FORM[name]}, and is {_a(found)}"
            if (
                "array" in expected
                and name in (*keys.LISTS, "tags")
                and place.key is not None
                and place.value.start >= place.key.end
            ):
                edit = as_list(self.source, place.value, split=name in ("tags", "platforms"))
                fix = Fix("make it a list", (Edit(*edit),)) if edit else None
                message += f"; write it as {edit.text}" if edit else ""
        else:
            name = f"item {path[-1] + 1} of {path[-2]}" if isinstance(path[-1], int) else name
            message = f"{name} must be text, and is {_a(found)}; quote it if it is meant as text"
            if name == "target" and isinstance(place.parent, Mapping) and place.parent.get("targets") is None:
                message = "target is the build stage, and is text; did you mean targets?"
                self.meant.add((path[:-1], "targets"))
        self._add("wrong-type", where + message, place.value, fix)

    def _version(self, path: Path) -> None:
        node = self.instance.place(path).value
        written = self.source.text[node.start : node.end]
        fix = Fix("set the version to 1", (Edit(node.span, "1"),))
        self._add("unsupported-version", f"version {written} is unknown; this lazyoci reads version 1", node, fix)

    def _unknown_type(self, path: Path) -> None:
        node = self.instance.place(path).value
        where = self._where(path[:-1])
        allowed = "image, helm, artifact or docker"
        if not isinstance(node, Scalar):
            self._add("wrong-type", f"{where}type must be {allowed}, and is {_a(kind(node))}", node)
            return
        guess = suggest(node.value, tuple(keys.OF_TYPE))
        remedy = f'did you mean "{guess.word}"? There are {allowed}' if guess else f"write {allowed}"
        edit = Edit(node.span, guess.word) if guess and guess.certain and not node.tag else None
        fix = Fix(f'replace with "{edit.text}"', (edit,)) if edit else None
        self._add("unknown-type", f'{where}unknown type "{node.value}"; {remedy}', node, fix)

    def _where(self, path: Path) -> str:
        """The place in front of a message: which artifact, which of its targets or files; counted from one."""
        if level_of(path[:2]) != "artifacts":
            return ""
        artifact = self.instance.place(path[:2]).value
        name = artifact.get("name") if isinstance(artifact, Mapping) else None
        text = f"artifact {int(path[1]) + 1}"
        if isinstance(name, Scalar) and name.value and name.value.isprintable():
            text += f' ("{name.value}")'
        if level_of(path[:4]) in ("targets", "files"):
            text += f", {str(path[2])[:-1]} {int(path[3]) + 1}"
        return text + ": "

    def _key(self, path: Path) -> Node:
        place = self.instance.place(path)
        return place.key or place.value

    def _add(self, code: str, message: str, node: Node, fix: Fix | None = None, key: str = "") -> None:
        span = node.span
        if isinstance(node, Mapping) and not node.flow:
            first = self.source.position(node.start).line  # all of a block would drown the file in squiggles
            span = Span(node.start, min(node.end, self.source.line_starts[first] + len(self.source.line(first))))
        elif span.start == span.end:
            span = Span(span.start, min(span.start + 1, len(self.source.text)))
        self.found.setdefault((code, span, key), Diagnostic(code, Severity.ERROR, message, span, fix=fix))


def _empty(document: Document) -> Diagnostic:
    where = Span(0, min(1, len(document.source.text)))
    message = '.lazy is empty; begin it with "version: 1" and list the artifacts, or run: lazyoci init'
    if document.more:
        message = "the first document is empty, and only the first counts; remove the --- in front of the second"
    return Diagnostic("missing-key", Severity.ERROR, message, where)


def _a(noun: str) -> str:
    return noun if noun == "text" else f"a {noun}"


def _is_written(mapping: Mapping, key: Scalar) -> bool:
    """Whether `key` stands in this mapping itself, plain: not merged into it, nor an alias."""
    return any(one is key for one, _ in mapping.items) and not key.style and not key.tag
