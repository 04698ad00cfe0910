"""The rules, one a file. The file is named after the code, and its docstring is the page of `lazyoci explain`."""
