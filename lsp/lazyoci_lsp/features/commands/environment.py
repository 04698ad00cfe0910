"""`lazyoci.setPreviewEnv`: a value for an environment variable that is not set here, such as LAZYOCI_REGISTRY."""

from __future__ import annotations

import re
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci_lsp.view import CommandContext

_NAME = re.compile(r"LAZYOCI_[A-Za-z0-9_]+")
_EXAMPLE = "ghcr.io/acme"


async def set_preview_env(context: CommandContext, *arguments: Any) -> None:
    """Take a value for hints, hovers and previews until the server ends: a name, and its value.

    Without a value the user is asked, where there is something to choose from; an empty one, or null, is that of the
    settings again. Nothing is written, and builds in a terminal do not see it.
    """
    name = arguments[0] if arguments else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise JsonRpcInvalidParams("give the name of a variable, such as LAZYOCI_REGISTRY")
    value = arguments[1] if len(arguments) > 1 else await _chosen(context, name)
    if value is not None and not isinstance(value, str):
        raise JsonRpcInvalidParams(f"the value of {name} has to be a text")
    if len(arguments) > 1 or value:
        context.set_preview_env(name, value or "")


async def _chosen(context: CommandContext, name: str) -> str | None:
    """The value that the user chose, of registries that are known; else say how to set it."""
    found = await context.view.background.run(lambda: _registries(context)) if name == "LAZYOCI_REGISTRY" else []
    if not found:
        words = f'set {name} by the setting lazyoci.preview.env, such as {{"{name}": "{_EXAMPLE}"}}'
        context.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"lazyoci: {words}"))
        return None
    actions = [types.MessageActionItem(one) for one in found]
    question = types.ShowMessageRequestParams(types.MessageType.Info, f"lazyoci: {name} for the preview", actions)
    answer = await context.server.window_show_message_request_async(question)
    return answer.title if answer is not None and answer.title in found else None


_MOST = 5  # registries to choose from


def _registries(context: CommandContext) -> list[str]:
    """The user's registries, those that the open files name, and an example."""
    from lazyoci import settings
    from lazyoci.errors import SettingsError

    try:
        own = [str(one.server) for one in settings.load(context.view.configuration.environ()).registries]
    except SettingsError:
        own = []  # what is wrong with them is told where they are needed
    return list(dict.fromkeys([*own, *context.view.registries.hosts(), _EXAMPLE]))[:_MOST]
