"""The output of `lazyoci` without a command: what is here, and the next command to type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lazyoci import clean
from lazyoci.check import Checked, Run
from lazyoci.cli.arguments import find_above, read
from lazyoci.walk import other_name
from lazyoci.world import Face, real

_TAG = "v1.0.0"  # as in the examples of the help pages


def page(directory: Path) -> str:
    """A few lines for a newcomer in `directory`, the current one. Writes no file, and asks no registry."""
    path = Path(".lazy")
    lines = _with_file(path) if (directory / path).is_file() else _without(directory)
    return "\n".join((*lines, "", "All commands: lazyoci --help"))


def _without(directory: Path) -> Iterator[str]:
    """The lines if there is no `.lazy` here: whether there is one above or under another name, or how to write one."""
    yield "lazyoci checks, builds and pushes the OCI artifacts that a .lazy file declares."
    if (directory / ".lazy").is_dir():
        yield "Here .lazy is a directory, not a file: move it away. Then:"
    else:
        yield "There is none here."
    yield ""
    named = sorted(one.name for one in directory.glob("*.lazy") if one.name != ".lazy" and one.is_file())
    other = "" if named else other_name(Path())
    above = find_above(directory)
    if named:
        yield f"  lazyoci validate {named[0]}"
    elif other:
        yield f"  {other}"
    elif above is not None:
        yield f"  cd {above.parent}    there is one"
    yield "  lazyoci init            write one from the Dockerfile, Chart.yaml and git here"
    yield "  lazyoci init --stdout   only show it"


def _with_file(path: Path) -> Iterator[str]:
    """The lines for a `.lazy` here: what it declares, then how to mend it, or to preview and push it."""
    checked = Run(real(face=Face.FILE)).check_bytes(read(path), path)
    errors = sum(checked.fails(one) for one in checked.diagnostics)
    if errors or checked.config is None or checked.resolved is None:
        yield f"{path} has {errors} error{'s' * (errors != 1)}."
        yield ""
        yield "  lazyoci validate         where, why, and the remedy"
        yield "  lazyoci validate --fix   mend what is certain"
        return
    config = checked.config
    named = [
        f"{one.name.value if one.name else f'artifact[{i}]'} ({one.type})" for i, one in enumerate(config.artifacts)
    ]
    yield f"{path} declares {', '.join(map(clean.line, named))}."
    yield ""
    missing = _missing(checked)
    tag = f" --tag {_TAG}" if "Tag" in missing else ""
    if "Registry" in missing:
        yield "  export LAZYOCI_REGISTRY=registry.example.com/team"
    commands = {
        f"lazyoci preview{tag}": "what each template becomes",
        f"lazyoci build{tag} --dry-run --check": "ask what a push would do",
        f"lazyoci build{tag}": "build and push",
    }
    width = max(map(len, commands))
    yield from (f"  {command:{width}}   {about}" for command, about in commands.items())


def _missing(checked: Checked) -> set[str]:
    """The variables that have no value yet."""
    assert checked.resolved is not None
    return {
        value.name
        for artifact in checked.resolved.artifacts
        for target in artifact.targets
        for text in (target.registry, *[tag.text for tag in target.tags])
        for value in text.unknown
    }
