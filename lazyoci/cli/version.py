"""`lazyoci version`."""

from __future__ import annotations

import click

from lazyoci import __version__
from lazyoci.cli.common import emit, global_options, output_option


@click.command()
@output_option
@global_options
def command(output: str) -> None:
    """Show the version of lazyoci and of Python.

    \b
    Examples:
      lazyoci version
      lazyoci version -o json | jq -r .version
    """
    import platform

    if output == "text":
        click.echo(f"lazyoci {__version__} (Python {platform.python_version()})")
    else:
        emit({"version": __version__, "python": platform.python_version()}, output)
