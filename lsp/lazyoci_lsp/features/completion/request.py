"""The place of a completion, and how to make an item there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lazyoci.diagnostic import Edit, Span
from lazyoci.values import Value
from lazyoci.yaml import quotes
from lazyoci_lsp.features.completion import snippets
from lazyoci_lsp.state.projects import Project
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.openings import Opening
from lazyoci_lsp.text.place import Place
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.init.draft import Draft


@dataclass(frozen=True, slots=True)
class Request:
    """One request at one place. `values` are the template variables as last resolved; empty before the first check."""

    view: View
    text: Text
    offset: int
    opening: Opening
    values: Mapping[str, Value]
    coming: list[bool] = field(default_factory=list)  # whether more would be proposed a moment later

    def told(self, coming: bool) -> None:
        """Note whether a list is not complete yet, so that the client asks again."""
        self.coming.append(coming)

    @property
    def place(self) -> Place:
        """Where in the format it is."""
        return self.opening.place

    @property
    def directory(self) -> Path | None:
        """Where relative paths of the document begin."""
        return self.text.directory(self.view.home)

    @property
    def project(self) -> Project:
        """What the document's directory has, as far as is known."""
        if self.directory is None:
            return Project()
        project, coming = self.view.projects.project(self.directory)
        self.told(coming)
        return project

    @property
    def files(self) -> Draft | None:
        """An artifact of files that lie there, as far as is known."""
        if self.directory is None:
            return None
        found, coming = self.view.projects.files(self.directory)
        self.told(coming)
        return found

    @property
    def prefix(self) -> str:
        """What is written of the word, up to the cursor."""
        return self.text.source.text[self.place.word.start : max(self.place.word.start, self.offset)]

    @property
    def word(self) -> str:
        """All that is written of the word."""
        return self.text.source.text[self.place.word.start : self.place.word.end]

    @property
    def indent(self) -> str:
        """What the lines of a text after its first begin with, beside what the client adds by itself."""
        place, source = self.place, self.text.source
        line = source.line(source.position(self.offset).line)
        leading = len(line) - len(line.lstrip(" \t"))
        at = self.opening.start - source.line_starts[source.position(self.offset).line]
        return " " * max(0, place.column - min(leading, at))

    def item(
        self,
        label: str,
        kind: types.CompletionItemKind,
        *,
        insert: str = "",
        span: Span | None = None,
        detail: str = "",
        snippet: bool = False,
        sort: str = "",
        filter_text: str = "",
        data: Mapping[str, Any] | None = None,
        retrigger: bool = False,
        documentation: str = "",
        beside: tuple[Edit, ...] = (),
    ) -> types.CompletionItem:
        """An item that replaces `span`, which is the word at the place, by `insert`, which is the label.

        With `retrigger` the client asks at once what comes next; `beside` are edits at other places of the line.
        """
        source, client = self.text.source, self.view.client
        word = self.place.word if span is None else span
        new = insert or label
        if snippet and not (client.snippets and snippets.has_slots(new)):
            new, snippet = snippets.bare(new), False
        start = min(word.start, self.offset)
        if word.start == self.place.word.start:
            start, new = min(start, self.opening.start), self.opening.gap + new
        word = Span(start, max(word.end, self.offset))
        if "\n" in new and not client.indents:  # it inserts lines as they are
            line = source.line(source.position(self.offset).line)
            leading = line[
                : min(len(line) - len(line.lstrip(" ")), start - source.line_starts[source.position(start).line])
            ]
            new = new.replace("\n", "\n" + leading)
        converter = self.view.converter
        return types.CompletionItem(
            label=label,
            kind=kind,
            detail=detail or None,
            label_details=types.CompletionItemLabelDetails(description=detail)
            if detail and client.label_details
            else None,  # VS Code shows the detail of the chosen item only, this one beside every item
            sort_text=f"{self.opening.rank}{sort}",
            filter_text=filter_text or None,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
            insert_text_mode=types.InsertTextMode.AdjustIndentation if "\n" in new and client.indents else None,
            text_edit=types.TextEdit(converter.range(source, word), new),
            additional_text_edits=[types.TextEdit(converter.range(source, one.span), one.text) for one in beside]
            or None,
            data=dict(data) if data is not None else None,
            command=types.Command("Suggest", "editor.action.triggerSuggest") if retrigger and client.vscode else None,
            documentation=documentation or None,
        )

    def quoted(self, text: str) -> str:
        """A text as it has to be written here: within the quotes at the place, else in quotes where it needs them."""
        if self.place.quote == '"':
            return text.replace("\\", "\\\\").replace('"', '\\"')
        if self.place.quote == "'":
            return text.replace("'", "''")
        return text if quotes.is_plain(text, flow=self.place.flow) else quotes.quoted(text)
