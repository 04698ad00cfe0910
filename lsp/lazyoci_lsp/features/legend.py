"""The token types of semantic tokens, which messages name by their index."""

from __future__ import annotations

from lsprotocol import types

TOKEN_TYPES = ["operator", "variable", "function", "keyword", "string", "number", "comment"]
LEGEND = types.SemanticTokensLegend(TOKEN_TYPES, [])
