"""Printing as Go's fmt and strconv do: `printf` and its verbs, floats, quoted strings."""
