"""Results of builds: each reason once, whole digests, and the end of a failed program's output for who missed it."""

from __future__ import annotations

from pathlib import Path

from lazyoci.build.process import ToolError
from lazyoci.errors import LazyociError
from lazyoci.publish import ArtifactResult, ReferenceResult
from lazyoci.report import build
from lazyoci.report.style import Style
from lazyoci.transfer.outcome import Outcome

DIGEST = "sha256:" + "a" * 64
OLD = "sha256:" + "b" * 64


def result(*targets: ReferenceResult, errors: list[LazyociError] | None = None) -> ArtifactResult:
    return ArtifactResult(
        "app", "image", 0, Path(".lazy"), targets, tuple(errors or ()), digest="" if errors else DIGEST
    )


def test_states() -> None:
    one = result(
        ReferenceResult("r.io/app:1", Outcome("new", DIGEST, pushed=True)),
        ReferenceResult("r.io/app:latest", Outcome("moved", DIGEST, OLD, pushed=True)),
        ReferenceResult("r.io/app:edge", Outcome("unchanged", DIGEST, DIGEST)),
    )
    assert build.text([one], Style()).splitlines() == [
        "OK    app (image)",
        f"      {DIGEST}",
        "      r.io/app:1       pushed",
        "      r.io/app:latest  moved from sha256:bbbbbbbbbbbb…",
        "      r.io/app:edge    unchanged",
    ]


def test_a_version_that_moves() -> None:
    moved = Outcome("moved", DIGEST, OLD)
    one = result(
        ReferenceResult("r.io:5000/app:0.3.0", moved, "charts/app/Chart.yaml:3"),
        ReferenceResult("r.io:5000/app:0.3", moved),
        ReferenceResult("r.io:5000/app:1.0.0", Outcome("new", DIGEST), "--tag"),
    )
    assert build.text([one], Style(), dry_run=True, asked=True).splitlines()[2:] == [
        "      r.io:5000/app:0.3.0  would move from sha256:bbbbbbbbbbbb…",
        "      r.io:5000/app:0.3    would move from sha256:bbbbbbbbbbbb…",
        "      r.io:5000/app:1.0.0  new",
        "      0.3.0 names the version of charts/app/Chart.yaml:3, and pointed to other content; publish changes as "
        "the next version, or refuse to move tags: --no-clobber",
        "Nothing was pushed.",
    ]


def test_a_reason_that_two_references_share_is_told_once() -> None:
    error = LazyociError("push to r.io/app denied", hint="Log in.\nCheck it.")
    one = result(
        ReferenceResult("r.io/app:1", Outcome("failed", error=error)),
        ReferenceResult("r.io/app:2", Outcome("skipped")),
        errors=[error, error],
    )
    assert build.text([one], Style()).splitlines() == [
        "FAIL  app (image)",
        "      r.io/app:1  failed",
        "      r.io/app:2  skipped",
        "      push to r.io/app denied",
        "      Log in.",
        "      Check it.",
    ]
    assert build.json([one])[0]["error"] == "push to r.io/app denied"


def test_the_output_of_a_failed_builder() -> None:
    error = ToolError("docker build failed", ["step 1", "no such file"])
    one = result(errors=[error])
    assert "no such file" not in build.text([one], Style())
    assert "      | no such file" in build.text([one], Style(), seen_output=False)
    assert build.json([one])[0]["output"] == ["step 1", "no such file"]


def test_what_was_not_attempted_is_skipped() -> None:
    one = result(errors=[LazyociError("not attempted, because chart failed")])
    assert build.text([one], Style()).startswith("SKIP  app (image)\n")
    assert one.failed


def test_a_dry_run_that_asked() -> None:
    one = result(
        ReferenceResult("r.io/app:1", Outcome("planned", "", OLD)),
        ReferenceResult("r.io/app:2", Outcome("planned")),
        ReferenceResult("r.io/app:3", Outcome("moved", DIGEST, OLD)),
    )
    lines = build.text([one], Style(), dry_run=True, asked=True).splitlines()
    assert lines[2:] == [
        "      r.io/app:1  exists as sha256:bbbbbbbbbbbb…; digest known after the build",
        "      r.io/app:2  new",
        "      r.io/app:3  would move from sha256:bbbbbbbbbbbb…",
        "Nothing was pushed.",
    ]
