"""From text to a typed Config: nodes with spans, a decoder that follows Go's yaml.v3, a schema, and explanations."""
