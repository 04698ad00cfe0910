"""A `lazyoci` for PATH, which asks the process of tests/warm.py to fork one; that adds the call of `main` to this text.

It is started for every command of a shell, so it imports nothing that the interpreter has not built in. It starts
Python where a forked process would not be as a started one: with other variables that only a start reads, and with
open files that an argument names by number.
"""

import _signal
import _socket
import marshal
import posix
import sys
from array import array

_PASSED_ON = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)


def main(
    address: str, at_start: dict[str, str], begins: tuple[str, ...], honoured: tuple[str, ...], longest: int
) -> None:
    """Run it to its end, and end as it did. `at_start` is what its start read: all that begins so, but the honoured."""
    arguments = sys.argv[1:]
    environ = {_text(key): _text(value) for key, value in posix.environ.items()}
    told = {key: value for key, value in environ.items() if key.startswith(begins) and key not in honoured}
    request = marshal.dumps((arguments, posix.getcwd(), environ))
    by_number = any("/fd/" in argument for argument in arguments)
    if told != at_start or by_number or len(request) >= longest:
        posix.execv(sys.executable, [sys.executable, "-m", "lazyoci", *arguments])
    _signal.pthread_sigmask(_signal.SIG_BLOCK, _PASSED_ON)  # until it is known to whom
    asks = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    asks.connect(address)
    asks.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", [0, 1, 2]))])
    process = int(asks.recv(64))
    for number in _PASSED_ON:
        _signal.signal(number, lambda told, _: posix.kill(process, told))
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, _PASSED_ON)
    code = int(asks.recv(64))
    if code < 0:
        _signal.signal(-code, _signal.SIG_DFL)
        posix.kill(posix.getpid(), -code)
    posix._exit(code)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
