"""Valid `.lazy` files of any size, with the Dockerfiles, charts and files that they name. The same on every run."""

from __future__ import annotations

from pathlib import Path

_KINDS = ("image", "helm", "artifact", "docker")
_TAGS = ('"{{ .Version }}"', '"{{ .VersionMajorMinor }}"', "latest", '"{{ .Tag }}"', '"{{ .Version }}-{{ .GitSHA }}"')


def document(count: int, first: int = 0) -> str:
    """A file of `count` artifacts of all types in turn, some thirteen lines each."""
    lines = ["# yaml-language-server: $schema=./lazy.schema.json", "version: 1", "artifacts:"]
    for number in range(first, first + count):
        lines += _artifact(number)
    return "\n".join(lines) + "\n"


def _artifact(number: int) -> list[str]:
    kind = _KINDS[number % 4]
    lines = [f"  # {number}: {kind}", f"  - type: {kind}", f"    name: svc-{number:05d}"]
    if kind == "image":
        lines += ["    dockerfile: Dockerfile", "    platforms:", "      - linux/amd64", "      - linux/arm64"]
        lines += ["    buildArgs:", '      GO_VERSION: "1.22"', f"      COMMIT: 'c{number:x}'"]
    elif kind == "helm":
        lines += ["    chartPath: chart"]
    elif kind == "artifact":
        lines += ["    mediaType: application/vnd.example.config.v1", "    files:"]
        for part in range(3):
            lines += [f"      - path: f{part}.json", "        mediaType: application/vnd.example.config.v1+json"]
    else:
        lines += [f"    image: svc{number}:1.{number}"]
    name = "chart" if kind == "helm" else f"svc{number}"
    lines += ["    targets:"]
    for target in range(1 + (number % 4 == 1)):
        host = '"{{ .Registry }}' if target == 0 else '"docker.io'
        lines += [f'      - registry: {host}/team{number}/{name}"', "        tags:"]
        tags = [_TAGS[(number + step) % 5] for step in range(2 + (number % 3 == 0))]
        lines += [f"          - {tag}" for tag in (['"{{ .ChartVersion }}"', *tags] if kind == "helm" else tags)]
    return lines


def write(directory: Path, text: str) -> Path:
    """Write `text` as the `.lazy` of `directory`, with everything that it names; return its path."""
    chart = directory / "chart"
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: chart\nversion: 1.2.3\ndescription: Of {directory.name}\n", encoding="utf-8"
    )
    (directory / "Dockerfile").write_text(
        "ARG GO_VERSION\nFROM golang:$GO_VERSION\nARG COMMIT\nRUN true\n", encoding="utf-8"
    )
    for part in range(3):
        (directory / f"f{part}.json").write_text("{}\n", encoding="utf-8")
    path = directory / ".lazy"
    path.write_text(text, encoding="utf-8")
    return path
