"""`lazyoci browse tags`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from lazyoci.cli.browse.options import connection_options, repository
from lazyoci.cli.common import console, echo, emit, global_options, output_option, output_style, say
from lazyoci.cli.complete import registries
from lazyoci.cli.connect import asking
from lazyoci.errors import Interrupted, LazyociError
from lazyoci.oci.reference import is_tag
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.tag_order import sort_tags
from lazyoci.report import browse as report
from lazyoci.transfer.describe import describe

_PARALLEL = 8  # manifests asked for at once


@click.command()
@click.argument("name", metavar="REPOSITORY", shell_complete=registries)
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="So many; 0 for all.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out so many at the start.")
@click.option("--filter", "needle", default="", help="Only tags that contain this text, in whatever case.")
@click.option("--details", is_flag=True, help="Also type, digest, size and platforms: two requests a tag or so.")
@connection_options
@output_option
@global_options
def command(
    name: str, limit: int, offset: int, needle: str, details: bool, insecure: bool, ca: Path | None, output: str
) -> int:
    """List the tags of a repository: latest, then versions from the newest, then the rest by name.

    The size is what `lazyoci pull` would fetch: of several platforms, this machine's. As JSON: [{tag, type?, digest?,
    size?, typeDetail?, platforms?, error?}], all but tag only with --details. Exits 1 when details of a tag fail.

    \b
    Examples:
      lazyoci browse tags nginx --filter alpine
      lazyoci browse tags ghcr.io/acme/api --limit 0 --details -o json
    """
    where = repository(name)
    with asking(insecure=insecure, ca=ca) as client:
        remote = client.repository(where)
        every = [tag for tag in sort_tags(remote.tags()) if needle.lower() in tag.lower()]
        names = every[offset : offset + limit if limit else None]
        tags = _details(remote, names) if details else [report.ListedTag(tag) for tag in names]
    if output != "text":
        emit(report.tags_json(tags), output)
    else:
        style = output_style(sys.stdout)
        if tags:
            echo(report.tags_text(tags, style, details=details), nl=False)
        _rest(str(where), needle, len(every), offset, len(tags))
    return 1 if any(tag.error is not None for tag in tags) else 0


def _rest(where: str, needle: str, all_of_them: int, offset: int, shown: int) -> None:
    """What is not shown, on stderr."""
    if console().quiet:
        return
    which = f" with {needle!r}" if needle else ""
    if not all_of_them:
        say(f"{where} has no tags{which}")
    elif not shown:
        say(f"{where} has {all_of_them} tags{which}, fewer than --offset {offset}")
    elif offset + shown < all_of_them:
        say(f"{shown} of {all_of_them} tags{which}; more with --offset {offset + shown}, all with --limit 0")


def _details(remote: RemoteRepository, names: Sequence[str]) -> list[report.ListedTag]:
    def one(name: str) -> report.ListedTag:
        if not is_tag(name):
            return report.ListedTag(name, error=LazyociError("the registry lists it, but it is no tag"))
        try:
            return report.ListedTag(name, describe(remote, remote.name.tagged(name), config=False))
        except Interrupted:
            raise
        except LazyociError as error:
            return report.ListedTag(name, error=error)

    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="tags") as pool:
        return list(pool.map(one, names))
