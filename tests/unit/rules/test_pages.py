"""The explain pages: every rule has one, its failing example fails, and its mended one is clean."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

import lazyoci.rules.checks
from lazyoci.check import Checked, check
from lazyoci.diagnostic import Severity
from lazyoci.rules import RULES, Rule, Selection
from lazyoci.rules.page import page
from tests.golden_files import shown
from tests.worlds import ROOT, described

_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LOCAL = [rule for rule in RULES if rule.reporter != "registry"]

_FILES: dict[str, Any] = {
    "Dockerfile": ["FROM golang:1.25 AS build", "ARG GO_VERSION", "FROM alpine AS runtime", "FROM runtime AS debug"],
    "charts/api/Chart.yaml": ["apiVersion: v2", "name: api", "version: 0.3.0"],
    "services/main.go": "",
    "config.json": "{}",
    "shared/config.json": "{}",
}
_CHART = _FILES["charts/api/Chart.yaml"]
_GIT = {"sha": "e5bce6f", "sha_long": "e5bce6f" + "0" * 33, "branch": "main", "tag": "v1.4.2"}
_FACTS: dict[str, dict[str, Any]] = {  # what an example's page says around it
    "unresolved-variable": {"face": "build", "git": _GIT},
    "not-portable": {"select": ["not-portable"]},
    "not-a-version": {"environ": {"LAZYOCI_VERSION": "2.1"}},
    "version-ignores-tag": {"face": "build", "git": _GIT | {"distance": 3}, "tag": "2.1"},
    "prerelease-as-release": {"face": "build", "git": _GIT, "tag": "v1.4.2-rc.1"},
    "tag-of-another-commit": {"face": "build", "git": _GIT | {"tags": [["v1.0.0", "1f0c2aa"]]}, "tag": "v1.0.0"},
    "version-from-ancestor": {"face": "build", "git": _GIT | {"distance": 3}},
    "version-from-dirty-tree": {"face": "build", "git": _GIT | {"dirty": True}},
    "head-has-another-version": {"face": "build", "git": _GIT, "environ": {"LAZYOCI_VERSION": "v0.9.0"}},
    "build-metadata-dropped": {"tag": "v3.0.0+build.5"},
    "leading-zero": {"tag": "v01.2.3"},
    "tag-makes-no-release": {"face": "build", "git": _GIT | {"distance": 3}, "tag": "1.4"},
    "unused-tag": {"face": "build", "tag": "v2.0.0"},
    "dirty-tree": {"face": "build", "git": _GIT | {"dirty": True}},
    "invalid-tag": {"face": "editor", "git": _GIT | {"branch": "feature/x"}},
    "version-mismatch": {"face": "build", "git": _GIT, "tag": "v1.5.0", "files": {"VERSION": "1.4.0\n"}},
    "forward-without-version": {"face": "build", "git": _GIT},
    "unresolved-occasion": {"face": "build", "git": _GIT | {"distance": 3}},
    "doubled-v": {"tag": "v1.0.0"},
    "floating-tag-prerelease": {"tag": "1.4.0-rc.1"},
    "untracked-file": {
        "face": "build",
        "git": _GIT | {"root": "/repo", "untracked": ["docs/draft.md"]},
        "files": {"docs/guide.md": "a", "docs/draft.md": "b"},
    },
    "floating-tag-pull-request": {
        "face": "build",
        "git": _GIT,
        "environ": {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"},
    },
    "missing-dockerfile": {"files": {"services/api/Dockerfile": "FROM scratch\n"}},
    "secret-file": {"files": {"deploy/app.json": "{}", "deploy/id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\n"}},
    "secret-in-context": {"files": {"Dockerfile": "FROM scratch\nCOPY . .", ".env": "TOKEN=a", "src/main.py": ""}},
    "possible-secret": {"files": {"deploy/app.json": "{}", "deploy/credentials.json": "{}"}},
    "invalid-chart": {"files": {"charts/api/Chart.yaml": [*_CHART[:2], "version: one"]}},
    "unquoted-chart-version": {"files": {"charts/api/Chart.yaml": [*_CHART[:2], "version: 1.10"]}},
    "unquoted-chart-value": {"files": {"charts/api/Chart.yaml": [*_CHART, "appVersion: 6.10"]}},
    "chart-dependency-missing": {
        "files": {"charts/api/Chart.yaml": [*_CHART, "dependencies: [{name: redis, version: 1.x.x}]"]}
    },
}
_MENDED: dict[str, dict[str, Any]] = {  # where the remedy is not in the `.lazy` file
    "version-mismatch": {"face": "build", "git": _GIT, "tag": "proxy-v1.4.0", "files": {"VERSION": "1.4.0\n"}},
    "invalid-chart": {},
    "unquoted-chart-version": {"files": {"charts/api/Chart.yaml": [*_CHART[:2], 'version: "1.10"']}},
    "unquoted-chart-value": {"files": {"charts/api/Chart.yaml": [*_CHART, 'appVersion: "6.10"']}},
    "chart-dependency-missing": {
        "files": {
            **_FACTS["chart-dependency-missing"]["files"],
            "charts/api/charts/redis/Chart.yaml": "name: redis\nversion: 1.0.0\n",
        }
    },
}


def completed(example: str) -> str:
    """The example as a whole file: it may be one already, or some artifacts, one artifact, or a target."""
    if re.search(r"^version:", example, re.MULTILINE):
        return example
    if example.startswith("artifacts:"):
        target = "    image: nginx:alpine\n    targets: [{registry: ghcr.io/acme/api, tags: [v1]}]\n"
        return "version: 1\n" + example.replace("type: image", "type: docker") + target
    if example.startswith("- "):
        return "version: 1\nartifacts:\n" + indent(example, "  ")
    if example.startswith(("tags:", "registry:")):
        front = "" if example.startswith("registry:") else "registry: ghcr.io/acme/api\n"
        target = indent(front + example, "    ").replace("    ", "  - ", 1)
        example = f"type: docker\nimage: nginx:alpine\ntargets:\n{target}"
    if not example.startswith("type:"):
        kind = "type: artifact\n" if "files:" in example else "type: docker\nimage: nginx:alpine\n"
        example = kind + example
    if "targets:" not in example:
        name = "charts/api" if "chartPath:" in example else "api"
        tag = '"{{ .ChartVersion }}"' if "chartPath:" in example else "v1"
        example += f"targets: [{{registry: ghcr.io/acme/{name}, tags: [{tag}]}}]\n"
    return "version: 1\nartifacts:\n" + indent(example, "    ").replace("    ", "  - ", 1)


def _check(example: str, facts: dict[str, Any]) -> Checked:
    others = frozenset(() if "select" in facts else ("not-portable",))  # examples of new keys are not about the Go tool
    selection = Selection(select=frozenset(facts.get("select", ())), ignore=others)
    return check(completed(example), ROOT / ".lazy", described({"files": _FILES} | facts), selection=selection)


def _told(checked: Checked) -> str:
    """The example as it was checked, with what `completed` adds, and what was found in it."""
    return f"the example, completed:\n{checked.source.text}\nwhat was found:\n{shown(checked) or 'nothing'}"


def _code(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", RULES, ids=_code)
def test_every_rule_has_a_page(rule: Rule) -> None:
    written = page(rule)
    assert written.headline.endswith(".")
    assert len(written.body) > 80
    assert rule.summary == rule.summary.strip(". ")


@pytest.mark.parametrize("rule", _LOCAL, ids=_code)
def test_the_failing_example_fails(rule: Rule) -> None:
    example = _FENCE.findall(page(rule).text)[0]
    checked = _check(example, _FACTS.get(rule.code, {}))
    assert rule.code in {one.code for one in checked.diagnostics}, _told(checked)


@pytest.mark.parametrize("rule", _LOCAL, ids=_code)
def test_the_mended_example_is_clean(rule: Rule) -> None:
    examples = _FENCE.findall(page(rule).text)
    assert len(examples) == 2
    checked = _check(examples[1], _MENDED.get(rule.code, _FACTS.get(rule.code, {})))
    found = [one for one in checked.diagnostics if one.severity >= Severity.WARNING or one.code == rule.code]
    assert not found, _told(checked)


def test_every_module_with_a_rule_is_in_the_table() -> None:
    modules = {path.stem for path in Path(lazyoci.rules.checks.__file__).parent.glob("*.py")}
    checks = {name for name in modules if re.search(r"^def check\(", _source(name), re.MULTILINE)}
    assert checks == {rule.module for rule in RULES if rule.reporter == "rule"}
    assert {rule.module for rule in RULES} <= modules


def _source(module: str) -> str:
    return (Path(lazyoci.rules.checks.__file__).parent / f"{module}.py").read_text("utf-8")
