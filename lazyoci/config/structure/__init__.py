"""What is wrong with the structure of a file whose YAML is right: the schema's findings in words, each with its fix."""
