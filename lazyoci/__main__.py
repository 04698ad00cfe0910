"""`python -m lazyoci` and the `lazyoci` program."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def run() -> None:
    """Run the command line and exit with its code: 130 after Ctrl-C, also one that comes while modules are imported."""
    try:
        code = _code(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
        from contextlib import suppress  # only here: its import is a tenth of the shortest run

        with suppress(OSError):  # with the terminal, stderr is gone
            sys.stderr.write("lazyoci: interrupted\n")
    # Python notes a Ctrl-C that ends a text it executes, as imports do (namedtuple, dataclass), and at the end kills
    # itself by SIGINT, whoever has caught the exception; executing another text takes the note back
    exec("")
    raise SystemExit(code)


def _code(arguments: Sequence[str]) -> int:
    gc.disable()  # imports make no garbage, and looking for it takes a twentieth of the start-up
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started this: nobody listens
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # until the end
    answer: tuple[str, int] | None = None
    # editors and hooks ask these often: answered without importing click
    if arguments == ["--version"]:
        from lazyoci._version import __version__

        answer = f"lazyoci {__version__}\n", 0
    elif arguments[:1] == ["validate"]:
        from lazyoci import quick

        answer = quick.answer(arguments[1:])
    if answer is not None and _print(answer[0]):
        return answer[1]
    from lazyoci.cli import main

    gc.set_threshold(10_000, 20, 20)  # values here hold no cycles, so the default would search often and in vain
    gc.enable()
    return main(arguments)


def _print(text: str) -> bool:
    """Print an answer; false where a character of it, or the stream, is none that this can print."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except UnicodeEncodeError:  # raised before anything is written
        return False
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor shall the interpreter complain at exit
    except OSError:  # a full disk: the command line meets it again, and says it
        return False
    return True


if __name__ == "__main__":
    run()
