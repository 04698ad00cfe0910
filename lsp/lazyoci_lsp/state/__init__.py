"""What the server knows and keeps: documents checked, settings, the files around."""
