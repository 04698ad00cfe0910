"""Explains why a text is not YAML: with the small change that fixes it, or with the parser's error in plain words."""
