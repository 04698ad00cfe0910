"""`lazyoci registry test`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lazyoci.cli.common import console, echo, emit, global_options, output_option, output_style
from lazyoci.cli.connect import asking
from lazyoci.cli.registry.options import server_argument
from lazyoci.errors import UsageError
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.credentials.chain import Chain, Consulted
from lazyoci.registry.probe import Step, failed, probe
from lazyoci.report import probe as report
from lazyoci.settings.server import Server


@click.command()
@server_argument("HOST[/REPOSITORY]")
@click.option("--push", is_flag=True, help="Also prove the right to push, by an upload that is cancelled at once.")
@click.option("--insecure", is_flag=True, help="Let a private registry fall back to unverified TLS or plain HTTP.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's.")
@output_option
@global_options
def command(server: Server, push: bool, insecure: bool, ca: Path | None, output: str) -> int:
    """Test the way to a registry: name, connection, TLS, API, credentials and their source, token, scopes, push.

    Exits 1 when a step fails. As JSON: {url, status: ok | failed, error?, steps: [{name, state: ok | failed | skipped,
    detail, hint}], credentials: [{source, found, note}]}, where credentials are the sources in the order asked.

    \b
    Examples:
      lazyoci registry test ghcr.io
      lazyoci registry test ghcr.io/acme/api --push
    """
    if push and not server.path:
        raise UsageError("--push needs a repository", hint=f"lazyoci registry test {server}/NAME --push")
    repository = parse_repository(str(server)) if server.path else None
    with asking(insecure=insecure, ca=ca) as client:
        steps = probe(client, server.host, repository, push=push)
        path = repository.path if repository else ""
        reached = any(step.name == "credentials" and step.detail != "not reached" for step in steps)
        chain = client.credentials
        asked = chain.describe(server.host, path) if reached and isinstance(chain, Chain) else []
    if output == "text":
        style = output_style(sys.stdout)
        echo(report.text(str(repository or server), steps, asked if console().verbose else [], style))
    else:
        emit(_json(str(repository or server), steps, asked), output)
    return 1 if failed(steps) else 0


def _json(url: str, steps: list[Step], asked: list[Consulted]) -> dict[str, Any]:
    bad = next((step for step in steps if step.state == "failed"), None)
    return {
        "url": url,
        "status": "failed" if bad is not None else "ok",
        **({"error": bad.detail} if bad is not None else {}),
        "steps": [asdict(step) for step in steps],
        "credentials": [{"source": one.source, "found": one.found, "note": one.note} for one in asked],
    }
