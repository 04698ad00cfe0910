"""`lazyoci registry logout`."""

from __future__ import annotations

import os

import click

from lazyoci import settings
from lazyoci.cli.common import emit, global_options, output_option, say
from lazyoci.cli.registry.options import server_argument
from lazyoci.registry.credentials import Chain
from lazyoci.registry.store import Store
from lazyoci.settings.edit import Editor
from lazyoci.settings.server import Server


@click.command()
@server_argument("HOST")
@output_option
@global_options
def command(server: Server, output: str) -> None:
    """Forget the credentials that lazyoci kept for a registry; its entry in the settings stays.

    As JSON: {url, status: logged out | not logged in, remaining?}, where remaining names the source of credentials
    that are still found: Docker's, Podman's and Helm's are not touched.

    \b
    Examples:
      lazyoci registry logout ghcr.io
    """
    editor = Editor(settings.path(os.environ), os.environ)
    entry = next((one for one in editor.settings.registries if str(one.server) == str(server)), None)
    known = entry is not None and bool(entry.username or entry.password)
    erased = Store(os.environ).erase(server)
    if known:
        editor.put_registry(server, {"username": None, "password": None})
        editor.save()
    status = "logged out" if erased or known else "not logged in"
    found = Chain(os.environ).find(server.host, server.path)
    if output == "text":
        where = f"; the password was in {erased}" if erased else ""
        click.echo(f"{status}: {server}{where}")
        if found is not None:
            say(f"{server} still gets {found.who} from {found.source}")
    else:
        remaining = {"remaining": found.source} if found is not None else {}
        emit({"url": str(server), "status": status, **remaining}, output)
