"""What completion proposes, one kind of place a module."""
