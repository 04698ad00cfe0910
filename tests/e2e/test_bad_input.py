"""Bad input: fact, place, remedy, the right exit code; and nothing is pushed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.cli import lazyoci

GOOD = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: r.example/team/settings
        tags: ["{{ .Tag }}"]
"""

# (what is wrong, the change to GOOD, the code of the finding, what the message must say)
WRONG = [
    ("empty file", lambda _: "", "", "empty"),
    ("YAML error", lambda text: text + "  - [\n", "yaml-syntax", ""),
    ("duplicate key", lambda text: text + "version: 1\n", "duplicate-key", "version"),
    ("unknown key", lambda text: text.replace("files:", "file:"), "unknown-key", 'did you mean "files"'),
    (
        "missing field",
        lambda text: text.replace("      - registry: r.example/team/settings\n        tags", "      - tags"),
        "missing-key",
        "registry",
    ),
    ("mistyped field", lambda text: text.replace('["{{ .Tag }}"]', "latest"), "wrong-type", "tags"),
    ("misplaced type", lambda text: text.replace("type: artifact", "type: artefact"), "unknown-type", "artifact"),
    ("unquoted template", lambda text: text.replace('"{{ .Tag }}"', "{{ .Tag }}"), "unquoted-template", '"{{ .Tag }}"'),
    ("template syntax", lambda text: text.replace(".Tag }}", ".Tag"), "template-syntax", "unclosed action"),
    ("unknown variable", lambda text: text.replace(".Tag", ".Tga"), "unknown-variable", "did you mean .Tag"),
    ("unknown function", lambda text: text.replace(".Tag", ".Tag | uper"), "unknown-function", "upper"),
    ("branch as tag", lambda text: text.replace("{{ .Tag }}", "feature/x"), "invalid-tag", '"/"'),
    ("upper case", lambda text: text.replace("team", "Team"), "invalid-registry", "lower case"),
    ("missing file", lambda text: text.replace("settings.json", "setings.json"), "missing-file", "setings.json"),
    ("unsupported version", lambda text: text.replace("version: 1", "version: 2"), "unsupported-version", "1"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    (place / "settings.json").write_text("{}", encoding="utf-8")
    (place / ".lazy").write_text(GOOD, encoding="utf-8")
    return place


def test_the_good_file_is_good(project: Path) -> None:
    assert lazyoci("build", "--tag", "v1", "--dry-run", cwd=project).code == 0


@pytest.mark.parametrize(("change", "code", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
@pytest.mark.parametrize("command", ["validate", "build"])
def test_finding(command: str, change: object, code: str, says: str, project: Path) -> None:
    assert callable(change)
    (project / ".lazy").write_text(change(GOOD), encoding="utf-8")
    arguments = ["validate"] if command == "validate" else ["build", "--tag", "v1"]
    ran = lazyoci(*arguments, cwd=project)
    assert ran.code == 1
    shown = ran.out + ran.err
    assert re.search(rf"\.lazy:\d+:\d+: error\[{code or '[a-z-]+'}\]: ", shown), shown
    assert says in shown
    assert "internal error" not in shown


def test_all_problems_are_told_at_once(project: Path) -> None:
    text = GOOD.replace("team", "Team").replace(".Tag", ".Tga").replace("settings.json", "gone.json")
    (project / ".lazy").write_text(text, encoding="utf-8")
    shown = lazyoci("validate", cwd=project).out
    assert {"invalid-registry", "unknown-variable", "missing-file"} <= set(re.findall(r"error\[([a-z-]+)\]", shown))


def test_no_tag_is_never_an_empty_tag(project: Path) -> None:
    assert lazyoci("validate", cwd=project).code == 0
    ran = lazyoci("build", cwd=project)
    assert ran.code == 1
    assert "unresolved-variable" in ran.err
    assert "give --tag or set LAZYOCI_TAG" in ran.err
    shown = lazyoci("build", "--dry-run", "--allow-unresolved", cwd=project)
    assert shown.code == 0
    assert "r.example/team/settings:‹Tag›" in shown.out
    assert "warning[unresolved-variable]" in shown.err


def test_json_lists_every_artifact_when_the_check_fails(project: Path) -> None:
    (project / ".lazy").write_text(GOOD.replace("settings.json", "gone.json"), encoding="utf-8")
    ran = lazyoci("build", "--tag", "v1", "-o", "json", cwd=project)
    assert ran.code == 1
    (only,) = json.loads(ran.out)
    assert only["name"] == "settings"
    assert "gone.json" in only["error"]
    assert [target["state"] for target in only["targets"]] == ["skipped"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build", "no-such-file"], "no-such-file does not exist"),
        (["validate", "no-such-file"], "no-such-file"),
        (["build", "--no-such-flag"], "--no-such-flag"),
        (["build", "-o", "xml"], "xml"),
        (["build", "--check"], "--dry-run"),
        (["build", "-a", "nothing", "--tag", "v1"], "no artifact matches 'nothing'"),
        (["build", "-f", "a", "b"], "different files"),
        (["build", "--tag", "v1", "--ca", "no.pem"], "no.pem"),
        (["biuld"], "did you mean 'build'"),
    ],
)
def test_usage_errors(arguments: list[str], says: str, project: Path) -> None:
    ran = lazyoci(*arguments, cwd=project)
    assert ran.code == 2, ran
    assert says in ran.err
    assert ran.err.count(says) == 1
    assert "Usage:" not in ran.err


def test_no_lazy_file_leads_to_init(tmp_path: Path) -> None:
    ran = lazyoci("build", cwd=tmp_path)
    assert ran.code == 2
    assert "lazyoci init" in ran.err


def test_helm_charts(project: Path) -> None:
    lazy = "version: 1\nartifacts:\n  - type: helm\n    chartPath: chart\n    targets:\n"
    lazy += "      - registry: r.example/charts/x\n        tags: ['{{ .ChartVersion }}']\n"
    (project / ".lazy").write_text(lazy, encoding="utf-8")
    missing = lazyoci("build", cwd=project)
    assert (missing.code, "missing-chart" in missing.err) == (1, True), missing
    (project / "chart").mkdir()
    (project / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: x\n", encoding="utf-8")
    versionless = lazyoci("build", cwd=project)
    assert (versionless.code, "version" in versionless.err) == (1, True), versionless


def test_the_errors_of_artifacts_that_are_not_chosen_are_not_told(project: Path) -> None:
    other = "  - type: artifact\n    name: other\n    files: [{path: settings.json, mediaType: application/json}]\n"
    other += "    targets: [{registry: localhost:5050/other, tags: [v1]}]\n"
    (project / ".lazy").write_text((project / ".lazy").read_text("utf-8") + other, encoding="utf-8")
    chosen = lazyoci("build", "--dry-run", "--artifact", "other", cwd=project)
    assert (chosen.code, chosen.err) == (0, "")
    everything = lazyoci("build", "--dry-run", cwd=project)
    assert everything.code == 1
    assert "unresolved-variable" in everything.err
