"""Repositories with several components, and what a dry run would push of them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from tests.unit.cli.running import Runner

FILE = """version: 1
artifacts:
  - type: docker
    name: api
    image: nginx
    versionFrom: {tag: "api-v*"}
    targets: [{registry: r.example/api, tags: [{tag: "{{ .VersionFull }}", when: release}, {tag: edge, when: not tag}]}]
  - type: docker
    name: web
    image: nginx
    versionFrom: {tag: "web/v*"}
    targets: [{registry: r.example/web, tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}]}]
  - type: docker
    name: cli
    image: nginx
    versionFrom: {tag: "@acme/cli@*"}
    targets: [{registry: r.example/cli, tags: [{tag: "{{ tagify .GitTag }}", when: "tag:@acme/cli@3.*"}]}]
"""
CHART = "apiVersion: v2\nname: chart\nversion: {}\n"
WITH_FILE = """version: 1
artifacts:
  - type: helm
    name: chart
    chartPath: chart
    versionFrom: {file: chart/Chart.yaml, tag: "chart-v*"}
    targets:
      - registry: r.example/chart
        tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}, {tag: "next-{{ .VersionFull }}", when: branch}]
"""
WITH_ROOT = (
    FILE.replace("{tag: edge, when: not tag}", "{tag: edge, when: branch}")
    + """  - type: docker
    name: root
    image: nginx
    targets:
      - registry: r.example/root
        tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}, {tag: edge, when: branch}]
"""
)


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".lazy").write_text(FILE)
        self.git("init", "-q", "-b", "main")
        self.commit("first")

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
        subprocess.run(("git", *who, *arguments), cwd=self.root, check=True, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)


def due(run: Runner, *arguments: str, **environ: str) -> dict[str, list[str]]:
    """By artifact, the tags that a dry run would push."""
    ran = run("build", "--dry-run", "-o", "json", *arguments, environ=environ)
    results: list[dict[str, Any]] = ran.json
    assert not [one["error"] for one in results if "error" in one], ran.err
    return {one["name"]: [t["reference"].rpartition(":")[2] for t in one["targets"]] for one in results}
