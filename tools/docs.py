"""`make docs`: writes the pages of docs/ that are made from the code; a test holds them to it.

One function a page. With --check nothing is written, and the exit code tells whether all are current.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Any

import architecture
import click
import messages
import reference_output
import reference_registries
import reference_settings

from lazyoci import cli, settings, template
from lazyoci.config import keys, schema
from lazyoci.rules import RULES
from lazyoci.rules import project_settings as rule_settings
from lazyoci.rules.base import Rule
from lazyoci.rules.page import page
from lazyoci.template.documentation import VARIABLES, variable_text
from lazyoci.world import Face
from lazyoci.world.ci.services import SERVICES

DOCS = Path(__file__).resolve().parent.parent / "docs"
EDITORS = DOCS.parent / "editors"
NOTICE = "<!-- Written by tools/docs.py from the code: change that, then run `make docs`. -->\n\n"
FACES = {Face.FILE: "`validate`", Face.EDITOR: "the editor and `preview`", Face.BUILD: "`build`"}
GLOBAL_OPTIONS = frozenset({"color", "verbose", "debug", "quiet", "_click_default_help"})


def rules() -> str:
    """Every rule: the table, then the page that `lazyoci explain` prints."""
    rows = [
        (f"[{rule.code}](#{rule.code})", rule.group, rule.severity.label, "yes" if rule.fixable else "", rule.summary)
        for rule in RULES
    ]
    head = (
        f"# Rules\n\nThe {len(RULES)} codes of what lazyoci finds. `lazyoci explain CODE` prints the same on a "
        "terminal. A comment `# lazyoci: ignore[CODE]` on the line, or on the line above, silences one; `--select`, "
        "`--ignore` and `--severity` choose for a whole run. Rules of the group *registry* ask the network, so "
        "`validate` never applies them by itself.\n\n"
    )
    table = _table(("code", "group", "severity", "fix", "what it finds"), rows)
    return head + table + "".join(f"\n## {rule.code}\n\n{_marks(rule)}\n\n{page(rule).text}\n" for rule in RULES)


def _marks(rule: Rule) -> str:
    """Severity, where it differs, and what else there is to know at a glance."""
    parts = [rule.severity.label]
    parts += [f"{severity.label} in {FACES[face]}" for face, severity in (rule.severities or {}).items()]
    if rule.faces != frozenset(Face):
        parts.append("only in " + " and ".join(FACES[face] for face in sorted(rule.faces)))
    if rule.fixable:
        parts.append("has a fix")
    if not rule.default:
        parts.append("off by default")
    return f"*{', '.join(parts)}*"


def lazy_file() -> str:
    """Every key of a `.lazy` file, in the words of its JSON Schema."""
    whole = schema.load()
    artifact = whole["definitions"]["artifact"]["properties"]
    parts = [
        "# The `.lazy` file\n",
        whole["markdownDescription"],
        f"\n`lazyoci schema` prints its JSON Schema (Draft-07, `{whole['$id']}`). An editor with yaml-language-server "
        "but without ours reads it from a copy, for example `lazy.schema.json` beside the file, by the line\n\n"
        "```yaml\n# yaml-language-server: $schema=lazy.schema.json\n```\n",
        *_keys("The file", whole["properties"]),
        *_keys("Every artifact", {name: artifact[name] for name in artifact if name in keys.COMMON}),
    ]
    for kind, own in keys.OF_TYPE.items():
        parts += _keys(f"`type: {kind}`", {name: artifact[name] for name in artifact if name in own})
    titles = {
        "target": "One of `targets`",
        "tag": "One of `tags`, as a mapping",
        "condition": "`when`",
        "file": "One of `files`",
    }
    for name, title in titles.items():
        parts += _keys(title, whole["definitions"][name]["properties"])
    return "\n".join(parts)


def _keys(title: str, properties: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, about in properties.items():
        yield f"### `{name}`\n\n{about['markdownDescription']}\n"
        if about.get("default") not in (None, [], {}):
            yield f"Default: `{json.dumps(about['default'], ensure_ascii=False)}`\n"


def templates() -> str:
    """Variables and functions of templates."""
    variables = [(f"`{name}`", VARIABLES[name]) for name in template.VARIABLES]
    extra = [(f"`{name}`", VARIABLES[name]) for name in template.EXTRA_VARIABLES]
    known = [one for one in template.FUNCTIONS.values() if not one.extra]
    ours = [one for one in template.FUNCTIONS.values() if one.extra]
    return "\n".join(
        (
            "# Templates\n",
            "`registry`, each tag and the values of `annotations`, `buildArgs` and `labels` are "
            "[Go templates](https://pkg.go.dev/text/template) "
            "where they hold `{{`. Quote them: `{{ .Tag }}` without quotes is a YAML mapping.\n",
            "The version is `LAZYOCI_VERSION`, else `--tag` or `LAZYOCI_TAG` if that is a semantic version, else the "
            "tag that CI runs for, else the nearest git tag that is a version; of several on HEAD the highest. "
            "`lazyoci preview` shows every value and where it came from.\n",
            "`.Version` leaves the prerelease out: for v1.5.0-rc.1 it is 1.5.0. For the tag of a release take "
            "`.VersionFull`, which is 1.5.0-rc.1 for the candidate and 1.5.0 for the release.\n",
            "A version is three numbers, with a `v` before them or without, and a prerelease and build metadata where "
            "there are any: `v1.5.0-rc.1+5`. A number keeps its zeros, so that `2024.01.15` is one. Build metadata is "
            "in `.VersionBuild` and `.VersionRaw` alone, as no tag can hold a `+`.\n",
            "## Variables\n",
            _table(("variable", "what it is"), variables),
            "## Variables that only lazyoci knows\n",
            _table(("variable", "what it is"), [*extra, ("`Var.NAME`", variable_text("Var.NAME").split("\n\n")[0])]),
            "## Functions\n",
            *map(_function, known),
            "## Functions that only lazyoci knows\n",
            *map(_function, ours),
        )
    )


def _function(one: template.Function) -> str:
    return f"### `{one.name}`\n\n```\n{one.signature}\n```\n\n{one.doc}\n\n```gotemplate\n{one.example}\n```\n"


def command_line() -> str:
    """Every command with its options, as `--help` has them."""
    root = cli.cli
    context = _context(root, "lazyoci")
    shared = [one for one in root.get_params(context) if one.name in GLOBAL_OPTIONS and isinstance(one, click.Option)]
    head = (
        "# The command line\n\nResults go to stdout, messages and progress to stderr. Exit codes: 0 all done, "
        "1 something was found or failed, 2 the command line is wrong, 3 a bug of ours, 130 interrupted.\n\n"
        "Options of every command:\n\n"
    )
    return head + _options(shared) + "".join(_command(root, context))


PUBLISHED = (
    '.[].targets[] | select(.state == "unchanged" or (.pushed and .state != "failed")) | "\\(.reference)@\\(.digest)"'
)


def output() -> str:
    """Every field of machine output, from the schemas."""
    head = (
        "# JSON output\n\nEvery command that prints a result takes `-o json`, and all but `validate` `-o yaml` with "
        "the same content. The result is complete even when something failed; messages go to stderr. Each is described "
        "by a JSON Schema, which comes with the package. New fields may be added.\n\nA field that ends in `?` may be "
        "absent; `[]` stands for each item of a list, `.*` for each value of a mapping.\n\n"
        "What `lazyoci build` published, by this run or one before, is what it pushed and what was unchanged. A "
        "reference in any other state is listed with the digest that it would have got:\n\n"
        f"```bash\njq -r '{PUBLISHED}' lazyoci.json\n```\n"
    )
    parts = []
    for heading, about, rows in reference_output.sections():
        table = _table(("field", "type", "what it is"), [(f"`{path}`", kind, words) for path, kind, words in rows])
        parts.append(f"\n## {heading}\n\n{about}\n\n{table}")
    return head + "".join(parts)


def environment() -> str:
    """The environment variables."""
    parts = ["# Environment variables\n"]
    for heading, names in reference_settings.ENVIRONMENT.items():
        rows = [(f"`{name}`", about) for name, about in names.items()]
        parts.append(f"## {heading}\n\n{_table(('variable', 'what it does'), rows)}")
        if heading in reference_settings.NOTES:
            parts.append(textwrap.fill(reference_settings.NOTES[heading], 120) + "\n")
    services = ", ".join(service.name for service in SERVICES)
    parts.insert(
        2,
        "A CI service is recognised by its own variables, and then only these are read: branch, tag, pull request and "
        f"default branch are what it says. Known are {services}. A run of any other service, and one without any, is "
        "judged by git.\n",
    )
    return "\n".join(parts)


def configuration() -> str:
    """The user's settings and those of a project, with the examples of the modules that read them."""

    def rows(names: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(f"`{name}`", about) for name, about in names.items()]

    return "\n".join(
        (
            "# Settings\n",
            "## Your own\n",
            "They lie in `config.yaml`, at `lazyoci config path`: `$XDG_CONFIG_HOME/lazyoci/`, else "
            "`~/.config/lazyoci/`; on Windows `%APPDATA%\\lazyoci\\`. `lazyoci config` and `lazyoci registry` change "
            "the file and keep its comments, and keys that they do not know; you may edit it, too.\n",
            f"```yaml\n{example(settings.__doc__)}```\n",
            _table(("`lazyoci config`", "what it is"), rows(reference_settings.SETTINGS)),
            "In the file they are called " + ", ".join(f"`{key}`" for key in settings.KEYS.values()) + ".\n",
            "### Registries\n",
            _table(("key of `registries`", "what it is"), rows(reference_settings.REGISTRIES)),
            "`lazyoci registry add` and `remove` write these entries. `auth.json` beside the file holds passwords, "
            "where no credential helper does.\n",
            "## A project's choice of rules\n",
            "They count for `validate`, `preview`, `build` and the editor alike. They stand "
            "in `[tool.lazyoci]` of `pyproject.toml`, or in `.lazyoci.yaml`: the nearest directory upward that has "
            "one counts, and there the latter. `--select`, `--ignore` and `--severity` go before it.\n",
            f"```yaml\n{example(rule_settings.__doc__)}```\n",
            _table(("key", "what it is"), rows(reference_settings.RULES)),
            "## The editor's\n",
            "The language server's are in [editors/SETTINGS.md](../../editors/SETTINGS.md).\n",
        )
    )


