"""`lazyoci browse search`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lazyoci.cli.browse.options import connection_options, server
from lazyoci.cli.common import echo, emit, global_options, output_option, output_style, say
from lazyoci.cli.complete import registries
from lazyoci.cli.connect import asking
from lazyoci.registry.catalog import search
from lazyoci.report import browse as report


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[REGISTRY] QUERY", shell_complete=registries)
@click.option("--limit", type=click.IntRange(1, 100), default=25, show_default=True, help="So many at most.")
@connection_options
@output_option
@global_options
def command(words: tuple[str, ...], limit: int, insecure: bool, ca: Path | None, output: str) -> None:
    """Search for repositories: by the search of Docker Hub or Quay, elsewhere in the list of the registry's own.

    REGISTRY is that of the setting default-registry if it is left out. The most pulled come first. As JSON: [{name,
    description?, stars?, pulls?, official?, registry}].

    \b
    Examples:
      lazyoci browse search docker.io redis
      lazyoci browse search localhost:5050 api -o json
    """
    if len(words) > 2:
        raise click.UsageError(f"expected REGISTRY and QUERY, got {len(words)} words; quote a query of several words")
    where = server(words[0] if len(words) == 2 else None)
    with asking(insecure=insecure, ca=ca) as client:
        hits = search(client, where.host, words[-1], limit=limit)
    if output != "text":
        emit(report.hits_json(where.host, hits), output)
    elif hits:
        style = output_style(sys.stdout)
        echo(report.hits_text(hits, style), nl=False)
    else:
        say(f"nothing on {where.host} matches {words[-1]!r}")
