"""What all commands share: global options, the console's settings, and the two streams.

Results go to stdout (`emit`, `echo`), everything else to stderr (`say`, `warn`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from lazyoci import clean
from lazyoci.report.style import Style, style_for, wants_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lazyoci.check import Checked

F = TypeVar("F", bound=Callable[..., Any])

OUTPUTS = ("text", "json", "yaml")


class Console:
    """How this run prints; created by `main`, changed only by the global options."""

    def __init__(self, color: str = "auto", verbose: bool = False, debug: bool = False, quiet: bool = False) -> None:
        self.color = color
        self.verbose = verbose
        self.debug = debug
        self.quiet = quiet

    def colored(self, stream: Any, environ: Mapping[str, str] | None = None) -> bool:
        """Whether to colour what goes to `stream`."""
        return wants_color(self.color, stream, os.environ if environ is None else environ)


def console() -> Console:
    """The console of the running command."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context is not None else None
    return found if isinstance(found, Console) else Console()


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            root = ctx.find_root()
            if not isinstance(root.obj, Console):
                root.obj = Console()
            setattr(root.obj, name, value)

    return callback


def global_options(command: F) -> F:
    """Add --color, --verbose, --debug and --quiet; they work before and after the name of a command."""
    for option in (
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_set("quiet"), help="Only errors."),
        click.option(
            "--debug", is_flag=True, expose_value=False, callback=_set("debug"), help="Show tracebacks of failures."
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=_set("verbose"),
            help="Show requests, without secrets.",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_set("color"),
            help="Colour the output (auto: on a terminal).",
        ),
    ):
        command = option(command)
    return command


def output_option(command: F) -> F:
    """Add -o/--output text|json|yaml as the parameter `output`."""
    option = click.option(
        "-o", "--output", type=click.Choice(OUTPUTS), default="text", show_default=True, help="Format of the result."
    )
    return option(command)


def echo(text: str, *, nl: bool = True, file: TextIO | None = None, err: bool = False) -> None:
    """Print text for people. Control characters and CI commands in it have no effect, except our own colours."""
    color = console().colored(file if file is not None else sys.stderr if err else sys.stdout)
    click.echo(clean.door(text, color=color), nl=nl, file=file, err=err, color=color)


def emit(value: Any, output: str) -> None:
    """Print a result for machines on stdout, as JSON (two spaces) or YAML; always UTF-8."""
    if output == "yaml":
        import yaml

        text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False)
        if not clean.is_clean(text):  # then every character that is not ASCII is escaped
            text = yaml.safe_dump(value, sort_keys=False, allow_unicode=False, default_flow_style=False)
    else:
        import json

        text = clean.json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def close_stdout() -> None:
    """Discard all further output after the reader of stdout has gone, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "good": {"fg": "green"},
    "dim": {"dim": True},
    "": {},
}


def say(text: str, hint: str = "", *, style: str = "") -> None:
    """Print a message on stderr, and the remedy on lines of its own."""
    head, mark, rest = clean.lines(text).partition(": ")
    if style and mark and console().colored(sys.stderr):
        head, mark = click.style(head + mark, **STYLES[style]), ""
    echo(head + mark + rest, err=True)
    for line in hint.splitlines():
        echo(f"  {clean.line(line)}", err=True)


def warn(text: str, hint: str = "") -> None:
    """Print a warning on stderr, unless only errors are wanted."""
    if not console().quiet:
        say(f"warning: {text}", hint, style="warning")


def output_style(stream: TextIO) -> Style:
    """The style for `stream`: colour as requested, box characters if its encoding has them."""
    return style_for(stream, color=console().colored(stream))


def show_findings(files: Sequence[Checked]) -> None:
    """Print errors and warnings on stderr."""
    from lazyoci.diagnostic import Severity
    from lazyoci.report import text

    least = Severity.ERROR if console().quiet else Severity.WARNING
    style = output_style(sys.stderr)
    shown = "".join(
        text.finding(one, checked.source, style)
        for checked in files
        for one in checked.diagnostics
        if one.severity >= least
    )
    echo(shown, nl=False, err=True)
