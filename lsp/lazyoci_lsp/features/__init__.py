"""One LSP request a module, named as its method; what several need is beside them."""
