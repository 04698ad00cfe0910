"""What registries say of open documents, asked in the background. Imported in a worker thread, when first needed.

`service.py` is the session's side of it: light, and the only module that the rest of the server asks.
"""
