"""`lazyoci registry`: a group whose commands are modules of this package, each imported when it is used."""

from __future__ import annotations

import click

from lazyoci.cli.common import global_options
from lazyoci.cli.groups import LazyGroup

# name → (module in this package, summary)
COMMANDS: dict[str, tuple[str, str]] = {
    "list": ("listing", "List the registries of the settings."),
    "add": ("add", "Add a registry, or change it, and test it."),
    "remove": ("remove", "Remove a registry and its credentials."),
    "test": ("test", "Test the way to a registry, step by step."),
    "login": ("login", "Check credentials and keep them."),
    "logout": ("logout", "Forget the credentials that were kept."),
}
ALIASES = {"rm": "remove", "delete": "remove", "ls": "list"}


@click.group(cls=LazyGroup, package=__name__, table=COMMANDS, aliases=ALIASES, invoke_without_command=True)
@global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Add, list, test and remove registries; log in and out.

    Docker's, Podman's and Helm's credentials are used without any of this.

    \b
    Examples:
      lazyoci registry test ghcr.io/acme/api --push
      echo $TOKEN | lazyoci registry login ghcr.io --user anna --pass-stdin
      lazyoci registry add registry.lan:5000 --insecure
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
