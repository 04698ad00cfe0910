"""`python -m lazyoci_lsp [--tcp HOST:PORT]`: the same as `lazyoci lsp`."""

from __future__ import annotations

import sys

from lazyoci_lsp import start


def main(arguments: list[str]) -> int:
    """Run the server and return its exit code."""
    if not arguments or arguments == ["--stdio"]:
        return start.stdio()
    if len(arguments) == 2 and arguments[0] == "--tcp":
        host, _, port = arguments[1].rpartition(":")
        if port.isdigit():
            return start.tcp(host or "127.0.0.1", int(port))
    print("usage: python -m lazyoci_lsp [--stdio | --tcp HOST:PORT]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
