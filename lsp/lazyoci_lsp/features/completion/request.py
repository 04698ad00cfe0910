"""The place of a completion, and how to make an item there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.values import Value
from lazyoci_lsp.features.completion import snippets
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.place import Place
from lazyoci_lsp.view import View


@dataclass(frozen=True, slots=True)
class Request:
    """One request at one place. `values` are the template variables as last resolved; empty before the first check."""

    view: View
    text: Text
    offset: int
    place: Place
    values: Mapping[str, Value]
    coming: list[bool] = field(default_factory=list)  # whether more would be proposed a moment later

    def told(self, coming: bool) -> None:
        """Note whether a list is not complete yet, so that the client asks again."""
        self.coming.append(coming)

    @property
    def directory(self) -> Path | None:
        """Where relative paths of the document begin."""
        return self.text.directory(self.view.home)

    @property
    def prefix(self) -> str:
        """What is written of the word, up to the cursor."""
        return self.text.source.text[self.place.word.start : max(self.place.word.start, self.offset)]

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
    ) -> types.CompletionItem:
        """An item that replaces `span`, which is the word at the place, by `insert`, which is the label."""
        source, client = self.text.source, self.view.client
        word = self.place.word if span is None else span
        word = Span(min(word.start, self.offset), max(word.end, self.offset))
        new = insert or label
        snippet = snippet and "$" in new
        if snippet and not client.snippets:
            new, snippet = snippets.bare(new), False
        if "\n" in new and not client.indents:  # it inserts lines as they are
            line = source.line(source.position(self.offset).line)
            new = new.replace("\n", "\n" + line[: len(line) - len(line.lstrip(" "))])
        return types.CompletionItem(
            label=label,
            kind=kind,
            detail=detail or None,
            label_details=types.CompletionItemLabelDetails(description=detail)
            if detail and client.label_details
            else None,  # VS Code shows the detail of the chosen item only, this one beside every item
            sort_text=sort or None,
            filter_text=filter_text or None,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
            insert_text_mode=types.InsertTextMode.AdjustIndentation if "\n" in new and client.indents else None,
            text_edit=types.TextEdit(self.view.converter.range(source, word), new),
            data=dict(data) if data is not None else None,
            command=types.Command("Suggest", "editor.action.triggerSuggest") if retrigger and client.vscode else None,
            documentation=documentation or None,
        )

    def quoted(self, text: str) -> str:
        """A template or other text as it has to be written here: quoted unless the place is within quotes."""
        if self.place.quote == '"':
            return text.replace("\\", "\\\\").replace('"', '\\"')
        if self.place.quote == "'":
            return text.replace("'", "''")
        if '"' in text:
            return "'" + text.replace("'", "''") + "'"
        return f'"{text}"' if "{{" in text or text[:1] in "{[&*!|>%@`#" else text
