"""The template variables. Each is computed when it is first used, and has a source: an option, git, a chart …"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.mask import registry
from lazyoci.template import EXTRA_VARIABLES, VARIABLES
from lazyoci.template.variables import VAR
from lazyoci.values import version as _version
from lazyoci.values.value import Value, from_git, from_occasion, from_version
from lazyoci.world import Face, GitState, Nearest, World
from lazyoci.world.events import TAG

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazyoci.values.helm.chart import Chart
    from lazyoci.values.helm.chart_yaml import ChartError
    from lazyoci.values.own_version import Origin
    from lazyoci.values.standing import Standing
    from lazyoci.values.version import Version
    from lazyoci.when import Facts
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Lines

NAMES = VARIABLES + EXTRA_VARIABLES


def is_variable(name: str) -> bool:
    """Whether there is a variable of this name."""
    return name in NAMES or name.startswith(VAR)


_OF_OCCASION = frozenset({"GitTag", "DefaultBranch", "PullRequest", "BaseBranch"})


class Values:
    """The variables of one `.lazy` file, or of one artifact in it. `get` computes one of them, and remembers it."""

    def __init__(self, world: World, directory: Path, origin: Origin | None = None, lines: Lines | None = None) -> None:
        """`origin` is where the version comes from, for an artifact with `versionFrom`.

        `lines` are those of all artifacts of the file; None if none has `versionFrom`.
        """
        self.world = world
        self.directory = directory
        self.origin = origin
        self.lines = lines
        self._line = None if origin is None else origin.line
        self._others: dict[tuple[str, str], Values] = {}
        self._known: dict[str, Value] = {}
        self._charts: dict[str, Chart | OSError | ChartError] = {}
        self._git: GitState | None = None
        self._version: Version | None = None
        self._occasion: Occasion | None = None
        self._facts: Facts | None = None

    @property
    def occasion(self) -> Occasion | None:
        """What the run is for. None if git is not asked: then the file is checked independently of any run."""
        if self._occasion is None and self.world.has_git:
            self._occasion = self.world.occasion(self.directory, self._line, self.lines)
        return self._occasion

    @property
    def words(self) -> dict[str, bool | None]:
        """The words of the occasion, and whether each is true; None if unknown. Empty if git is not asked."""
        return {} if self.occasion is None else self.occasion.words(self.version.exact)

    @property
    def facts(self) -> Facts | None:
        """The facts that conditions may use; None as for `occasion`."""
        occasion = self.occasion
        if self._facts is None and occasion is not None:
            from lazyoci.values.facts import facts  # only where there are conditions

            version = self.version.exact if occasion.event.kind == TAG else None
            self._facts = facts(occasion, version, occasion.untold)
        return self._facts

    @property
    def git(self) -> GitState:
        """The state of git in the file's directory; git is asked once."""
        if self._git is None:
            self._git = self.world.git.state(self.directory)
        return self._git

    @property
    def version(self) -> Version:
        """The version, decided once."""
        if self._version is None:
            self._version = self._decided() if self.origin is None else self._of_origin(self.origin)
        return self._version

    def _decided(self) -> Version:
        tag = self.get("Tag")
        source = tag.source if tag.text else ""
        ours = "" if self.lines is not None and self.lines.only_own_have(tag.text or "") else tag.text or ""
        # git is asked only if it can decide: most runs of a release have --tag v1.2.3
        given = _version.given(self.world.environ.get("LAZYOCI_VERSION", ""), ours, source)
        return given or _version.found(tag.text or "", source, self.occasion, lambda: self.git)

    def _of_origin(self, origin: Origin) -> Version:
        from lazyoci.values.own_version import own_version  # only for artifacts with `versionFrom`

        tag, variable = self.get("Tag"), "LAZYOCI_VERSION"
        given = ((self.world.environ.get(variable, ""), variable), (tag.text or "", tag.source))
        texts = tuple([one for one in given if one[0]])
        return own_version(origin, texts, self.occasion, lambda: self.git, self._nearest)

    def _nearest(self) -> Nearest:
        """The nearest git tag of the artifact's line of versions, or of the repository's if it has no own line."""
        if self._line is not None:
            return self.world.git.nearest(self.directory, self._line)
        from lazyoci import semver

        git = self.git
        return Nearest(git.tag, git.distance) if semver.parse(git.tag) is not None else Nearest(reason=git.reason)

    def with_origin(self, tag: str, path: str) -> Values:
        """The same variables with another version: from git tags of the pattern `tag`, or from the file at `path`."""
        key = tag, path
        if key not in self._others:
            from lazyoci.values.own_version import Origin
            from lazyoci.values.version_file import read_version
            from lazyoci.world.version_line import Line

            place = os.path.join(self.directory, path)  # noqa: PTH118  # as for charts
            file = read_version(path, lambda: self.world.files.read(place)) if path else None
            origin = Origin(Line(tag) if tag else None, path, file)
            self._others[key] = Values(self.world, self.directory, origin, self.lines)
        return self._others[key]

    def standing(self, name: str) -> Standing | None:
        """How the version in a variable relates to HEAD; None if it is from git, or nothing is known."""
        if self.occasion is None:
            return None
        if name.startswith("Version"):
            version, giver, line = self.version.semver, self.version.giver, self._line
        elif name in ("Tag", "GitTag"):
            from lazyoci import semver  # imported here, as few runs are for a version

            value, event = self.get(name), self.occasion.event
            # a tag that is not of the artifact's line may still be of the repository's
            line = self._line if self._line is not None and self._line.version(value.text or "") is not None else None
            version = (semver.parse if line is None else line.version)(value.text or "")
            giver = value.source if name == "Tag" else "" if event.source == "git" else event.source
        else:
            return None
        from lazyoci.values.standing import standing

        path = "" if self.origin is None else self.origin.path
        if version is None or not (giver or path):
            return None
        found = standing(version, giver or path, self.occasion, self.git, self._nearest, line, path)
        # for a version from a file it only matters if it was released before
        released = self.version.basis is _version.Basis.FILE and found.elsewhere is not None
        return found if giver or released else None

    def chart(self, path: str) -> Chart:
        """The Chart.yaml of the directory or package `path`, read once. Raises OSError, ChartError if Helm refuses."""
        found = self._charts.get(path)
        if found is None:
            from lazyoci.values.helm.chart_yaml import ChartError  # only where there are charts
            from lazyoci.values.helm.read_chart import read_chart  # only where there are charts

            try:
                found = read_chart(self._chart_yaml(path))
            except (OSError, ChartError) as error:
                found = error.with_traceback(None)
            except ValueError as error:  # a path that the system does not allow
                found = OSError(str(error))
            self._charts[path] = found
        if isinstance(found, Exception):
            from copy import copy

            raise copy(found)  # a traceback on the remembered exception would keep every frame alive
        return found

    def _chart_yaml(self, path: str) -> bytes:
        files = self.world.files
        place = os.path.join(self.directory, path)  # noqa: PTH118  # for every chart: text is quicker
        if path.endswith((".tgz", ".tar.gz")) and files.kind(place) == "file":
            from lazyoci.values.helm.packed_chart import packed_chart_yaml

            return packed_chart_yaml(files.read(place))
        return files.read(os.path.join(place, "Chart.yaml"))  # noqa: PTH118

    def get(self, name: str) -> Value:
        """The value of a variable by its name, which must be one of NAMES; raises KeyError."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._compute(name)
        return found

    def with_artifact(self, name: str, chart: Callable[[], Value] | None) -> ArtifactValues:
        """These variables with those of one artifact: Name, and for helm ChartVersion from `chart`."""
        return ArtifactValues(self, name, chart)

    def _compute(self, name: str) -> Value:
        if name == "Registry":
            return self._registry(name)
        if name == "Tag":
            if self.world.tag:
                return Value(name, self.world.tag, "--tag")
            return self._environment(name, "LAZYOCI_TAG", "give --tag or set LAZYOCI_TAG")
        if name in _OF_OCCASION:
            return from_occasion(name, self.occasion, lambda: self.git, self._line, self.world.face)
        if name == "Timestamp":
            return Value(name, self.world.now.strftime("%Y%m%d%H%M%S"), "the time of this run, UTC")
        if name == "Date":
            return Value(name, self.world.now.strftime("%Y-%m-%d"), "the time of this run, UTC")
        if name.startswith("Git"):
            return from_git(name, self.occasion, lambda: self.git)
        if name.startswith("Version"):
            return from_version(name, self.version, lambda: self.git, self.world.face)
        if name.startswith(VAR):
            return self._from_user(name)
        if name in NAMES:
            return Value(name, "", "only helm artifacts have a chart" if name == "ChartVersion" else "")
        raise KeyError(name)

    def _registry(self, name: str) -> Value:
        """The value of LAZYOCI_REGISTRY, unless it has a user or a password in it, which would be published."""
        found = self._environment(name, "LAZYOCI_REGISTRY", "set LAZYOCI_REGISTRY")
        if found.text is None or registry(found.text) == found.text:
            return found
        bare = found.text.rpartition("@")[2]
        return Value(name, None, f"LAZYOCI_REGISTRY contains credentials; give {bare} alone, and use: docker login")

    def _environment(self, name: str, variable: str, remedy: str) -> Value:
        text = self.world.environ.get(variable, "")
        if text:
            return Value(name, text, variable)
        unset = self.world.face is Face.BUILD
        if name == "Tag" and unset and self.occasion is not None and self.occasion.event.kind == TAG:
            remedy += f"; or use .GitTag or .VersionRaw, as this run is for {self.occasion.shown}"
        return Value(name, None, remedy, unset=unset, absent=name == "Tag")

    def _from_user(self, name: str) -> Value:
        key = name.removeprefix(VAR)
        if key in self.world.variables:
            return Value(name, self.world.variables[key], f"--var {key}")
        variable = f"LAZYOCI_VAR_{key}"
        return self._environment(name, variable, f"give --var {key}=… or set {variable}")


class ArtifactValues:
    """The variables of one artifact: those of the file, and its own Name and ChartVersion."""

    def __init__(self, base: Values, name: str, chart: Callable[[], Value] | None) -> None:
        self.base = base
        self._name = name
        self._chart = chart
        self._chart_value: Value | None = None

    @property
    def version(self) -> Version:
        """The version that the artifact is published under."""
        return self.base.version

    def get(self, name: str) -> Value:
        """The value of a variable; raises KeyError for an unknown name."""
        if name == "Name":
            return (
                Value(name, self._name, "the artifact's name")
                if self._name
                else Value(name, None, "give the artifact a name")
            )
        if name == "ChartVersion" and self._chart is not None:
            if self._chart_value is None:
                self._chart_value = self._chart()
            return self._chart_value
        return self.base.get(name)
