"""`lazyoci.explain`, `lazyoci.debugInformation`: what a rule is for, and what a report of a problem should hold."""

from __future__ import annotations

import platform
import sys
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci._version import __version__
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome
from lazyoci_lsp.rpc.redaction import redact
from lazyoci_lsp.view import CommandContext


async def explain(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """The page of a rule as Markdown, which is shown besides; the argument is its code."""
    from lazyoci.rules import BY_CODE
    from lazyoci.rules.codes import unknown
    from lazyoci.rules.page import markdown

    code = arguments[0] if arguments else None
    rule = BY_CODE.get(code) if isinstance(code, str) else None
    if rule is None:
        raise JsonRpcInvalidParams((unknown(code) if isinstance(code, str) else "") or "give the code of a rule")
    text = markdown(rule)
    path = await common.show(context, f"{rule.code}.md", "", text)
    if path is not None and not context.view.client.shows_documents:
        words = f"lazyoci: {rule.code} is explained in {path}"
        context.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, words))
    return Outcome(True, text).to_json()


async def debug_information(context: CommandContext, *_arguments: Any) -> dict[str, Any]:
    """Versions, workspace, settings and what is open, as Markdown without secrets; no file's content."""
    view = context.view
    client, set_ = view.client, view.configuration
    documents = [text for text in view.texts.values() if text.is_lazy]
    newest = [view.checker.latest(text.key) for text in documents]
    lines = [
        f"lazyoci {__version__}, Python {platform.python_version()} ({sys.executable}), {platform.platform()}",
        f"client: {client.name or 'unnamed'}; diagnostics are {'pulled' if client.pulls else 'pushed'}; "
        f"positions in {view.converter.encoding}; status {'shown' if client.server_status else 'logged'}",
        f"workspace: {', '.join(map(str, view.folders)) or 'no folder'}{'' if set_.trusted else ' (not trusted)'}",
        f"open .lazy files: {len(documents)}; valid: {sum(one is not None and one.resolved for one in newest)}",
        f"registries: checks {view.registries.checks}{', offline' if view.registries.offline else ''}; "
        f"timeout {set_.registry_timeout:g} s",
        f"preview: tag {set_.preview_tag or 'none'}, scenario {set_.scenario or 'here and now'}, "
        f"variables set: {', '.join(sorted({*set_.preview_env, *set_.variables})) or 'none'}",
        f"rules: {len(set_.severities)} with another severity, {len(set_.off)} off",
    ]
    text = "".join(f"- {redact(line)}\n" for line in lines)
    await common.show(context, "debug-information.md", "", text)
    return Outcome(True, text).to_json()
