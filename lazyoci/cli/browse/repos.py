"""`lazyoci browse repos`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lazyoci.cli.browse.options import connection_options, server
from lazyoci.cli.common import echo, emit, global_options, output_option, output_style, say
from lazyoci.cli.complete import registries
from lazyoci.cli.connect import asking
from lazyoci.registry.catalog import repositories
from lazyoci.report import browse as report


@click.command()
@click.argument("registry", required=False, shell_complete=registries)
@connection_options
@output_option
@global_options
def command(registry: str | None, insecure: bool, ca: Path | None, output: str) -> None:
    """List all repositories of REGISTRY, or of a part of it, such as registry.lan/team.

    Docker Hub, GitHub Packages and others list none: search there, or list the tags of a repository you know. As JSON:
    [{namespace, repository, fullPath}], where namespace is the first segment of several.

    \b
    Examples:
      lazyoci browse repos localhost:5050
      lazyoci browse repos registry.lan/team -o json | jq -r '.[].fullPath'
    """
    where = server(registry)
    with asking(insecure=insecure, ca=ca) as client:
        paths = sorted(path for path in repositories(client, where.host) if where.covers(where.host, path))
    if output != "text":
        emit(report.repositories_json(where.host, paths), output)
    elif paths:
        style = output_style(sys.stdout)
        echo(report.repositories_text(where.host, paths, style), nl=False)
    else:
        say(f"{where} has no repositories")
