"""Failures, as opposed to findings (`diagnostic.py`): what stops a command.

    LazyociError                exit 1: something failed
    ├── UsageError              exit 2: the command line or its file arguments are wrong
    ├── SettingsError           the user's own configuration is broken
    ├── FormatError             a file cannot be formatted or fixed safely
    ├── BuildError              an artifact cannot be built
    ├── LayoutError             an OCI layout or archive on disk is broken or hostile
    ├── Interrupted             exit 130: Ctrl-C, SIGTERM or SIGHUP
    ├── InternalError           exit 3: a bug of lazyoci, where there is still something to report
    └── RegistryError           a registry said no, or could not be asked (lazyoci.registry.errors has its kinds)

`lazyoci.template.TemplateError` is a LazyociError too. Only `lazyoci.cli` turns any of these into an exit code.
"""

from __future__ import annotations

import errno
import re

_SURROGATE = "[\ud800-\udfff]"


class LazyociError(Exception):
    """A failure with a message a user can act on.

    `message` states the fact and its place; `hint`, where there is one, the remedy: the next command to type or the
    thing to change. Neither holds a secret, and neither ends in a newline; half a surrogate pair, which JSON from
    outside can hold and nothing can print, becomes U+FFFD. `output` holds the last lines of a program that failed, for
    those who did not see them go by.
    """

    exit_code = 1
    output: tuple[str, ...] = ()

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = re.sub(_SURROGATE, "\ufffd", message)
        self.hint = re.sub(_SURROGATE, "\ufffd", hint)
        super().__init__(self.message)

    @property
    def sentence(self) -> str:
        """The message with its remedy, on one line."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(LazyociError):
    """The command line, or a file named on it, is wrong."""

    exit_code = 2


class SettingsError(LazyociError):
    """The user's configuration file or Docker's cannot be read or written."""


class FormatError(LazyociError):
    """A `.lazy` file cannot be formatted or fixed safely, so it was not changed."""


class BuildError(LazyociError):
    """An artifact could not be built."""


class LayoutError(LazyociError):
    """An OCI layout, or an archive to be made one, is broken or hostile."""


class BundleError(LazyociError):
    """A bundle is broken, hostile, or does not fit what is to be published."""


class Interrupted(LazyociError):
    """The user asked to stop."""

    exit_code = 130


class RegistryError(LazyociError):
    """A registry refused, failed or could not be reached."""


class InternalError(LazyociError):
    """A bug of lazyoci; `__cause__` is what was raised."""

    exit_code = 3


def of(error: BaseException) -> LazyociError:
    """Any exception as a LazyociError: itself, an error of the system such as a full disk, or else an InternalError."""
    if isinstance(error, LazyociError):
        return error
    found: LazyociError
    if is_memory(error):
        found = LazyociError("there is not enough memory", hint="give the process more memory, or use a lower --jobs")
    elif isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        found = LazyociError(f"{place}{error.strerror or error}")
    else:
        found = InternalError(
            f"internal error: {type(error).__name__}: {error}",
            hint="This is a bug in lazyoci. Run again with --debug, and report what it prints.",
        )
    found.__cause__ = error
    return found


def is_memory(error: BaseException) -> bool:
    """Whether the system has no more memory, or cannot start another thread, mostly for the same reason."""
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or (isinstance(error, RuntimeError) and "start new thread" in str(error))
    )
