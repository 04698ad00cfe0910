"""`python -m lazyoci` and the `lazyoci` program."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and exit with its code."""
    arguments = sys.argv[1:]
    answer: str | None = None
    # editors and hooks ask these often: answered without importing click
    if arguments == ["--version"]:
        from lazyoci import __version__

        answer = f"lazyoci {__version__}"
    elif arguments[:1] == ["validate"]:
        from lazyoci import quick

        answer = quick.answer(arguments[1:])
    if answer is not None:
        print(answer)
        raise SystemExit(0)
    from lazyoci.cli import main

    raise SystemExit(main(arguments))


if __name__ == "__main__":
    run()
