"""The least that a server on pygls is: what ours is measured beside, from its start to its first answer."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params: types.HoverParams) -> None:
    """Nothing to say."""


if __name__ == "__main__":
    server.start_io()
