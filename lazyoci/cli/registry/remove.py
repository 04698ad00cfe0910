"""`lazyoci registry remove`."""

from __future__ import annotations

import os

import click

from lazyoci import settings
from lazyoci.cli.common import emit, global_options, output_option, warn
from lazyoci.cli.registry.options import server_argument
from lazyoci.errors import LazyociError
from lazyoci.registry.credentials.store import Store
from lazyoci.settings.edit import editing
from lazyoci.settings.server import Server


@click.command()
@server_argument("URL")
@output_option
@global_options
def command(server: Server, output: str) -> None:
    """Remove a registry from the settings, and the credentials that lazyoci kept for it.

    Credentials of Docker, Podman and Helm stay. As JSON: {url, status: removed, login?, left?}, where login says where
    the credentials were, and left what a credential helper would not forget.

    \b
    Examples:
      lazyoci registry remove registry.lan:5000
    """
    with editing(settings.path(os.environ), os.environ) as editor:
        if not editor.drop_registry(server):
            known = ", ".join(str(entry.server) for entry in editor.settings.registries)
            raise LazyociError(
                f"{server} is not among the registries of the settings: {known}"
                if known
                else "the settings name no registry",
                hint=f"credentials without an entry go by: lazyoci registry logout {server}",
            )
        erased = Store(os.environ).erase(server)
        editor.save()
    if erased.warning:
        warn(erased.warning)
    if output == "text":
        click.echo(f"removed {server}" + (f", and its login from {erased.place}" if erased.place else ""))
    else:
        login = {"login": erased.place} if erased.place else {}
        left = {"left": erased.warning} if erased.warning else {}
        emit({"url": str(server), "status": "removed", **login, **left}, output)
