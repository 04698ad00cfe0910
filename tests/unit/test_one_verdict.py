"""One verdict: what `build` refuses before it asks a registry, every other face refuses for the same reason.

Files, settings and options are generated; the steps of each command run on them in one process. Nothing builds images
here, so these are looked at only. `LAZYOCI_EXAMPLES=5000` tries more of them.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyoci import build
from lazyoci.build.docker import look_at_name
from lazyoci.build.image import look_at_image
from lazyoci.check import Checked, Run, for_build
from lazyoci.errors import UsageError
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import EMPTY
from lazyoci.progress import Silent
from lazyoci.publish import ArtifactResult, Options, publish, refused
from lazyoci.world import Face, NoGit, World
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.snapshot import take
from lazyoci_lsp.text import documents

EXAMPLES = int(os.environ.get("LAZYOCI_EXAMPLES", "0"))
_CODE = re.compile(r"\[([a-z-]+)\]$")
# a value of a run's tag, environment or git; and charts/, which is often made only before a build
_OF_THE_RUN = {"unresolved-variable", "chart-dependency-missing"}

_TREE: Mapping[str, str] = {
    "a.json": "{}",
    "b.json": "{}",
    "docs/a.md": "a",
    "docs/deep/b.md": "b",
    ".hidden": "",
    "odd/back\\slash": "",
    "Dockerfile": "FROM scratch AS base\nARG V\n",
    "other/Dockerfile": "FROM scratch\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.2.3\n",
    "plus/Chart.yaml": "apiVersion: v2\nname: plus\nversion: 1.2.3+b\n",
    "bad/Chart.yaml": "apiVersion: v2\nname: bad\nversion: one\n",
    "broken/Chart.yaml": "apiVersion: [\n",
    "values/Chart.yaml": "apiVersion: v2\nname: values\nversion: 1.0.0\n",
    "values/values.yaml": "a: [\n",
    "needs/Chart.yaml": "apiVersion: v2\nname: needs\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.x}]\n",
    "packed-1.0.0.tgz": "no archive",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("verdict")
    for name, text in _TREE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "empty").mkdir()
    (root / "lost").symlink_to("nowhere")
    return root


def _image(artifact: Any, context: build.Context) -> Built:
    (look_at_image if artifact.type == "image" else look_at_name)(artifact, context)
    staged = Staged()
    return Built(staged.add_bytes(EMPTY.media_type, b"{}"), staged, 2)


@pytest.fixture(autouse=True)
def without_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are looked at, as by a builder that never fails."""
    monkeypatch.setattr("lazyoci.build.image.build_image", _image)
    monkeypatch.setattr("lazyoci.build.docker.build_docker", _image)


_PATHS = (
    r"a.json|b.json|./a.json|gone|.|..|docs|docs/|docs/..|*.json|*.md|**/|**/**/b.md|**|odd|odd/*|lost|l*|empty|a.json/|"
    r"docs/*|/|Docs/a.md|docs\a.md|?"
)
_REGISTRIES = (
    "ghcr.io/acme/app|ghcr.io/acme/chart|{{ .Registry }}/app|ghcr.io/acme/{{ .Name }}|ghcr.io/Acme/app|ghcr.io|"
    "https://ghcr.io/a/b|ghcr.io/a/b:v1|{{ .Tag }}/app|{{ .Nope }}/x|{{ .Tag|ghcr.io/a/|u:p@ghcr.io/a/b|acme|"
    "{{ .ChartVersion }}.io/x/y|/x"
)
_TAGS = (
    "v1|1.2.3|latest|{{ .Tag }}|{{ .Version }}|{{ .VersionFull }}|{{ .ChartVersion }}|a/b|-x|{{ .Nope }}|{{ nope }}|{{|"
    "{{ .Tag }}-{{ .GitSHA }}|a b|{{ if .Tag }}t{{ end }}|{{ .GitBranch }}|ü|{{ .Name }}|"
    '{{ or .Tag "edge" }}|{{ tagify .Tag }}|' + "x" * 129
)
_NAMES = st.sampled_from(["", "app", "app", "other", "image", "0"])
_PLATFORMS = st.sampled_from(
    ["linux/amd64", "linux/arm64", "foo", "linux/amd46", "arm64", "LINUX/AMD64", "linux/x86_64"]
)
_MEDIA_TYPES = st.sampled_from(["application/json", "a/b", "text", "a/b; c=d", "/"])


