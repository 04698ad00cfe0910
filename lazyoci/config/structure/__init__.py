"""Explains structural errors of a file that is valid YAML: the schema's violations in plain words, each with a fix."""
