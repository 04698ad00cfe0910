"""`lazyoci.testRegistry`, `lazyoci.checkAgain`, `lazyoci.login`: test a registry, ask it again, log in to it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci.errors import LazyociError
from lazyoci.oci.reference import Repository, parse_repository
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome
from lazyoci_lsp.features.commands.progress import Progress
from lazyoci_lsp.view import CommandContext

_MOST = 8  # repositories of a file that are tested at once


async def test_registry(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """Test the registries of a document, or `HOST[/REPOSITORY]`; with `{"push": true}` also the right to push.

    An explicit command: so credentials are used, whatever the settings say of checks by themselves.
    """
    common.refuse_untrusted(context, "no registry is asked")
    options = next((one for one in arguments if isinstance(one, dict)), {})
    push = bool(options.get("push"))
    wanted = await _wanted(context, arguments)
    async with Progress(context, "lazyoci: testing registries") as progress:
        outcome = await context.view.background.run_long(lambda: _probe(context, wanted, progress, push=push))
    await common.tell(context, "test of " + ", ".join(str(repository or host) for host, repository in wanted), outcome)
    return outcome.to_json()


def _names_document(context: CommandContext, arguments: tuple[Any, ...]) -> bool:
    named = arguments[0] if arguments else None
    return not isinstance(named, str) or context.view.opened(named) is not None


async def _wanted(context: CommandContext, arguments: tuple[Any, ...]) -> list[tuple[str, Repository | None]]:
    """The hosts to test, with a repository where one is known."""
    if not _names_document(context, arguments):
        from lazyoci.settings.server import parse_server

        try:
            server = parse_server(arguments[0])
            return [(server.host, parse_repository(str(server)) if server.path else None)]
        except LazyociError as error:
            raise JsonRpcInvalidParams(error.message) from None
    snapshot = await context.view.snapshot(common.document(context, arguments).uri)
    planned = snapshot.artifacts if snapshot is not None else ()
    targets = [target.repository for one in planned for target in one.targets]
    found = list(dict.fromkeys(repository for repository in targets if repository is not None))
    if not found:
        raise JsonRpcInvalidParams("the file names no registry that is known now")
    return [(repository.host, repository) for repository in found[:_MOST]]


def _probe(
    context: CommandContext, wanted: list[tuple[str, Repository | None]], progress: Progress, *, push: bool
) -> Outcome:
    from lazyoci.registry.probe import failed, probe
    from lazyoci.report import probe as report
    from lazyoci.report.style import Style

    told: list[str] = []
    ok = True
    try:
        with common.connected(context, progress.cancelled) as client:
            for host, repository in wanted:
                progress.report(str(repository or host))
                steps = probe(client, host, repository, push=push and repository is not None)
                ok = ok and not failed(steps)
                told.append(report.text(str(repository or host), steps, [], Style()))
    except LazyociError as error:
        return Outcome(False, f"lazyoci: {error.message}\n{error.hint}\n")
    return Outcome(ok, "\n\n".join(told) + "\n")


async def check_again(context: CommandContext, *arguments: Any) -> None:
    """Ask the registries of a document anew, as the settings say, instead of waiting for what is known to get old."""
    common.refuse_untrusted(context, "no registry is asked")
    if context.view.registries.checks == "off":
        raise JsonRpcInvalidParams("checks of registries are off: see the setting lazyoci.registry.checks")
    await context.view.registries.check_again(common.document(context, arguments))


async def login(context: CommandContext, *arguments: Any) -> None:
    """Tell how to log in: a password is typed in a terminal, never into an editor's message."""
    host = arguments[0] if arguments and isinstance(arguments[0], str) else "HOST"
    words = f"lazyoci: in a terminal, run: lazyoci registry login {host}"
    context.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, words))
