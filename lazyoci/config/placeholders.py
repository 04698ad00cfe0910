"""Placeholders of other programs (shells, CI services, Helm) in a tag or registry, and lazyoci's equivalents.

They have no meaning in lazyoci, so only texts that are invalid anyway are searched for them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lazyoci.config.foreign_names import Meaning, meaning
from lazyoci.diagnostic import Span
from lazyoci.yaml.excerpt import excerpt

_ENV = r"(?:env|getenv|expandenv|mustEnv|requiredEnv|envOr|envOrDefault|os\.Getenv)"
_ACTION = re.compile(
    r"\$\{\{-?\s*(?P<github>[^{}]*?)\s*-?\}\}"
    rf"|\{{\{{-?\s*{_ENV}\s*\(?\s*[\"'`\\]+(?P<function>\w+)[\"'`\\]+[^{{}}]*\}}\}}"
    r"|\{\{-?\s*(?:lookup\(\s*['\"]env['\"]\s*,\s*|env_var\(\s*|os\.environ(?:\.get)?[\[(]\s*)"
    r"['\"](?P<lookup>\w+)['\"][^{}]*\}\}"
    r"|\{\{-?\s*\$?env[.:](?P<field>\w+)[^{}]*\}\}"
)
_TEXT = re.compile(
    r"\$\{(?:var|local|module|data)\.(?P<terraform>\w+)[^{}]*\}"
    r"|\$\{(?P<shell>\w+)[^{}]*\}"
    r"|\$\((?P<command>[^()]*)\)"
    r"|(?P<tick>`[^`]*`)"
    r"|\$(?P<plain>[A-Za-z_]\w*)"
    r"|%\{?(?P<percent>[A-Za-z_]\w*)\}?%"
    r"|<(?P<angle>[A-Za-z][\w .-]*)>"
    r"|#\{(?P<hash>\w+)\}"
    r"|(?P<jinja>\{%.*?%\})"
    r"|\[\[ *\.?(?P<square>\w+) *\]\]"
    r"|(?P<one>\{ *\.\w+ *\}\}?|\{ \{ *\.?\w+ *\} ?\})"
    r"|\{(?P<brace>[A-Za-z_]\w*)\}"
    r"|@(?P<at>[A-Za-z_]\w*)@"
    r"|__(?P<under>[A-Z][A-Z0-9_]*?)__"
)
# https://github.com/docker/metadata-action#tags-input, and what says the same here
_METADATA_RULE = r"type=[a-z0-9]+(?:,|$)"
_METADATA_TAGS = (
    (r"type=(?:semver|pep440),pattern=\{\{ ?major ?\}\}$", '{tag: "{{ .VersionMajor }}", when: release}'),
    (
        r"type=(?:semver|pep440),pattern=\{\{ ?major ?\}\}\.\{\{ ?minor",
        '{tag: "{{ .VersionMajorMinor }}", when: release}',
    ),
    (r"type=(?:semver|pep440)", '{tag: "{{ .VersionFull }}", when: [release, prerelease]}'),
    (r"type=ref,event=branch", '{tag: "{{ tagify .GitBranch }}", when: branch}'),
    (r"type=ref,event=pr", '{tag: "pr-{{ .PullRequest }}", when: pull-request}'),
    (r"type=ref,event=tag", '{tag: "{{ tagify .GitTag }}", when: tag}'),
    (r"type=sha", '"sha-{{ .GitSHA }}"'),
    (r"type=schedule", '{tag: "{{ .Date }}", when: schedule}'),
    (r"type=edge", "{tag: edge, when: default-branch}"),
)
_WHOSE = {
    "shell": "the shell's",
    "terraform": "Terraform's",
    "plain": "the shell's",
    "percent": "of a Windows shell",
    "hash": "Ruby's",
    "angle": "a placeholder",
    "brace": "a placeholder",
    "square": "a placeholder",
    "at": "a placeholder",
    "under": "a placeholder",
}
_QUOTE = '"'
_SURE = frozenset(("shell", "plain", "github", "percent"))


class Foreign(NamedTuple):
    """One placeholder: its place in the text, the remedy, and the replacement if it is certain."""

    within: Span
    message: str
    instead: str = ""


def placeholder(text: str, *, registry: bool = False) -> Foreign | None:
    """The first placeholder in a tag, or a `registry`."""
    if not registry and re.match(_METADATA_RULE, text) is not None:
        page = 'see the page "From docker/metadata-action"'
        instead = next((tag for start, tag in _METADATA_TAGS if re.match(start, text)), "")
        whose = "this is a rule of docker/metadata-action; "
        return Foreign(Span(0, len(text)), whose + (f"write {instead}, or {page}" if instead else page))
    action = _ACTION.search(text)
    if action is not None:
        return _action(action, registry)
    masked = re.sub(r"\{\{.*?\}\}", lambda one: "\0" * len(one[0]), text)  # hide our own templates
    for found in _TEXT.finditer(masked):
        kind = str(found.lastgroup)
        if kind not in ("at", "under") or not registry:
            return _text(found, kind, registry)
    return None


def _action(found: re.Match[str], registry: bool) -> Foreign:
    span = Span(*found.span())
    if found["github"] is None:
        name = found["function"] or found["lookup"] or found["field"]
        meant = meaning(name, registry=registry)
        return Foreign(span, f"templates do not see the environment; {remedy(meant, f'${name}')}")
    inner = found["github"]
    if inner.startswith(".") or not inner:
        instead = found[0][1:]
        return Foreign(span, f"the $ in front of {{{{ is GitHub's; write {instead}", instead)
    expression = inner.partition("|")[0].strip()
    name = expression.rpartition(".")[2] or expression
    meant = meaning(name, registry=registry)
    given = f"${meant.variable}" if meant.variable else f"${{{{ {expression} }}}}"
    message = f"{_quoted(found[0])} is known to GitHub's workflow files alone; {remedy(meant, given)}"
    return Foreign(span, message, meant.template if meant.certain else "")


def _text(found: re.Match[str], kind: str, registry: bool) -> Foreign:
    span, written = Span(*found.span()), _quoted(found[0])
    if kind == "one":
        name = re.sub(r"[{}. ]", "", found[0])
        instead = f"{{{{ .{name} }}}}"
        return Foreign(span, f"a template has two braces at each end; write {instead}", instead)
    if kind == "jinja":
        return Foreign(span, f"{written} is Jinja's; conditions are written {{{{ if .X }}}}…{{{{ end }}}}")
    if kind in ("command", "tick"):
        command = found[0].strip("$()`")
        short = "rev-parse" in command
        instead = ("{{ .GitSHA }}" if "--short" in command else "{{ .GitSHALong }}") if short else ""
        what = f"write {instead}" if short else "write {{ .Tag }}, and give what it prints with --tag"
        return Foreign(span, f"{written} is the shell's, and no command is run for a text; {what}", instead)
    name = found[kind]
    meant = meaning(name, registry=registry)
    given = f"${meant.variable or name}" if kind in ("shell", "plain") else f'"{_example(meant)}"'
    whose = f"{written} is {_WHOSE[kind]}, and stays as it is here"
    return Foreign(span, f"{whose}; {remedy(meant, given)}", meant.template if meant.certain and kind in _SURE else "")


def remedy(meant: Meaning, given: str) -> str:
    """The remedy: what to write, and how to give it a value that a shell would write as `given`."""
    value = given if given.startswith('"') else f'"{given}"'
    if "…" in value:
        value = "…"
    if meant.option == "--tag":
        return f"write {meant.template}, and build with --tag {value if '$' in value else value.strip(_QUOTE)}"
    if meant.option == "LAZYOCI_REGISTRY":
        return f"write {meant.template}, and set LAZYOCI_REGISTRY to {value}"
    if meant.option:
        shown = value if "$" in value else "…"
        return f"write {meant.template}, and give --var {meant.option}={shown} or LAZYOCI_VAR_{meant.option}"
    return f"write {meant.template}"


def _example(meant: Meaning) -> str:
    return "v1.4.2" if meant.option == "--tag" else "ghcr.io/acme"


def _quoted(text: str) -> str:
    return f'"{excerpt(text)}"'