def _one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split("|"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(items: list[str]) -> str:
    return f"[{', '.join(map(_quoted, items))}]"


@st.composite
def _artifacts(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["artifact", "artifact", "helm", "docker", "image"]))
    lines = [f"type: {kind}"]
    name = draw(_NAMES)
    if name:
        lines.append(f"name: {_quoted(name)}")
    if kind == "artifact":
        files = draw(st.lists(st.tuples(_one_of(_PATHS), _MEDIA_TYPES), min_size=1, max_size=3))
        lines.append("files:")
        lines += [f"  - {{path: {_quoted(path)}, mediaType: {_quoted(media)}}}" for path, media in files]
    elif kind == "helm":
        charts = ["chart", "chart/", "plus", "bad", "broken", "values", "needs", "packed-1.0.0.tgz", "gone", "docs"]
        lines.append(f"chartPath: {_quoted(draw(st.sampled_from([*charts, 'a.json', '.', './chart', '..'])))}")
    elif kind == "docker":
        lines.append(f"image: {_quoted(draw(st.sampled_from(['nginx:1.27', 'nginx', '-x', 'A B', 'x:y:z', 'NGINX'])))}")
    else:
        for key, values in (
            ("dockerfile", ["Dockerfile", "other/Dockerfile", "gone", "docs", "http://x/Dockerfile"]),
            ("context", [".", "other", "gone", "a.json", "-x", "-", "https://github.com/a/b.git"]),
            ("target", ["base", "gone", "0"]),
        ):
            if draw(st.booleans()):
                lines.append(f"{key}: {_quoted(draw(st.sampled_from(values)))}")
        if draw(st.booleans()):
            lines.append(f"platforms: {_list(draw(st.lists(_PLATFORMS, min_size=1, max_size=2)))}")
        if draw(st.booleans()):
            lines.append(f"buildArgs: {{V: {_quoted(draw(st.sampled_from(['1', '{{ .Version }}', '{{ .Nope }}'])))}}}")
    if draw(st.integers(0, 3)) == 0:
        lines.append(
            f"annotations: {{x: {_quoted(draw(st.sampled_from(['y', '{{ .Tag }}', '{{ .Nope }}', '{{ .'])))}}}"
        )
    lines.append("targets:")
    for _ in range(draw(st.integers(1, 2))):
        tags = draw(st.lists(_one_of(_TAGS), min_size=1, max_size=2))
        lines.append(f"  - {{registry: {_quoted(draw(_one_of(_REGISTRIES)))}, tags: {_list(tags)}}}")
    return "  - " + "\n    ".join(lines) + "\n"


@dataclass(frozen=True)
class Case:
    """A file, its project's settings, and a run's values and options."""

    text: str
    settings: str
    tag: str
    registry: str
    artifacts: tuple[str, ...]

    def world(self, face: Face) -> World:
        environ = {"LAZYOCI_REGISTRY": self.registry} if self.registry else {}
        return World(git=NoGit(), environ=environ, tag=self.tag, face=face)


_CASES = st.builds(
    Case,
    st.tuples(
        st.sampled_from(["version: 1\n", "version: 1\n", "version: 2\n", "verison: 1\n", "version: 1\nx-y: 1\n"]),
        st.lists(_artifacts(), min_size=1, max_size=3).map("".join),
        st.sampled_from(["", "", "", "  - {type: docker}\n", "  [", "  - 1\n"]),
    ).map(lambda parts: f"{parts[0]}artifacts:\n{parts[1]}{parts[2]}"),
    st.just(""),
    st.sampled_from(["", "v1.2.3", "1.2.3-rc.1", "feature/x", "v1"]),
    st.sampled_from(["", "ghcr.io/acme", "u:p@x.io", "localhost:5000"]),
    st.sampled_from([(), (), (), ("app",), ("0",), ("artifact[1]",), ("helm", "docker")]),
)
_CODES = ["missing-file", "duplicate-title", "invalid-title", "invalid-tag", "invalid-registry", "unresolved-variable"]
_CODES += ["template-syntax", "unknown-variable", "missing-chart", "invalid-chart", "yaml-syntax", "wrong-type"]
_SETTINGS = st.one_of(
    st.lists(st.sampled_from(_CODES), min_size=1, max_size=4, unique=True).map(
        lambda codes: f"ignore: {_list(codes)}\n"
    ),
    st.sampled_from([f"severities: {{{code}: {word}}}\n" for code in _CODES for word in ("warning", "off")]),
    st.sampled_from(["severity: warning\n", "select: [invalid-tag]\n"]),
)


def _connects() -> NoReturn:
    raise AssertionError("a registry would be asked")


def reasons(results: list[ArtifactResult]) -> dict[int, set[str]]:
    """Why each artifact that failed did so by itself: the codes, or the sentence where there is none."""
    found: dict[int, set[str]] = {}
    for result in results:
        told = [one.message for one in result.errors if not one.message.startswith("not attempted, because ")]
        if told:
            found[result.index] = {match[1] if (match := _CODE.search(one)) else one for one in told}
    return found


def run(case: Case, place: Path, checked: Checked, **options: Any) -> dict[int, set[str]] | None:
    """What a run of `build` refuses; None where it would ask a registry."""
    try:
        found = publish([checked], Options(artifacts=case.artifacts, **options), _connects, Silent(), threading.Event())
    except AssertionError:
        return None
    return reasons(found)


