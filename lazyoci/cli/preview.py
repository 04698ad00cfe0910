"""`lazyoci preview`."""

from __future__ import annotations

import sys

import click

from lazyoci.cli.arguments import find, read
from lazyoci.cli.common import console, echo, emit, global_options, output_style, show_findings
from lazyoci.cli.values import outside_option, stated, value_options


@click.command()
@click.argument("path", required=False)
@value_options
@outside_option
@click.option(
    "--scenario",
    "scenario",
    multiple=True,
    metavar="WORD",
    help="What would be published on another occasion: release=1.4.0, pull-request=7, branch=feature/x … Repeatable.",
)
@click.option(
    "--scenarios", "standard", is_flag=True, help="The same for the usual occasions, from a release to a schedule."
)
@click.option("--allow-unresolved", is_flag=True, help="Do not fail for missing values, as for build --dry-run.")
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
    scenario: tuple[str, ...],
    standard: bool,
    allow_unresolved: bool,
    output: str,
) -> int:
    """Show every artifact, target and tag with what it resolves to, and where each value came from.

    PATH is a .lazy file or a directory that holds one; without it, ./.lazy. What build would refuse before it builds
    anything is told too, and then the exit code is 1.

    \b
    Examples:
      lazyoci preview
      lazyoci preview services/api --tag v1.4.2
      lazyoci preview --occasion pull-request=7
      lazyoci preview --scenarios
      lazyoci preview --scenario release=1.4.0 --scenario branch=feature/x
      lazyoci preview -o html > preview.html
      lazyoci preview -o json | jq -r '.. | select(.resolved?) | .reference'
    """
    from lazyoci.check import Run, for_build
    from lazyoci.publish import Options, about, refused
    from lazyoci.report import build, preview
    from lazyoci.world import Face, real

    world = real(tag=tag, face=Face.BUILD, stated=stated(occasion, tag), variables=variables, outside=outside)
    file = find(path)
    checked = Run(world, for_build(allow_unresolved=allow_unresolved)).check_bytes(read(file), file)
    failed = refused(checked, Options(allow_unresolved=allow_unresolved))
    checked = about(checked, ())
    style = output_style(sys.stdout)
    if scenario or standard:
        from lazyoci.check import scenarios
        from lazyoci.report import scenarios as report

        wanted = (*(scenarios.STANDARD if standard else ()), *scenarios.given(scenario))
        rows = scenarios.rows(checked, wanted)
        if output == "text":
            echo(report.text(rows, wanted, style), nl=False)
        elif output == "html":
            from lazyoci.report import preview_html

            shown = preview_html.Shown(rows, wanted, failed)
            click.echo(preview_html.page(checked, shown).encode(), nl=False)
        else:
            emit({**preview.json(checked, failed), **report.json(rows, wanted)}, output)
        if checked.plan is None:
            show_findings([checked])
        return 1 if checked.plan is None else 0
    if output == "text":
        echo(preview.tree(checked, style), nl=False)
        sys.stdout.flush()
    elif output == "html":
        from lazyoci.report import preview_html

        click.echo(preview_html.page(checked, preview_html.Shown(failed=failed)).encode(), nl=False)
    else:
        emit(preview.json(checked, failed), output)
    if not console().quiet or failed:
        show_findings([checked])
    untold = [one for one in failed if len(one.errors) > len(one.findings)]
    if untold and output == "text":
        echo(build.text(untold, style), nl=False)
    return 1 if failed else 0
