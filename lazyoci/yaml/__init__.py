"""YAML as Go's yaml.v3 reads it: nodes with their places, scalars, edits of the text. Knows nothing of `.lazy` keys."""
