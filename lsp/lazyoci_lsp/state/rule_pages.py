"""Where a client can open the page of a rule."""

from __future__ import annotations

import os
from functools import cache

from lazyoci.rules import BY_CODE
from lazyoci.rules.page import markdown, url
from lazyoci_lsp.state import shown_files
from lazyoci_lsp.text import uris


@cache
def uri(code: str) -> str:
    """A file with the rule's page alone, written when it is first asked for; where that cannot be, the reference."""
    path = shown_files.put(os.environ, f"{code}.md", "", markdown(BY_CODE[code]))
    return uris.from_path(path) if path is not None else url(code)
