"""`lazyoci build --list`: what is due, and on which platform, for the matrix of a CI service."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lazyoci.check import Checked
from lazyoci.cli.common import console, echo, emit, output_style
from lazyoci.publish import Options


def show(files: Sequence[Checked], options: Options, output: str) -> int:
    """Print what is due; the exit code."""
    import sys

    from lazyoci.publish.due import due_builds
    from lazyoci.report import build as report
    from lazyoci.report import matrix

    failed, builds = due_builds(files, options)
    if failed:
        echo(report.text(failed, output_style(sys.stderr), dry_run=False), nl=False, err=True)
        return 1
    match output:
        case "text":
            if not console().quiet:
                echo(matrix.text(builds), nl=False)
        case "matrix":
            import json

            click.echo(json.dumps(matrix.github(builds)))  # on one line, as an output of a step; ASCII alone
        case "gitlab-matrix":
            emit(matrix.gitlab(builds), "yaml")
        case _:
            emit(matrix.json(builds), output)
    return 0
