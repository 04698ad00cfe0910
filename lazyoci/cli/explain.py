"""`lazyoci explain`."""

from __future__ import annotations

import click

from lazyoci.cli.common import console, emit, global_options, output_option
from lazyoci.cli.complete import rules
from lazyoci.errors import UsageError
from lazyoci.report import rules as report
from lazyoci.rules import BY_CODE, RULES, Rule
from lazyoci.rules.codes import unknown
from lazyoci.rules.page import page


@click.command()
@click.argument("code", required=False, shell_complete=rules)
@output_option
@global_options
def command(code: str | None, output: str) -> None:
    """Explain a rule: why it is there, an example that fails and one that is mended. Without CODE, list all rules.

    \b
    Examples:
      lazyoci explain
      lazyoci explain invalid-tag
      lazyoci explain -o json | jq -r '.[].code'
    """
    if code is None:
        if output == "text":
            click.echo(_table(), nl=False)
        else:
            emit(report.json(None), output)
        return
    rule = BY_CODE.get(code)
    if rule is None:
        raise UsageError(unknown(code) or "")
    if output == "text":
        click.echo(_page(rule), nl=False)
    else:
        emit(report.json(code), output)


def _table() -> str:
    """All rules by group: code, severity, whether it has a fix, summary."""
    width = max(len(rule.code) for rule in RULES)
    lines: list[str] = []
    group = ""
    for rule in RULES:
        if rule.group != group:
            group = rule.group
            lines += ([""] if lines else []) + [_bold(group)]
        marks = rule.severity.label + (", fix" if rule.fixable else "")
        lines.append(f"  {rule.code:{width}}  {marks:12}  {rule.summary}{'' if rule.default else ' (off by default)'}")
    return "\n".join([*lines, "", "One of them: lazyoci explain CODE", ""])


def _page(rule: Rule) -> str:
    about = page(rule)
    marks = [
        rule.severity.label,
        *(["has a fix"] if rule.fixable else []),
        *([] if rule.default else ["off by default"]),
    ]
    lines = [f"{_bold(rule.code)}  {', '.join(marks)}", "", about.headline]
    fenced = False
    for line in about.body.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        else:
            lines.append(f"    {line}" if fenced and line else line)
    silence = f"Silence it with a comment on its line: # lazyoci: ignore[{rule.code}]"
    return "\n".join([*lines[:3], "", *lines[3:], "", silence, ""])


def _bold(text: str) -> str:
    import sys

    return click.style(text, bold=True) if console().colored(sys.stdout) else text
