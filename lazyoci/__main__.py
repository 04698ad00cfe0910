"""`python -m lazyoci` and the `lazyoci` program."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:  # answered without importing click: editors and hooks ask this often
        from lazyoci import __version__

        print(f"lazyoci {__version__}")
        raise SystemExit(0)
    from lazyoci.cli import main

    raise SystemExit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