def example(docstring: str | None) -> str:
    """The indented block of a module's docstring."""
    lines = [line[4:] for line in (docstring or "").splitlines() if line.startswith("    ")]
    return "".join(f"{line}\n" for line in lines)


def exit_codes() -> str:
    """The exit codes, as the module that gives them lists them."""
    table = [line.split(maxsplit=1) for line in (cli.__doc__ or "").splitlines()[2:] if line[:1].isdigit()]
    rows = [(f"`{code}`", about[0].upper() + about[1:] + ".") for code, about in table]
    return "\n".join(
        (
            "# Exit codes\n",
            _table(("code", "when"), rows),
            "Every command keeps to them, in every output format. What 1 means in particular:\n",
            "- `build`: an artifact, a target or the check failed; what was published is in the result. Or nothing is "
            "due, and `--tag`, `--artifact` or `--require-published` says that something should be.\n"
            "- `validate`: a finding at least as severe as `--severity` says (default: error).\n"
            "- `format --check` and `--diff`: a file is not formatted.\n"
            "- `registry test`: a step failed.\n"
            "- `browse tags --details`: the details of a tag could not be had.\n",
            "Warnings alone give 0. With 3, one line says what happened; `--debug` shows the traceback that a report "
            "should have.\n",
        )
    )


def _context(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """As click makes it, `-h` included: a command keeps the help option that it is first asked for."""
    return click.Context(command, parent, name, **command.context_settings)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command, and those below it."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _command(inner, _context(inner, name, context))
        return
    parameters = command.get_params(context)
    arguments = [_argument(one) for one in parameters if isinstance(one, click.Argument)]
    usage = " ".join((context.command_path, "[OPTION]...", *arguments))
    prose, _, example = cleandoc(command.help or "").partition("\b\nExamples:\n")
    yield f"\n## {context.command_path}\n\n```\n{usage}\n```\n\n{prose.strip()}\n"
    options = [one for one in parameters if isinstance(one, click.Option) and one.name not in GLOBAL_OPTIONS]
    if options:
        yield "\n" + _options(options)
    if example.strip():
        yield f"\n```\n{cleandoc(example)}\n```\n"


def _argument(argument: click.Argument) -> str:
    if argument.metavar:
        return argument.metavar
    name = (argument.name or "").upper() if argument.required else f"[{(argument.name or '').upper()}]"
    return f"{name}..." if argument.nargs == -1 else name


def _options(options: list[click.Option]) -> str:
    return _table(("option", "what it does"), [(_spelling(one), _help(one)) for one in options if not one.hidden])


def _help(option: click.Option) -> str:
    return (option.help or "") + (f" Default: `{option.default}`." if option.show_default and option.default else "")


def _spelling(option: click.Option) -> str:
    names = ", ".join(option.opts) + (" / " + ", ".join(option.secondary_opts) if option.secondary_opts else "")
    if option.is_flag or option.count:
        return f"`{names}`"
    kind = option.type
    if isinstance(kind, click.Choice):
        value = "|".join(map(str, kind.choices))
    else:
        value = "N" if kind.name.startswith("integer") else kind.name.upper()
    return f"`{names} {option.metavar or value}`"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a bar within a cell would end it."""
    escaped = [tuple(cell.replace("|", "\\|") for cell in cells) for cells in (head, *rows)]
    escaped.insert(1, ("---",) * len(head))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in escaped)


def with_settings(page: str) -> str:
    """A page whose part between two comments is the table of the editors' settings."""
    table = (EDITORS / "SETTINGS.md").read_text(encoding="utf-8").split("\n\n")[2]
    before, begin, rest = page.partition("<!-- settings: by make docs, from editors/SETTINGS.md -->\n")
    _, end, after = rest.partition("<!-- end of settings -->")
    if not begin or not end:
        raise ValueError("the page has no comments that say where the settings belong")
    return f"{before}{begin}\n{table}\n\n{end}{after}"


def pages() -> dict[str, str]:
    """Every page that the code gives, by its place in docs/."""
    made = {
        "rules": rules,
        "lazy-file": lazy_file,
        "templates": templates,
        "cli": command_line,
        "output": output,
        "environment": environment,
        "configuration": configuration,
        "exit-codes": exit_codes,
        "registries": reference_registries.text,
    }
    written = {f"reference/{name}.md": NOTICE + make().rstrip() + "\n" for name, make in made.items()}
    written["how-to/editors.md"] = with_settings(_read(DOCS / "how-to" / "editors.md"))
    written |= {f"explanation/{name}": text for name, text in {**messages.pages(), **architecture.pages()}.items()}
    return written


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    stale = {name: text for name, text in pages().items() if _read(DOCS / name) != text}
    for name, text in stale.items():
        if arguments == ["--check"]:
            print(f"docs/{name} is not current; run: make docs", file=sys.stderr)
            continue
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote docs/{name}")
    return int(bool(stale) and arguments == ["--check"])


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
