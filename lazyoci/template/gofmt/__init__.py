"""What templates compute with and print, as Go's fmt and strconv do: values, `printf`, verbs, floats, strings."""
