"""What a file publishes on an occasion: a build there says the same as the preview, its page and the editor here."""

from __future__ import annotations

import html
import random
import re
from pathlib import Path

import pytest

from lazyoci.check import Checked, Run
from lazyoci.check.scenarios import STANDARD
from lazyoci.world import Face, real
from lazyoci_lsp.features.hover.reference import _row
from lazyoci_lsp.state.scenario import Table, judged, named
from tests.e2e.cli import git, repository
from tests.registry.test_occasions_real import SERVICES
from tests.unit.cli.running import Runner

# words of a scenario, and the run of CI that it foretells: its kind, its branch or tag, and what started it
OCCASIONS: dict[str, tuple[str, str, str]] = {
    "branch=main": ("branch", "main", "push"),
    "branch=feature/x": ("branch", "feature/x", "push"),
    "branch=release/2": ("branch", "release/2", "push"),
    "tag=v1.4.2": ("tag", "v1.4.2", "push"),
    "tag=v1.5.0-rc.1": ("tag", "v1.5.0-rc.1", "push"),
    "tag=api-v2.0.0": ("tag", "api-v2.0.0", "push"),
    "tag=web/v3.0.0-rc.1": ("tag", "web/v3.0.0-rc.1", "push"),
    "tag=nightly": ("tag", "nightly", "push"),
    "pull-request=7,branch=topic": ("pull", "topic", "push"),
    "branch=main,schedule": ("branch", "main", "schedule"),
    "branch=main,manual": ("branch", "main", "manual"),
    "release=v1.4.2": ("tag", "v1.4.2", "push"),  # with it as --tag, too
    "prerelease=v1.5.0-rc.1": ("tag", "v1.5.0-rc.1", "push"),
}
WORDS = (
    *("release", "prerelease", "tag", "branch", "default-branch", "pull-request", "schedule", "manual", "local"),
    *("tag:v1.*", "tag:api-v*", "tag:**", "branch:main", "branch:release/*", "branch:**", "branch:feature/?"),
)
TAGS = (
    *("{{ .VersionFull }}", "{{ .VersionMajorMinor }}", "{{ .Version }}", "latest", "edge", "stable", "nightly"),
    *("{{ tagify .GitTag }}", "pr-{{ .PullRequest }}", "{{ .GitSHA }}", "{{ .Tag }}", "{{ .VersionMajor }}", "bad tag"),
    *('{{ .GitBranch | default "none" | tagify }}', "{{ .Nothing }}"),
)
LINES = ("", 'versionFrom: {tag: "api-v*"}', 'versionFrom: {tag: "web/v*"}', "versionFrom: {file: VERSION}")
Told = dict[tuple[str, str], list[str]]  # by artifact and repository, the tags that would be published


def condition(pick: random.Random, depth: int = 0) -> str:
    if depth < 2 and pick.random() < 0.3:
        parts = ", ".join(condition(pick, depth + 1) for _ in range(pick.randint(1, 3)))
        return f"[{parts}]" if pick.random() < 0.5 else f"{{all: [{parts}]}}"
    return f'"{"not " * (pick.random() < 0.25)}{pick.choice(WORDS)}"'


