"""The names that semantic tokens' numbers stand for."""

from __future__ import annotations

from lsprotocol import types

TOKEN_TYPES = ["operator", "variable", "function", "keyword", "string", "number", "comment"]
LEGEND = types.SemanticTokensLegend(TOKEN_TYPES, [])
