"""What the commands of `registry` share: the address argument, the options of credentials, and how to ask for them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from lazyoci.cli.common import warn
from lazyoci.cli.complete import registries
from lazyoci.errors import SettingsError, UsageError
from lazyoci.settings.server import Server, parse_server

F = TypeVar("F", bound=Callable[..., Any])


def _server(_ctx: click.Context, _param: click.Parameter, value: str) -> Server:
    try:
        return parse_server(value)
    except SettingsError as error:
        raise UsageError(error.message, hint=error.hint) from None


def server_argument(metavar: str) -> Callable[[F], F]:
    """Add the argument `server`: the address of a registry, with its configured ones as completions."""
    return click.argument("server", metavar=metavar, callback=_server, shell_complete=registries)


def credential_options(command: F) -> F:
    """Add --user, --pass and --pass-stdin as `user`, `password` and `from_stdin`."""
    for option in (
        click.option(
            "--pass-stdin", "--password-stdin", "from_stdin", is_flag=True, help="Read the password from stdin."
        ),
        click.option("-p", "--pass", "--password", "password", help="The password; others on this machine may see it."),
        click.option("-u", "--user", "--username", "user", help="The user name."),
    ):
        command = option(command)
    return command


def ask_user(user: str | None) -> str:
    """The user name: as given, else asked for on a terminal. Raises UsageError."""
    if user is None and sys.stdin.isatty():
        user = click.prompt("User", err=True)
    if not user:
        raise UsageError("there is no user name", hint="give it by --user")
    if ":" in user or not user.isprintable():
        raise UsageError("the user name holds a colon or a control character, which no registry can be told")
    return user


def ask_password(user: str, password: str | None, *, from_stdin: bool) -> str:
    """The password: from stdin, from the command line with a warning, else asked for. Raises UsageError."""
    if password is not None and from_stdin:
        raise UsageError("--pass and --pass-stdin contradict each other", hint="give --pass-stdin alone")
    if from_stdin:
        password = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    elif password is not None:
        warn(
            "a password in the command line shows in the shell's history and in the list of processes",
            "Give it by --pass-stdin.",
        )
    elif sys.stdin.isatty():
        password = click.prompt(f"Password of {user}", hide_input=True, err=True)
    else:
        raise UsageError(f"there is no password for user {user!r}", hint="pipe it in, with --pass-stdin")
    if not password:
        raise UsageError("the password is empty", hint="is the variable set that it comes from?")
    return password
