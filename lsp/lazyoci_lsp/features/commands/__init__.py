"""What `workspace/executeCommand` runs, one group of commands a module."""
