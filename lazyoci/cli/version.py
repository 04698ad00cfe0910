"""`lazyoci version`."""

from __future__ import annotations

import click

from lazyoci._version import __version__
from lazyoci.cli.common import emit, global_options, output_option


@click.command()
@output_option
@global_options
def command(output: str) -> None:
    """Show the version of lazyoci and of Python. As JSON: {version, commit, date, python}.

    The commit is known where pip installed lazyoci from a repository, else it is "none"; the date is "unknown", as no
    file of a package says when it was made.

    \b
    Examples:
      lazyoci version
      lazyoci version -o json | jq -r .version
    """
    import platform

    if output == "text":
        click.echo(f"lazyoci {__version__} (Python {platform.python_version()})")
    else:
        found = {"version": __version__, "commit": _commit(), "date": "unknown", "python": platform.python_version()}
        emit(found, output)


def _commit() -> str:
    """The commit that was installed (https://packaging.python.org/specifications/direct-url/)."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = json.loads(distribution("lazyoci").read_text("direct_url.json") or "{}")
        commit = found["vcs_info"]["commit_id"]
    except (PackageNotFoundError, OSError, ValueError, KeyError, TypeError):
        return "none"
    return commit if isinstance(commit, str) and commit else "none"
