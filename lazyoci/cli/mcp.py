"""`lazyoci mcp`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import click

from lazyoci.cli.common import global_options
from lazyoci.errors import UsageError


@click.command()
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The directory whose files agents may read [default: the current one].",
)
@global_options
def command(root: Path) -> int:
    """Run the tools for agents, over the Model Context Protocol on stdin and stdout. An agent's program starts it.

    They check, explain and preview .lazy files, make dry runs, and ask the registries that a file or your settings name
    what they have, without your credentials unless your settings allow it. None pushes, logs in or writes.

    \b
    Examples:
      lazyoci mcp
      lazyoci mcp --root ~/src/shop
    """
    if find_spec("mcp") is None:
        raise UsageError(
            "the tools for agents need the extra mcp, which is not installed",
            hint="install lazyoci with it, from a checkout: pip install 'CHECKOUT[mcp]'; or from its git address: "
            "pip install 'lazyoci[mcp] @ git+ADDRESS', where ADDRESS is what git remote get-url origin prints there",
        )
    os.chdir(root)
    from lazyoci.agents.server import make

    make(Path.cwd()).run("stdio")
    return 0
