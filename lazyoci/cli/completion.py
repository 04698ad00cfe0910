"""`lazyoci completion`."""

from __future__ import annotations

import click

from lazyoci.cli.bash import BashComplete
from lazyoci.cli.common import global_options
from lazyoci.cli.powershell import PowershellComplete

_VARIABLE = "_LAZYOCI_COMPLETE"  # what click derives from the program's name


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@global_options
def command(shell: str) -> None:
    """Print the script that completes lazyoci's commands, options, artifacts, registries and rules in a shell.

    \b
    Examples:
      lazyoci completion bash > ~/.local/share/bash-completion/completions/lazyoci
      lazyoci completion zsh > "${fpath[1]}/_lazyoci"
      lazyoci completion fish > ~/.config/fish/completions/lazyoci.fish
      lazyoci completion powershell | Out-String | Invoke-Expression
    """
    from click.shell_completion import ShellComplete, get_completion_class

    ours = {"powershell": PowershellComplete, "bash": BashComplete}
    found = ours.get(shell) or get_completion_class(shell)
    assert found is not None
    root = click.get_current_context().find_root().command
    # of the base class: that of bash asks the bash of this machine for its version, which may be another one
    click.echo(ShellComplete.source(found(root, {}, "lazyoci", _VARIABLE)))
