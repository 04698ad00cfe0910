"""What can be renamed, one kind a module: each says what stands at a place, and renames it."""
