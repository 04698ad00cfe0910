"""`lazyoci registry add`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lazyoci import settings
from lazyoci.cli.common import emit, global_options, output_option, warn
from lazyoci.cli.registry.listing import row
from lazyoci.cli.registry.options import ask_password, ask_user, credential_options, server_argument
from lazyoci.cli.registry.trial import problem
from lazyoci.errors import UsageError
from lazyoci.registry.address import is_loopback
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.credentials.store import Store
from lazyoci.settings.edit import editing
from lazyoci.settings.server import Server


@click.command()
@server_argument("URL")
@click.option("-n", "--name", help="A name for people.")
@credential_options
@click.option("--insecure/--no-insecure", default=None, help="Plain HTTP or an unverified certificate will do.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CA to trust for it (PEM).")
@output_option
@global_options
def command(
    server: Server,
    name: str | None,
    user: str | None,
    password: str | None,
    from_stdin: bool,
    insecure: bool | None,
    ca: Path | None,
    output: str,
) -> None:
    """Add a registry to the settings, or change it, and test it; a failing test is only a warning.

    URL is a host, such as ghcr.io or registry.lan:5000; http:// means that it speaks plain HTTP. The password goes to
    Docker's credential store if there is one. As JSON: {name, url, auth, insecure, status: added | updated, message?},
    where message says why the test failed.

    \b
    Examples:
      echo $TOKEN | lazyoci registry add ghcr.io --user anna --pass-stdin
      lazyoci registry add http://registry.lan:5000 --name lab --insecure
    """
    before = settings.load(os.environ)  # so that a broken file is reported before a password is asked for
    fields: dict[str, str | bool | None] = {}
    if name is not None:
        fields["name"] = name or None
    if insecure is not None:
        fields["insecure"] = insecure or None
    if ca is not None:
        fields["ca"] = str(ca.absolute())
    if server.scheme == "http" and not is_loopback(server.host):  # for loopback, plain HTTP is tried anyway
        fields["tls"] = "plain-http"
    elif server.scheme == "https" and any(
        entry.tls == "plain-http" for entry in before.registries if str(entry.server) == str(server)
    ):
        fields["tls"] = None
    given: Credential | None = None
    if user is not None or password is not None or from_stdin:
        if user is None and not from_stdin and password is not None:
            raise UsageError("--pass needs --user")
        user = ask_user(user)
        secret = ask_password(user, password, from_stdin=from_stdin)
        kept = Store(os.environ).store(server, user, secret)
        if kept.warning:
            warn(kept.warning)
        fields |= {"username": user, "password": None}
        given = Credential("the command line", user, secret)
    with editing(before.path, os.environ) as editor:
        new = editor.put_registry(server, fields)
        editor.save()
    status = "added" if new else "updated"
    wrong = problem(server.host, given)
    if output == "text":
        click.echo(f"{status} {server}" + (f", user {user}" if given is not None else ""))
    if wrong is not None:
        warn(f"{server} does not work yet: {wrong.message}", wrong.hint)
    if output != "text":
        saved = settings.load(os.environ)
        entry = next(entry for entry in reversed(saved.registries) if str(entry.server) == str(server))
        message = {"message": wrong.message} if wrong is not None else {}
        emit({**row(entry), "status": status, **message}, output)
