"""From text to a typed Config: a decoder that follows Go's yaml.v3, a schema, and what is wrong, with remedies."""
