"""Moves content between a layout and registries: `push` sends, `pull` fetches. Incomplete content is never visible."""
