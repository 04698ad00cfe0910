"""Reads texts and finds places in them, even where they are no valid YAML yet. Knows nothing of a session."""
