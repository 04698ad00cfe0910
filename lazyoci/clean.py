"""Cleans text from outside before it is printed: names, paths, descriptions, messages of registries.

Such text must not move the cursor, reorder the text around it, end a line early, or be a command to a CI service.
`line` cleans one such text inside a message. `door` cleans everything that the program writes, where line breaks and
our colours stay; it does not change text that `line` has cleaned.
"""

from __future__ import annotations

import re

_REPLACEMENT = "\ufffd"
# One character of C0, DEL, C1, half surrogates, line separators, and what reorders or hides text
# (https://trojansource.codes). The joiners U+200C and U+200D stay: scripts and emoji need them.
UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
# texts, as hardly any run meets such a character: `re` compiles them when it first does
_ESCAPED = rf"(?![\n\t]){UNSAFE}"
# the same for complete output, where line breaks, tabs and our own colours stay
_AT_DOOR = re.compile(rf"\x1b\[[0-9;]*m|(?![\n\t]){UNSAFE}")
# What services that run jobs read as commands, in whatever a program prints. GitHub takes `::` at the start of a line,
# spaces and all, and `##[` anywhere in it, as Azure Pipelines takes `##vso[` and TeamCity `##teamcity[`; GitLab folds
# its log at `section_start:`, and Travis at `travis_fold:`.
# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
# https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
# https://www.jetbrains.com/help/teamcity/service-messages.html
# https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
_COMMAND = re.compile(
    r"^(?:\x1b\[[0-9;]*m|[^\S\n])*:(?=:[^\n]*::)|#(?=#[a-z]*\[)|\b(?:section_(?:start|end)|travis_fold)(?=:)",
    re.MULTILINE | re.IGNORECASE,
)


def line(text: str) -> str:
    """`text` on one line; unsafe characters are replaced by a visible symbol, or by U+FFFD."""
    return text if text.isprintable() else re.sub(UNSAFE, _visible, text)


def lines(text: str) -> str:
    """The same for a text of several lines: line breaks and tabs stay."""
    return text if text.isprintable() else re.sub(_ESCAPED, _visible, text)


def door(text: str, *, color: bool = True) -> str:
    """Output for people or a log: without commands to CI, and without control characters but line breaks and tabs.

    With `color`, ANSI colours stay. They are our own, because `line` has removed all others.
    """
    shown = _AT_DOOR.sub(_colors if color else _visible, text)
    return _COMMAND.sub(_apart, shown) if ":" in shown or "#" in shown else shown


def json(text: str) -> str:
    """JSON with the characters escaped that could mislead a terminal or a reader."""
    return re.sub(_ESCAPED, _json_escape, text)


def is_clean(text: str) -> bool:
    """Whether a text of several lines has nothing that must be replaced."""
    return text.isprintable() or re.search(_ESCAPED, text) is None


def _visible(found: re.Match[str]) -> str:
    """The replacement of one character: from the Unicode block Control Pictures if it has one."""
    shown = ""
    for character in found[0]:
        if character == "\x7f":
            shown += "\u2421"
        else:
            shown += chr(0x2400 + ord(character)) if character < " " else _REPLACEMENT
    return shown


def _colors(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else _visible(found)


def _apart(found: re.Match[str]) -> str:
    return f"{found[0]} "


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