def made(pick: random.Random) -> str:
    """A file. Most of what it says is right, so that there is something to be published."""

    def when(chance: float) -> str:
        return f", when: {condition(pick)}" if pick.random() < chance else ""

    lines = ["version: 1", "artifacts:"]
    for number in range(pick.randint(1, 3)):
        line = pick.choice(LINES)
        lines += ["  - type: docker", "    image: nginx", f"    name: a{number}", *([f"    {line}"] if line else [])]
        lines += [f"    when: {condition(pick)}"] if pick.random() < 0.2 else []
        lines += ["    targets:"]
        for target in range(pick.randint(1, 2)):
            tags = []
            for text in pick.sample(TAGS[:9] if pick.random() < 0.7 else TAGS, pick.randint(1, 4)):
                moves = pick.choice(["", "", ", moves: always", ", moves: never", ", moves: forward"])
                tags.append(f"{{tag: '{text}'{when(0.9)}{moves}}}")
            more = ", moves: forward" if pick.random() < 0.2 else ""
            lines.append(
                f"      - {{registry: r.example/a{number}/t{target}{when(0.2)}{more}, tags: [{', '.join(tags)}]}}"
            )
    return "\n".join(lines) + "\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / ".lazy").write_text("version: 1\n", "utf-8")
    (root / "VERSION").write_text("1.4.2\n", "utf-8")
    repository(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return root


def of_build(run: Runner, occasion: str, service: str) -> Told:
    """What a dry run says in the environment of the occasion."""
    how = OCCASIONS[occasion]
    environ = {"CI": "true"} | SERVICES[service](*how)
    given = ("--tag", how[1]) if "release=" in occasion else ()
    ran = run("build", "--dry-run", "-o", "json", *given, environ=environ)
    found: Told = {}
    for result in ran.json:
        for one in result["targets"]:
            assert one["state"] in ("planned", "kept", "skipped")
            if one["state"] == "planned":
                name, _, tag = one["reference"].rpartition(":")
                found.setdefault((result["name"], name), []).append(tag)
    return found


def of_rows(document: dict[str, list[dict[str, object]]], number: int) -> Told:
    found: Told = {}
    for row in document["rows"]:
        cell = row["cells"][number]  # type: ignore[index]
        if cell["state"] == "due":
            found.setdefault((str(row["artifact"]), str(row["registry"])), []).append(cell["tag"])
    return found


def of_page(page: str, number: int) -> dict[str, list[str]]:
    """By repository what the table of the page shows as due."""
    table = page.partition('<section id="scenarios">')[2].partition("</section>")[0]
    found: dict[str, list[str]] = {}
    for body in re.findall(r"<tbody>(.*?)</tbody>", table, re.DOTALL):
        registry = re.findall(r'scope="rowgroup"[^>]*><code>(.*?)</code>', body)[0]
        for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", body, re.DOTALL):
            kind, text = re.findall(r'<td class="([^"]*)">(.*?)(?: <sup>.*?)?</td>', row, re.DOTALL)[number]
            if kind.split()[0] == "due":
                found.setdefault(registry, []).append(html.unescape(text))
    return found


def of_editor(checked: Checked, occasion: str) -> Told:
    """What the editor shows as due when the file is previewed as on the occasion."""
    there = judged(checked, named(occasion), None)
    assert there.known is not None
    found: Told = {}
    for planned in there.known.plan.artifacts:
        for target in planned.targets:
            due = [one.tag.text for one in target.references if not one.stays]
            if due:
                found[planned.artifact.label, target.text] = due
    return found


@pytest.mark.parametrize("seed", range(10))
def test_all_faces_say_what_a_build_does(
    project: Path, seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pick = random.Random(seed)
    text = made(pick)
    (project / ".lazy").write_text(text, "utf-8")
    git(project, "commit", "-qam", "file")
    git(project, "checkout", "-q", "--detach")
    monkeypatch.chdir(project)
    run = Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(project)})
    names = list(OCCASIONS)
    words = [word for name in names for word in ("--scenario", name)]
    foretold = run("preview", "-o", "json", *words).json
    page = run("preview", "-o", "html", *words).out
    checked = Run(real(face=Face.EDITOR)).check(text, project / ".lazy")
    for number, occasion in enumerate(names):
        built = of_build(run, occasion, pick.choice(["github", "gitlab", "azure", "buildkite"]))
        assert of_rows(foretold, number) == built, (occasion, text)
        shown = of_page(page, number)
        assert shown == {registry: tags for (_, registry), tags in built.items()}, (occasion, text)
        if built:  # the editor shows beside what fails why it does, and marks nothing else
            assert of_editor(checked, occasion) == built, (occasion, text)


@pytest.mark.parametrize("seed", range(24, 27))
def test_the_hover_says_what_the_preview_says(
    project: Path, seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = made(random.Random(seed))
    (project / ".lazy").write_text(text, "utf-8")
    git(project, "commit", "-qam", "file")
    monkeypatch.chdir(project)
    run = Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(project)})
    foretold = run("preview", "-o", "json", "--scenarios").json
    checked = Run(real(face=Face.EDITOR)).check(text, project / ".lazy")
    assert checked.known is not None
    rows = Table(checked).rows()
    artifacts = checked.known.plan.artifacts
    tags = [tag for one in artifacts for target in one.resolved.targets for tag in target.tags]
    for tag, row in zip(tags, foretold["rows"], strict=True):
        hover = _row(artifacts, tag.text.source.node.start, rows)
        assert [name for name, _ in hover] == [one.name for one in STANDARD]
        for (name, said), cell in list(zip(hover, row["cells"], strict=True))[1:]:  # of here and now CI may know more
            expected = f"`{cell['tag']}`" if cell["state"] == "due" else f"{cell['state']}: "
            assert said.startswith(expected), (name, text)
