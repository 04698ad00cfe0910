"""`lazyoci preview`."""

from __future__ import annotations

import sys

import click

from lazyoci.cli.common import console, echo, emit, global_options, output_style, show_findings
from lazyoci.cli.files import find, read
from lazyoci.cli.values import outside_option, stated, value_options


@click.command()
@click.argument("path", required=False)
@value_options()
@outside_option
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "yaml", "html"]),
    default="text",
    show_default=True,
    help="Format of the result.",
)
@global_options
def command(
    path: str | None,
    tag: str,
    variables: dict[str, str],
    occasion: tuple[str, ...],
    outside: tuple[str, ...],
    output: str,
) -> int:
    """Show every artifact, target and tag with what it resolves to, and where each value came from.

    PATH is a .lazy file or a directory that holds one; without it, ./.lazy.

    \b
    Examples:
      lazyoci preview
      lazyoci preview services/api --tag v1.4.2
      lazyoci preview --occasion pull-request=7
      lazyoci preview -o html > preview.html
      lazyoci preview -o json | jq -r '.. | select(.resolved?) | .reference'
    """
    from lazyoci.check import Run
    from lazyoci.report import preview
    from lazyoci.world import Face, real

    world = real(tag=tag, face=Face.EDITOR, stated=stated(occasion, tag), variables=variables, outside=outside)
    file = find(path)
    checked = Run(world).check_bytes(read(file), file)
    if output == "text":
        style = output_style(sys.stdout)
        echo(preview.tree(checked, style), nl=False)
    elif output == "html":
        from lazyoci.report import preview_html

        click.echo(preview_html.page(checked).encode(), nl=False)
    else:
        emit(preview.json(checked), output)
    if not console().quiet or checked.failed:
        show_findings([checked])
    return 1 if checked.failed else 0
