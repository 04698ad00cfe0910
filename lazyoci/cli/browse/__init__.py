"""`lazyoci browse`: a group whose commands lie in files of their own, each imported when it is used."""

from __future__ import annotations

import click

from lazyoci.cli.common import global_options
from lazyoci.cli.groups import LazyGroup

# name → (module in this package, summary)
COMMANDS: dict[str, tuple[str, str]] = {
    "repos": ("repos", "List the repositories of a registry."),
    "tags": ("tags", "List the tags of a repository."),
    "manifest": ("manifest", "Show what a tag or digest points to."),
    "search": ("search", "Search a registry for repositories."),
}


@click.group(cls=LazyGroup, package=__name__, table=COMMANDS, invoke_without_command=True)
@global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look into registries: repositories, tags, manifests.

    \b
    Examples:
      lazyoci browse tags nginx --filter alpine
      lazyoci browse manifest ghcr.io/acme/api:v1.0.0
      lazyoci browse search quay.io prometheus
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