def judge(case: Case, place: Path) -> tuple[dict[int, set[str]], Checked]:
    """Compare all that `build` has, and return what it refuses."""
    path = place / ".lazy"
    (place / ".lazyoci.yaml").write_text(case.settings, encoding="utf-8")
    checked = Run(case.world(Face.BUILD), for_build()).check(case.text, path)
    try:
        built = run(case, place, checked, push=False)
    except UsageError:  # --artifact names none of them: a dry run says so too
        with pytest.raises(UsageError):
            run(case, place, checked, dry_run=True)
        return {}, checked
    assert built is not None
    assert run(case, place, checked, dry_run=True) == built
    assert run(case, place, checked, dry_run=True, ask=True) == (built or None)
    if not case.artifacts:
        assert reasons(refused(checked, Options())) == built
    return built, checked


def in_editor(case: Case, place: Path) -> set[str]:
    """The codes of the errors in the editor."""
    text = documents.on_disk(place / ".lazy", case.text)
    preview = {"LAZYOCI_REGISTRY": case.registry}
    configuration = Configuration(preview_tag=case.tag, preview_env=preview)
    snapshot = take(text, Conditions(configuration, NoGit(), {}, None, 0), lambda: False)
    return {one.code for one in snapshot.checked.diagnostics if snapshot.checked.fails(one)}


@given(case=_CASES)
@settings(
    max_examples=EXAMPLES or 150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_what_build_refuses_everything_refuses(place: Path, case: Case) -> None:
    built, _ = judge(case, place)
    validated = Run(case.world(Face.FILE)).check(case.text, place / ".lazy")
    found = {one.code for one in validated.diagnostics if validated.fails(one)}
    edited = in_editor(case, place)
    known = bool(case.tag and case.registry)  # else `{{ if .Tag }}…` may be anything to whoever does not build
    silent = _OF_THE_RUN | (set() if known else {"invalid-tag", "invalid-registry"})
    for codes in built.values():
        assert codes - silent <= found
        assert codes - silent <= edited


@given(case=_CASES, chosen=_SETTINGS)
@settings(
    max_examples=EXAMPLES or 100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_whatever_the_project_silences(place: Path, case: Case, chosen: str) -> None:
    """Then the check says less, and a dry run no less than a build."""
    built, checked = judge(Case(case.text, chosen, case.tag, case.registry, case.artifacts), place)
    for artifact in checked.plan.artifacts if checked.plan is not None else ():
        if artifact.artifact.index not in built:
            assert all(one.certain for one in artifact.resolved.resolutions) or case.artifacts


@given(case=_CASES)
@settings(
    max_examples=EXAMPLES or 50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_unresolved_values_stop_no_run_that_allows_them(place: Path, case: Case) -> None:
    """What `--allow-unresolved` refuses is what a build refuses for other reasons."""
    built, _ = judge(case, place)
    checked = Run(case.world(Face.BUILD), for_build(allow_unresolved=True)).check(case.text, place / ".lazy")
    try:
        allowed = run(case, place, checked, dry_run=True, allow_unresolved=True)
    except UsageError:
        return
    assert allowed is not None
    lenient = {"unresolved-variable", "version-ignores-tag", "prerelease-as-release"}
    for index, codes in built.items():
        assert allowed.get(index, set()) == codes - lenient
    assert allowed.keys() <= built.keys()


def _put(kind: str, path: Path) -> None:
    """Something that cannot be packed."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "big":
        path.write_bytes(bytes((5 << 20) + 1))
    else:
        path.symlink_to(kind)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
@pytest.mark.parametrize(
    ("directory", "kind", "code"),
    [
        ("site", "pipe", "invalid-title"),
        ("site", "../outside", "invalid-title"),
        ("site", "/etc/hostname", "invalid-title"),
        ("site", "deep/../../index.html", "invalid-title"),
        ("site", "index.html", ""),
        ("site", "deep/../index.html", ""),
        ("site", "nowhere", ""),
        ("chart", "pipe", "invalid-chart"),
        ("chart", "nowhere", "invalid-chart"),
        ("chart", "big", "invalid-chart"),
        ("chart", "values.yaml", ""),
    ],
)
def test_what_a_directory_may_hold(tmp_path: Path, directory: str, kind: str, code: str) -> None:
    for name, text in {
        "outside": "",
        "site/index.html": "",
        "site/deep/a": "",
        "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        "chart/values.yaml": "a: 1\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    _put(kind, tmp_path / directory / "odd")
    head = (
        "{type: helm, chartPath: chart"
        if directory == "chart"
        else "{type: artifact, files: [{path: site, mediaType: a/b}]"
    )
    text = f"version: 1\nartifacts:\n  - {head}, targets: [{{registry: ghcr.io/acme/chart, tags: [1.0.0]}}]}}\n"
    case = Case(text, "", "", "", ())
    validated = Run(case.world(Face.FILE)).check(text, tmp_path / ".lazy")
    expected = {code} - {""}
    assert {one.code for one in validated.diagnostics if validated.fails(one)} == expected
    assert in_editor(case, tmp_path) == expected
    assert judge(case, tmp_path)[0] == ({0: expected} if expected else {})
