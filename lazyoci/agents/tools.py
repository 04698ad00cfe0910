"""What the tools do: the JSON of the same command of the command line, for files below one directory.

Raises LazyociError for what is wrong with a question.
"""

from __future__ import annotations

import io
import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lazyoci.agents.fence import Fence
from lazyoci.check import Checked, Run, for_build, together
from lazyoci.diagnostic import Severity
from lazyoci.errors import UsageError
from lazyoci.rules.shared.wording import quoted
from lazyoci.world import Face, RealGit, World

if TYPE_CHECKING:
    from lazyoci.publish import ArtifactResult
    from lazyoci.registry.client import Client

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_OURS = "LAZYOCI_ALLOW_OUTSIDE"  # a user allows that to builds, not to agents


@dataclass(frozen=True, slots=True)
class Given:
    """What a question says of a run: `--tag`, `--occasion` and `--var`."""

    tag: str = ""
    occasion: Sequence[str] = ()
    variables: Mapping[str, str] | None = None


NOTHING = Given()


class Tools:
    """The tools for one directory, which has to be the current one: relative paths in answers are of it."""

    def __init__(self, root: Path) -> None:
        self._files = Fence(root)

    def check(self, path: str) -> dict[str, Any]:
        """`lazyoci validate PATH -o json`: what is wrong with a file, with certain fixes; no git, no network."""
        from lazyoci.report.findings import render
        from lazyoci.report.presentation import layout
        from lazyoci.report.summary import Summary
        from lazyoci.rules.project_settings import Choice

        file = self._files.find(path)
        world = World(files=self._files, environ=_environ(), face=Face.FILE)
        checked = Run(world, Choice(shown=Severity.INFORMATION)).check_bytes(self._files.read(file), file)
        found = [checked.findings] if checked.diagnostics else []
        summary = Summary.of(1, checked.diagnostics)
        answer: dict[str, Any] = json.loads(render("json", found, summary, layout(io.StringIO(), color=False)))
        return answer

    def explain(self, code: str) -> Any:
        """`lazyoci explain CODE -o json`; without a code that of all rules."""
        from lazyoci.report import rules

        return rules.json(code)

    def preview(self, path: str, given: Given, scenarios: bool, scenario: Sequence[str]) -> dict[str, Any]:
        """`lazyoci preview PATH -o json`, with `--scenarios` and `--scenario`."""
        from lazyoci.check import scenarios as judged
        from lazyoci.publish import Options, about, refused
        from lazyoci.report import preview
        from lazyoci.report import scenarios as table

        checked = self._checked(path, given)
        failed = refused(checked, Options())
        checked = about(checked, ())
        found = preview.json(checked, failed)
        if not scenarios and not scenario:
            return found
        wanted = (*(judged.STANDARD if scenarios else ()), *judged.given(scenario))
        return {**found, **table.json(judged.rows(checked, wanted), wanted)}

    def dry_run(self, path: str, given: Given, artifacts: Sequence[str]) -> list[dict[str, Any]]:
        """`lazyoci build PATH --dry-run -o json`: what would be pushed; no registry is asked."""
        from lazyoci.report import build

        return build.json(self._published(path, given, artifacts, ask=False))

    def registry_state(self, path: str, given: Given, artifacts: Sequence[str]) -> list[dict[str, Any]]:
        """`lazyoci build PATH --dry-run --check -o json`: what a push would do to each reference."""
        from lazyoci.report import build

        return build.json(self._published(path, given, artifacts, ask=True))

    def manifest(self, reference: str, path: str, platform: str) -> dict[str, Any]:
        """`lazyoci browse manifest REFERENCE -o json`, of a registry that the file or the user's settings name."""
        from lazyoci.agents.access import client, refuse_unnamed
        from lazyoci.oci import platform as platforms
        from lazyoci.oci.reference import ReferenceError, parse
        from lazyoci.report import browse
        from lazyoci.transfer.choose import PlatformChoice
        from lazyoci.transfer.describe import describe

        try:
            what = parse(reference)
            choice = PlatformChoice((platforms.parse(platform),)) if platform else None
        except (ReferenceError, platforms.PlatformError) as error:
            raise UsageError(error.message, hint=error.hint) from None
        host = what.repository.host
        refuse_unnamed(host, _hosts(self._checked(path, NOTHING)))
        with client([host]) as connected:
            return browse.manifest_json(describe(connected.repository(what.repository), what, choice))

    def _checked(self, path: str, given: Given) -> Checked:
        """The file as `build` and `preview` check it."""
        from lazyoci.world.stated import stated

        file = self._files.find(path)
        world = World(
            files=self._files,
            git=RealGit(),
            environ=_environ(),
            tag=given.tag,
            face=Face.BUILD,
            stated=stated(tuple(given.occasion), _environ(), given.tag),
            variables=_variables(given.variables or {}),
        )
        return together([Run(world, for_build()).check_bytes(self._files.read(file), file)])[0]

    def _published(self, path: str, given: Given, artifacts: Sequence[str], *, ask: bool) -> list[ArtifactResult]:
        from lazyoci.agents.access import client
        from lazyoci.progress import Silent
        from lazyoci.publish import Options, publish, source_date_epoch

        checked = self._checked(path, given)

        def connect() -> Client:
            return client(_hosts(checked))

        options = Options(artifacts=tuple(artifacts), dry_run=True, ask=ask, epoch=source_date_epoch(os.environ))
        return publish([checked], options, connect, Silent(), threading.Event())


def _hosts(checked: Checked) -> set[str]:
    """The registries that a file names."""
    artifacts = checked.plan.artifacts if checked.plan is not None else ()
    return {target.repository.host for one in artifacts for target in one.targets if target.repository is not None}


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != _NOT_OURS}


def _variables(given: Mapping[str, str]) -> Mapping[str, str]:
    for name in given:
        if _NAME.fullmatch(name) is None:
            raise UsageError(f"{quoted(name)} is no name of a variable", hint="it has letters, digits and _")
    return given
