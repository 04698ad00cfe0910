"""Checks the `.lazy` files that a command publishes, and shows the findings."""

from __future__ import annotations

from collections.abc import Callable

from lazyoci.check import Checked, Run, for_build, together
from lazyoci.cli.arguments import find, read
from lazyoci.cli.common import show_findings
from lazyoci.world import RealGit, World

_OF_GIT = (b".Git", b".Version", b".ChartVersion", b".Tag", b"when")  # in a file for which git will be asked


def _all_of(checked: Checked) -> Checked:
    return checked


def check_all(
    paths: tuple[str, ...],
    world: World,
    git: RealGit,
    artifacts: tuple[str, ...],
    allow_unresolved: bool,
    push: bool,
    *,
    only: Callable[[Checked], Checked] = _all_of,
) -> list[Checked]:
    """Read and check the files; `only` drops findings that are not of this run. Raises UsageError."""
    found = [find(path) for path in paths] or [find(None)]
    contents = {path: read(path) for path in found}
    for path, data in contents.items():
        if any(word in data for word in _OF_GIT):
            git.begin(path.parent)
    run = Run(world, for_build(allow_unresolved=allow_unresolved, push=push))
    checked = [run.check_bytes(data, path) for path, data in contents.items()]
    files = [only(one) for one in together(checked, artifacts)]
    from lazyoci.publish import about

    show_findings([about(one, artifacts, building_all=not push) for one in files])
    return files
