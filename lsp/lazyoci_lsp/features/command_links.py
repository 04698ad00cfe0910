"""Links that run a command of this server, as VS Code takes them in trusted Markdown."""

from __future__ import annotations

import json
from urllib.parse import quote


def command_link(title: str, command: str, *arguments: object) -> str:
    """A Markdown link that runs `command`."""
    return f"[{title}](command:{command}?{quote(json.dumps(arguments), safe='')})"
