"""textDocument/signatureHelp: the arguments of the template function that is being written."""

from __future__ import annotations

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci.template import FUNCTIONS, Function
from lazyoci_lsp.text import templates
from lazyoci_lsp.view import View

_OPENERS = ("|", "(", "=", ":=")
_BLOCKS = ("if", "with", "range", "else", "template", "block")


def signature_help(view: View, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """The function whose arguments are at the place, and which of them."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    found = _call(text.source, view.converter.offset(text.source, params.position))
    if found is None:
        return None
    function, number = found
    _, *names = function.signature.split()
    parameters = [types.ParameterInformation(name) for name in names]
    if names and names[-1].endswith("…"):
        number = min(number, len(names) - 1)
    markdown = types.MarkupContent(types.MarkupKind.Markdown, f"{function.doc}\n\n`{function.example}`")
    signature = types.SignatureInformation(function.signature, markdown, parameters, active_parameter=number)
    return types.SignatureHelp([signature], active_signature=0, active_parameter=number)


def _call(source: Source, offset: int) -> tuple[Function, int] | None:
    """The innermost call around the offset, and the number of the argument that is written there."""
    inside = templates.around(source, offset)
    if inside is None:
        return None
    stack: list[list[str]] = [[]]  # the words of each open call
    for token in templates.tokens(source, inside):
        if token.span.end > offset:
            break
        word = source.text[token.span.start : token.span.end]
        if token.kind == "text":
            continue
        if word == "(":
            stack.append([])
        elif word == ")":
            if len(stack) > 1:
                stack.pop()
            stack[-1].append(word)
        elif word in _OPENERS or word in _BLOCKS or token.kind == "delimiter":
            stack[-1] = []
        elif token.span.end < offset or source.text[offset - 1 : offset].isspace():
            stack[-1].append(word)
    words = stack[-1]
    function = FUNCTIONS.get(words[0]) if words else None
    return None if function is None else (function, len(words) - 1)
