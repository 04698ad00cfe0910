"""Turns a file's text into a typed Config: a decoder like Go's yaml.v3, the schema, and errors with remedies."""
