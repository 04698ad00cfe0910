"""`lazyoci registry logout`."""

from __future__ import annotations

import os

import click

from lazyoci import settings
from lazyoci.cli.common import emit, global_options, output_option, say, warn
from lazyoci.cli.registry.options import server_argument
from lazyoci.errors import SettingsError
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.credentials.store import Store
from lazyoci.settings.edit import editing
from lazyoci.settings.server import Server


@click.command()
@server_argument("HOST")
@output_option
@global_options
def command(server: Server, output: str) -> None:
    """Forget the credentials that lazyoci kept for a registry; its entry in the settings stays.

    As JSON: {url, status: logged out | not logged in, remaining?, left?}, where remaining names the source of
    credentials that are still found: Docker's, Podman's and Helm's are not touched. left says what a credential helper
    would not forget.

    \b
    Examples:
      lazyoci registry logout ghcr.io
    """
    erased = Store(os.environ).erase(server)
    with editing(settings.path(os.environ), os.environ) as editor:
        entry = next((one for one in editor.settings.registries if str(one.server) == str(server)), None)
        known = entry is not None and bool(entry.username or entry.password)
        if known:
            editor.put_registry(server, {"username": None, "password": None})
            editor.save()
    if erased.warning:
        warn(erased.warning)
    status = "logged out" if erased.place or known else "not logged in"
    found = _remaining(server)
    if output == "text":
        where = f"; the password was in {erased.place}" if erased.place else ""
        click.echo(f"{status}: {server}{where}")
        if found is not None:
            say(f"{server} still gets {found.who} from {found.source}")
    else:
        remaining = {"remaining": found.source} if found is not None else {}
        left = {"left": erased.warning} if erased.warning else {}
        emit({"url": str(server), "status": status, **remaining, **left}, output)


def _remaining(server: Server) -> Credential | None:
    """Credentials that another program has. An error there is only a warning, because the logout itself is done."""
    try:
        return Chain(os.environ).find(server.host, server.path)
    except SettingsError as error:
        warn(f"what others keep for {server} cannot be told: {error.message}", error.hint)
        return None
