"""What hover says, one kind of place a module."""
