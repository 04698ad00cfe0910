"""`lazyoci browse manifest`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from lazyoci.cli.browse.options import connection_options, reference
from lazyoci.cli.common import echo, emit, global_options, output_option, output_style
from lazyoci.cli.complete import registries
from lazyoci.cli.connect import asking
from lazyoci.errors import UsageError
from lazyoci.oci import platform as _platform
from lazyoci.oci.platform import PlatformError
from lazyoci.report import browse as report
from lazyoci.transfer.choose import PlatformChoice
from lazyoci.transfer.describe import describe
from lazyoci.transfer.find import find, named_by


@click.command()
@click.argument("name", metavar="REFERENCE", shell_complete=registries)
@click.option("--platform", help="os/arch[/variant] of an index to show [default: this machine's, or its first].")
@click.option("--referrers", is_flag=True, help="Also what refers to it: signatures, SBOMs, attestations.")
@click.option("--raw", is_flag=True, help="Print the manifest as it is, byte by byte.")
@connection_options
@output_option
@global_options
def command(
    name: str, platform: str | None, referrers: bool, raw: bool, insecure: bool, ca: Path | None, output: str
) -> None:
    """Show what a tag or digest points to: type, platforms, layers, annotations, creation, labels.

    Of tag@digest the digest decides. Of an index, layers and labels are those of one platform. As JSON: {repository,
    tag, digest, size, type, mediaType, artifactType?, platform?, platforms, manifestDigest?, created?, annotations,
    labels, config?, layers, manifests?, subject?, referrers?}.

    \b
    Examples:
      lazyoci browse manifest nginx
      lazyoci browse manifest ghcr.io/acme/api:v1.0.0 --platform linux/arm64
      lazyoci browse manifest localhost:5050/api:dev --raw | sha256sum
    """
    if raw and referrers:
        raise UsageError("--raw prints the manifest alone", hint="leave out --referrers")
    if raw and output != "text":
        raise UsageError("--raw prints the bytes of the manifest, in no other format", hint=f"leave out -o {output}")
    what = reference(name)
    try:
        choice = PlatformChoice((_platform.parse(platform),)) if platform else None
    except PlatformError as error:
        raise UsageError(error.message, hint=error.hint) from None
    with asking(insecure=insecure, ca=ca) as client:
        remote = client.repository(what.repository)
        if raw:
            whole = find(remote, what, choice) if choice is not None else None
            manifest = whole.manifests[whole.root.digest] if whole is not None else named_by(remote, what)
            sys.stdout.flush()
            sys.stdout.buffer.write(manifest.raw)
            sys.stdout.buffer.flush()
            return
        description = describe(remote, what, choice)
        if referrers:
            found = remote.referrers(description.named.descriptor.digest)
            description = replace(description, referrers=tuple(found))
    if output != "text":
        emit(report.manifest_json(description), output)
    else:
        style = output_style(sys.stdout)
        echo(report.manifest_text(description, style), nl=False)
