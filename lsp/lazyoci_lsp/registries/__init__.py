"""What registries say of open documents, asked in the background.

The rest of the server uses `service.py` only, which is light; the others are imported in a worker thread when needed.
"""
