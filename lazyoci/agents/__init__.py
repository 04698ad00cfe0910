"""`lazyoci mcp`: tools for agents, over the Model Context Protocol. They read and ask; none pushes, logs in or writes.

What an agent says is not trusted: files are those below one directory, registries those that a file or the user names,
and credentials are used where the user's settings say so.
"""
