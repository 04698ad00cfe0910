"""One LSP request a module."""
