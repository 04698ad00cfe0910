"""Every YAML block of the starting document validates, previews and dry-runs, giving what a reader expects."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.cli import git, lazyoci, repository

SEED = (Path(__file__).parents[1] / "vectors" / "seed.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", SEED, re.DOTALL)
HEAD = "version: 1\nartifacts:\n  - type: image\n    name: myapp\n"
ECR = "123456789.dkr.ecr.us-east-1.amazonaws.com/myapp"
EXPECTED = [
    ["ghcr.io/owner/myapp:v1.0.0", "ghcr.io/owner/myapp:SHA"],
    ["docker.io/username/myapp:v1.0.0", "docker.io/username/myapp:latest"],
    [f"{ECR}:v1.0.0"],
    [
        "ghcr.io/owner/myapp:v1.0.0",
        "ghcr.io/owner/myapp:SHA",
        "docker.io/owner/myapp:v1.0.0",
        "docker.io/owner/myapp:latest",
        f"{ECR}:v1.0.0",
    ],
]


def test_every_block_is_tried() -> None:
    assert len(BLOCKS) == len(EXPECTED)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_block(number: int, tmp_path: Path) -> None:
    block = BLOCKS[number]
    if not block.startswith("version:"):
        block = HEAD + "".join(f"    {line}\n" for line in block.splitlines())
    place = tmp_path / "project"
    place.mkdir()
    (place / ".lazy").write_text(block, encoding="utf-8")
    (place / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    repository(place)
    sha = git(place, "rev-parse", "--short", "HEAD")
    expected = [reference.replace("SHA", sha) for reference in EXPECTED[number]]

    validated = lazyoci("validate", cwd=place)
    assert (validated.code, "1 file, no problems" in validated.out + validated.err) == (0, True), validated

    previewed = lazyoci("preview", "--tag", "v1.0.0", "-o", "json", cwd=place)
    assert previewed.code == 0, previewed
    targets = json.loads(previewed.out)["artifacts"][0]["targets"]
    assert [one["reference"] for target in targets for one in target["references"]] == expected

    dry = lazyoci("build", "--tag", "v1.0.0", "--dry-run", cwd=place)
    assert dry.code == 0, dry
    assert re.findall(r"\[dry-run\] would push (\S+)", dry.out) == expected
