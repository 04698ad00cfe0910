"""`lazyoci lsp`."""

from __future__ import annotations

import click

from lazyoci.cli.common import global_options
from lazyoci.errors import UsageError


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout (default); editors like to say it.")
@click.option("--tcp", metavar="HOST:PORT", help="Listen there instead, for one client: for debugging.")
@global_options
def command(stdio: bool, tcp: str | None) -> int:
    """Run the language server for .lazy files. Editors start it; see editors/ for how.

    \b
    Examples:
      lazyoci lsp
      lazyoci lsp --tcp 127.0.0.1:9257
    """
    from lazyoci_lsp import start

    if tcp is None:
        return start.stdio()
    if stdio:
        raise UsageError("--stdio and --tcp exclude each other")
    host, colon, port = tcp.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"--tcp {tcp} is not HOST:PORT", hint="such as 127.0.0.1:9257; port 0 takes a free one")
    return start.tcp(host.strip("[]") or "127.0.0.1", int(port))
