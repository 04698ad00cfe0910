"""`lazyoci registry login`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lazyoci import settings
from lazyoci.cli.common import emit, global_options, output_option, warn
from lazyoci.cli.registry.options import ask_password, ask_user, credential_options, server_argument
from lazyoci.cli.registry.trial import problem
from lazyoci.errors import RegistryError
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.credentials.store import Store
from lazyoci.settings.edit import editing
from lazyoci.settings.server import Server


@click.command()
@server_argument("HOST")
@credential_options
@click.option("--insecure", is_flag=True, help="Let a private registry fall back to unverified TLS or plain HTTP.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's.")
@output_option
@global_options
def command(
    server: Server,
    user: str | None,
    password: str | None,
    from_stdin: bool,
    insecure: bool,
    ca: Path | None,
    output: str,
) -> None:
    """Check credentials at a registry and, if it takes them, keep them.

    They go to Docker's credential store if there is one, else to a private file. As JSON: {url, auth, status: logged
    in, stored}, where stored says where the password is.

    \b
    Examples:
      echo $TOKEN | lazyoci registry login ghcr.io --user anna --pass-stdin
    """
    user = ask_user(user)
    secret = ask_password(user, password, from_stdin=from_stdin)
    wrong = problem(server.host, Credential("the command line", user, secret), insecure=insecure, ca=ca)
    if wrong is not None:
        raise RegistryError(f"not logged in to {server}: {wrong.message}", hint=wrong.hint)
    kept = Store(os.environ).store(server, user, secret)
    if kept.warning:
        warn(kept.warning)
    with editing(settings.path(os.environ), os.environ) as editor:
        if any(str(entry.server) == str(server) for entry in editor.settings.registries):
            editor.put_registry(server, {"username": user, "password": None})
            editor.save()
    if output == "text":
        click.echo(f"logged in to {server} as {user}; the password is in {kept.place}")
    else:
        emit({"url": str(server), "auth": user, "status": "logged in", "stored": kept.place}, output)
