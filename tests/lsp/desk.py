"""An editor without a server: completion asked in this process, and items accepted as a client accepts them.

Snippets are expanded by a reader of their own: defaults are kept, a number that comes again repeats its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci_lsp.features.completion.handler import completion, proposals
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.projects import Project, offered, survey
from lazyoci_lsp.state.snapshot import Snapshot
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Text, on_disk
from lazyoci_lsp.view import View
from tests.lsp.kit import capabilities

_SNIPPET = re.compile(
    r"\\(?P<escape>[\\$}])|\$(?P<tabstop>\d+)|\$\{(?P<braced>\d+)\}"
    r"|\$\{(?P<number>\d+):(?P<default>(?:[^\\}]|\\.)*)\}|\$\{(?P<choice>\d+)\|(?P<options>(?:[^\\|]|\\.)*)\|\}"
)


@dataclass(frozen=True)
class Desk:
    """What completion is asked with: a workspace folder, a client, and what is known of the project."""

    root: Path
    view: View
    snapshots: dict[str, Snapshot]

    def items(self, text: str, offset: int) -> list[types.CompletionItem]:
        """The proposals at an offset of an unsaved `.lazy` file, as a client sorts them."""
        return sorted(self.ask(text, offset)[1], key=lambda item: (item.sort_text or item.label, item.label))

    def ask(self, text: str, offset: int) -> tuple[bool, list[types.CompletionItem]]:
        """The same as they come, and whether the client is to ask again."""
        return proposals(self.view, self._text(text), offset)

    def typed(self, text: str, context: types.CompletionContext) -> list[types.CompletionItem]:
        """What a client is given at the end of a text, as a character was typed."""
        source = self._text(text)
        asked = replace(self.view, texts={source.key: source})
        position = self.view.converter.position(source.source, len(text))
        identifier = types.TextDocumentIdentifier(source.uri)
        found = completion(asked, types.CompletionParams(identifier, position, context=context))
        return list(found.items) if found is not None else []

    def accept(self, text: str, item: types.CompletionItem) -> tuple[str, Span]:
        """The text with an item accepted, and what is selected then."""
        source = self._text(text).source
        assert isinstance(item.text_edit, types.TextEdit)
        main = self.view.converter.span(source, item.text_edit.range)
        new = item.text_edit.new_text
        if "\n" in new and (item.insert_text_format == types.InsertTextFormat.Snippet or item.insert_text_mode):
            line = text[source.line_starts[source.position(main.start).line] : main.start]
            new = new.replace("\n", "\n" + line[: len(line) - len(line.lstrip(" \t"))])
        selected = Span(len(new), len(new))
        if item.insert_text_format == types.InsertTextFormat.Snippet:
            new, selected = expanded(new)
        ending = "\r\n" if "\r\n" in text else "\n"
        if ending != "\n":
            new = new.replace("\n", ending)
        edits = [(main, new)]
        edits += [
            (self.view.converter.span(source, one.range), one.new_text) for one in item.additional_text_edits or ()
        ]
        shift = 0
        for span, inserted in sorted(edits, key=lambda one: one[0].start, reverse=True):
            text = text[: span.start] + inserted + text[span.end :]
            if span.start < main.start:
                shift += len(inserted) - (span.end - span.start)
        start = main.start + shift
        return text, Span(start + selected.start, start + selected.end)

    def _text(self, text: str) -> Text:
        return on_disk(self.root / ".lazy", text)


def expanded(snippet: str) -> tuple[str, Span]:
    """A snippet with its defaults, and the first of its tabstops (its end without one)."""
    known: dict[str, str] = {}
    stops: list[tuple[int, Span]] = []
    made = ""
    at = 0
    for found in _SNIPPET.finditer(snippet):
        made += snippet[at : found.start()]
        at = found.end()
        if found["escape"]:
            made += found["escape"]
            continue
        number = found["tabstop"] or found["braced"] or found["number"] or found["choice"]
        default = found["default"] if found["number"] else ""
        if found["choice"]:
            default = re.split(r"(?<!\\),", found["options"])[0]
        if default:
            known.setdefault(number, re.sub(r"\\(.)", r"\1", default))
        stops.append((int(number) or 1_000, Span(len(made), len(made) + len(known.get(number, "")))))
        made += known.get(number, "")
    made += snippet[at:]
    return made, min(stops)[1] if stops else Span(len(made), len(made))


class _Registries:
    """Registries that list a few names."""

    def hosts(self) -> list[str]:
        return ["ghcr.io"]

    def tags(self, repository: object, prefix: str) -> tuple[list[str], bool]:
        return [tag for tag in ("latest", "1.10", "v2.0.0", "on") if tag.startswith(prefix)], False

    def repositories(self, host: str) -> tuple[list[str], bool]:
        return ["acme/api", "acme/web"], False

    def images(self) -> tuple[list[str], bool]:
        return ["nginx:alpine", "api:dev"], False

    def platforms(self, repository: object, tag: str) -> tuple[str, ...]:
        return ("linux/amd64", "linux/s390x")


def desk(
    root: Path,
    *,
    snippets: bool = True,
    encoding: str = "utf-16",
    name: str = "Visual Studio Code",
    project: Project | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Desk:
    """A desk at a directory."""
    able = capabilities()
    assert able.text_document is not None
    if not snippets:
        able.text_document.completion = None
    found, files = (survey(root), offered(root)) if project is None else (project, None)
    snapshots: dict[str, Snapshot] = {}
    parts: Any = SimpleNamespace
    view = View(
        client=Client(able, name),
        converter=Converter(encoding),
        encode=cast(Any, None),
        configuration=Configuration(preview_env={"HOME": str(root), "DOCKER_CONFIG": str(root)}, **(settings or {})),
        texts={},
        folders=(root,),
        background=cast(Any, None),
        checker=parts(latest=snapshots.get, good=snapshots.get),
        changes=cast(Any, None),
        workspace=cast(Any, None),
        other_files=cast(Any, None),
        registries=cast(Any, _Registries()),
        projects=parts(project=lambda directory: (found, False), files=lambda directory: (files, False)),
    )
    return Desk(root, view, snapshots)
