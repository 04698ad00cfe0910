"""`python -m lazyoci` and the `lazyoci` program."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def run() -> None:
    """Run the command line and exit with its code: 130 after Ctrl-C, even if that comes while modules are imported."""
    try:
        code = _code(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
        from contextlib import suppress  # imported only here: it takes a tenth of the shortest run

        with suppress(OSError):  # stderr is gone if the terminal is
            sys.stderr.write("lazyoci: interrupted\n")
    # Python notes a Ctrl-C that ends a text it executes, as imports do (namedtuple, dataclass), and at the end kills
    # itself by SIGINT, whoever has caught the exception; executing another text takes the note back
    exec("")
    gc.freeze()  # else the end looks for cycles in all modules, a tenth of the time of a push; memory goes at once
    raise SystemExit(code)


def _code(arguments: Sequence[str]) -> int:
    gc.disable()  # imports make no garbage, and collecting takes a twentieth of the start-up time
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the parent process closed this stream
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # until the end
    answer: tuple[str, int] | None = None
    # editors and hooks often run these, so they are answered without importing click
    if arguments == ["--version"]:
        from lazyoci._version import __version__

        answer = f"lazyoci {__version__}\n", 0
    elif arguments[:1] == ["validate"]:
        from lazyoci import quick

        answer = quick.answer(arguments[1:])
    if answer is not None and _print(answer[0]):
        return answer[1]
    from lazyoci.cli import main

    gc.set_threshold(10_000, 20, 20)  # our values have no cycles, so collecting as often as by default finds nothing
    gc.enable()
    return main(arguments)


def _print(text: str) -> bool:
    """Print an answer; False if the stream cannot be written to, or cannot encode the text."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except UnicodeEncodeError:  # raised before anything is written
        return False
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that Python reports no error at exit
    except OSError:  # such as a full disk: the command line will get the same error and report it
        return False
    return True


if __name__ == "__main__":
    run()
