"""`lazyoci registry list`."""

from __future__ import annotations

import os
import sys

import click

from lazyoci import settings
from lazyoci.cli.common import echo, emit, global_options, output_option, output_style, say
from lazyoci.report.table import table
from lazyoci.settings import RegistrySettings


def row(entry: RegistrySettings) -> dict[str, str | bool]:
    """An entry as it is shown. `auth` is the user name if lazyoci itself keeps credentials for it, else empty."""
    url = str(entry.server)
    return {"name": entry.name or url, "url": url, "auth": entry.username, "insecure": entry.insecure}


@click.command()
@output_option
@global_options
def command(output: str) -> None:
    """List the registries of the settings.

    AUTH is the user that lazyoci itself keeps credentials for; those of Docker, Podman and Helm are used as well, see:
    lazyoci registry test HOST. As JSON: [{name, url, auth, insecure}].

    \b
    Examples:
      lazyoci registry list
      lazyoci registry list -o json | jq -r '.[].url'
    """
    rows = [row(entry) for entry in settings.load(os.environ).registries]
    if output != "text":
        emit(rows, output)
        return
    if not rows:
        say("no registries", "add one with: lazyoci registry add HOST")
        return
    cells = [(str(r["url"]), str(r["name"]), str(r["auth"]), "yes" if r["insecure"] else "no") for r in rows]
    echo(table(("URL", "NAME", "AUTH", "INSECURE"), cells, output_style(sys.stdout)), nl=False)
