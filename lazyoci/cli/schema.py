"""`lazyoci schema`."""

from __future__ import annotations

import click

from lazyoci.cli.common import global_options


@click.command()
@global_options
def command() -> None:
    """Print the JSON Schema (Draft-07) of .lazy files.

    \b
    Examples:
      lazyoci schema > lazy.schema.json
    """
    from lazyoci.config import schema

    click.echo(schema.text().encode("utf-8"), nl=False)
