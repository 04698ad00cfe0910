"""The command line: one file per command, imported only when called, and the only mapping of errors to exit codes.

0    all done
1    findings, or at least one artifact, target or check failed
2    usage error: unknown flag, file not found
3    internal error: one line, a traceback with --debug
130  interrupted
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from lazyoci import errors
from lazyoci._version import __version__
from lazyoci.cli.common import Console, close_stdout, echo, global_options, say
from lazyoci.cli.groups import HELP, LazyGroup
from lazyoci.errors import LazyociError

# name → (module in lazyoci.cli, summary): the help page lists these without importing anything
COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("build", "Check, resolve, build and push artifacts."),
    "publish": ("publish", "Publish what another job built, from bundles."),
    "copy": ("copy", "Copy an artifact, with what is about it, between registries and layouts."),
    "validate": ("validate", "Check files without any network."),
    "format": ("format", "Bring files into the canonical layout."),
    "preview": ("preview", "Show what every template resolves to, and why."),
    "explain": ("explain", "Explain a rule: why, an example, the remedy."),
    "init": ("init", "Write a .lazy file by looking at what is there."),
    "schema": ("schema", "Print the JSON Schema of .lazy files."),
    "pull": ("pull", "Pull to an OCI layout, to files, or into Docker or Podman."),
    "browse": ("browse", "Look into registries: repositories, tags, manifests."),
    "registry": ("registry", "Add, list, test and remove registries; log in and out."),
    "config": ("config", "Read and change the user's settings."),
    "completion": ("completion", "Print the script that completes commands in a shell."),
    "lsp": ("lsp", "Run the language server, for editors."),
    "mcp": ("mcp", "Run the tools for agents, over the Model Context Protocol."),
    "version": ("version", "Show the version."),
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": HELP, "max_content_width": 100},
)
@click.version_option(__version__, prog_name="lazyoci", message="%(prog)s %(version)s")
@global_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Declare OCI artifacts in one .lazy file; check, preview, build and push them.

    \b
    Examples:
      lazyoci                                # what is here, and what to type next
      lazyoci init                           # write a .lazy for what lies here
      lazyoci validate                       # check ./.lazy
      lazyoci preview --tag v1.4.2           # see what every template becomes
      lazyoci build --tag v1.4.2 --dry-run   # see what would be pushed
      lazyoci build --tag v1.4.2             # build and push

    \b
    Exit codes:
      0    all done
      1    findings, or something that failed
      2    a wrong command line
      3    a bug of lazyoci
      130  interrupted
    """
    if any(name.startswith("LAZYOCI_") for name in os.environ) and ctx.invoked_subcommand != "lsp":
        ctx.call_on_close(import_module("lazyoci.cli.variables").warn_of_slips)  # after --quiet has been parsed
    if ctx.invoked_subcommand is None:
        echo(import_module("lazyoci.cli.start").page(Path.cwd()))


def main(args: Sequence[str]) -> int:
    """Run the command line on `args` and return the exit code. No exception escapes."""
    console = Console()
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        with suppress(OSError):  # a disk that is full already; the end meets it again, and tells it
            sys.stdout.reconfigure(errors="backslashreplace")  # as stderr: an unencodable name must not fail
    if list(args[:1]) != ["lsp"]:  # the server handles signals itself
        import_module("lazyoci.cli.interrupt").clean_up_at_the_end()
    asked = os.environ.get("_LAZYOCI_COMPLETE", "")
    if asked:
        import_module("lazyoci.cli.powershell")  # register with click, which has the other shells
        import_module("lazyoci.cli.bash")
        if import_module("lazyoci.cli.reference_completion").complete(asked):
            return 0
    try:
        result = cli.main(args=list(args), prog_name="lazyoci", standalone_mode=False, obj=console)
        sys.stdout.flush()  # here, where an error can still be reported
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        called = next((f"lazyoci {word}" for word in args if word in COMMANDS), "lazyoci")
        where = error.ctx.command_path if error.ctx is not None else called
        told = import_module("lazyoci.cli.usage").told(error)
        say(f"{where}: {told}", f"See: {where} --help", style="error")
        return 2
    except click.ClickException as error:
        say(f"lazyoci: {error.format_message()}", style="error")
        return 1
    except LazyociError as error:
        if console.debug:
            return _traceback(error, error.exit_code)
        say(f"lazyoci: {error.message}", error.hint, style="error")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("lazyoci: interrupted", style="error")
        return 130
    except BrokenPipeError:
        close_stdout()  # its reader has gone (`| head`), which is not an error
        return 0
    except OSError as error:  # an error of the system that no command has handled
        if console.debug:
            return _traceback(error, 1)
        from lazyoci.cli import os_errors

        return os_errors.report(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user
        found = errors.of(error)
        if console.debug:
            return _traceback(error, found.exit_code)
        say(f"lazyoci: {found.message}", found.hint, style="error")
        return found.exit_code


def _traceback(error: BaseException, code: int) -> int:
    """Print a traceback as Python would, but without the secrets that were sent: registries may have repeated them."""
    import traceback

    text = "".join(traceback.format_exception(error))
    if "lazyoci.registry.sent_secrets" in sys.modules:
        text = import_module("lazyoci.registry.sent_secrets").SENT.hide(text)
    echo(text, nl=False, err=True)
    return code
