"""Failures, as opposed to findings (`diagnostic.py`): what stops a command.

    LazyociError                exit 1: something failed
    ├── UsageError              exit 2: the command line or its file arguments are wrong
    ├── SettingsError           the user's own configuration is broken
    ├── FormatError             a file cannot be formatted or fixed safely
    ├── BuildError              an artifact cannot be built
    ├── LayoutError             an OCI layout or archive on disk is broken or hostile
    ├── Interrupted             exit 130: Ctrl-C or SIGTERM
    └── RegistryError           a registry said no, or could not be asked (lazyoci.registry.errcode has its kinds)

`lazyoci.template.TemplateError` is a LazyociError too. Only `lazyoci.cli` turns any of these into an exit code.
"""


class LazyociError(Exception):
    """A failure with a message a user can act on.

    `message` states the fact and its place; `hint`, where there is one, the remedy: the next command to type or the
    thing to change. Neither holds a secret, and neither ends in a newline. `output` holds the last lines of a program
    that failed, for those who did not see them go by.
    """

    exit_code = 1
    output: tuple[str, ...] = ()

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LazyociError):
    """The command line, or a file named on it, is wrong."""

    exit_code = 2


class SettingsError(LazyociError):
    """The user's configuration file or Docker's cannot be read or written."""


class FormatError(LazyociError):
    """A `.lazy` file cannot be formatted or fixed without risk, so it was left alone."""


class BuildError(LazyociError):
    """An artifact could not be built."""


class LayoutError(LazyociError):
    """An OCI layout, or an archive to be made one, is broken or hostile."""


class Interrupted(LazyociError):
    """The user asked to stop."""

    exit_code = 130


class RegistryError(LazyociError):
    """A registry refused, failed or could not be reached."""
