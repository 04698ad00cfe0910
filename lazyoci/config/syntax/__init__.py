"""What is wrong with a text that is not YAML: the small change that mends it, or the parser's complaint in words."""
