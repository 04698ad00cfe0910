"""What was published is told, whatever else goes wrong; and nothing is called published that was not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.e2e.cli import environment, lazyoci
from tests.registry.fake import FakeRegistry, faults
from tests.schemas import conforms
from tests.servers import program

ROOT = Path(__file__).parents[2]
DIGEST = "sha256:" + "d" * 64


def two_artifacts(place: Path, *targets: str) -> None:
    """An artifact for each of `targets`: the text of its list."""
    artifacts = "".join(
        f"  - type: artifact\n    name: {name}\n    files: [{{path: {name}.txt, mediaType: text/plain}}]\n"
        f"    targets: [{target}]\n"
        for name, target in zip(("one", "two"), targets, strict=True)
    )
    (place / ".lazy").write_text(f"version: 1\nartifacts:\n{artifacts}", encoding="utf-8")
    for name in ("one", "two"):
        (place / f"{name}.txt").write_text(name, encoding="utf-8")


def test_an_artifact_of_which_nothing_was_published_is_not_ok(tmp_path: Path) -> None:
    """A second release with --no-clobber, where `latest` of the one keeps the other back."""
    with FakeRegistry() as fake:
        one = f'{{registry: {fake.host}/a/one, tags: ["{{{{ .Tag }}}}", latest]}}'
        two_artifacts(tmp_path, one, f'{{registry: {fake.host}/a/two, tags: ["{{{{ .Tag }}}}"]}}')
        assert lazyoci("build", "--tag", "v1", "--no-clobber", cwd=tmp_path).code == 0
        (tmp_path / "one.txt").write_text("changed", encoding="utf-8")
        before = len(fake.log)
        arguments = ("build", "--tag", "v2", "--no-clobber", "--metadata-file", "result.json")
        ran = lazyoci(*arguments, cwd=tmp_path)
        sent = [one for one in fake.log[before:] if one.method not in ("GET", "HEAD")]
    assert (ran.code, sent) == (1, [])
    heads = [line.split()[:2] for line in ran.out.splitlines() if not line.startswith(" ")]
    assert heads == [["FAIL", "one"], ["SKIP", "two"]]
    assert "blobs new" not in ran.out
    assert "not attempted, because one failed" in ran.out
    result = conforms(json.loads((tmp_path / "result.json").read_text("utf-8")), "build")
    assert [[target["state"] for target in one["targets"]] for one in result] == [["skipped", "refused"], ["skipped"]]
    assert result[1]["error"] == "not attempted, because one failed"
    assert published(result) == []


SURROGATES = (
    r'{"errors":[{"code":"DENIED","message":"see https:\/\/x\/\ud800?\udfff","detail":{"url":"http:\/\/\ud800\/"}}]}'
)


@pytest.mark.parametrize("output", ["text", "json", "yaml"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "ascii:surrogateescape", "utf-8:surrogateescape"])
def test_text_that_is_no_text(output: str, encoding: str, tmp_path: Path) -> None:
    """Half a surrogate pair in what one registry says does not hide what was published to the other."""
    with FakeRegistry() as good, FakeRegistry() as bad:
        bad.script.on("POST", r"/blobs/uploads/", faults.answer(403, body=SURROGATES.encode()), nth=None)
        two_artifacts(
            tmp_path, f"{{registry: {good.host}/a/one, tags: [v1]}}", f"{{registry: {bad.host}/a/two, tags: [v1]}}"
        )
        arguments = ("build", "-o", output, "--metadata-file", "result.json")
        ran = lazyoci(*arguments, cwd=tmp_path, PYTHONIOENCODING=encoding)
        digest = good.tag("a/one", "v1")
    assert ran.code == 1, ran
    assert digest and digest in ran.out
    assert "see https://x/" in ran.out
    text = (tmp_path / "result.json").read_text("utf-8")
    result = conforms(json.loads(text), "build")
    assert published(result) == [f"{good.host}/a/one:v1"]
    for shown in (ran.out, text):
        assert not re.search(r"\\ud[89a-f]", shown.lower())


BUGS = {
    "a worker": "lazyoci.transfer.target.TargetPush.put_blobs",
    "a builder": "lazyoci.build.files.build_files",
    "the end of the progress": "lazyoci.report.progress.Silent.close",
    "the report itself": "lazyoci.report.build.text",
    "what is spread": "lazyoci.publish.run.explain",
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_ends_with_a_report(bug: str, tmp_path: Path) -> None:
    """Exit code 3, and before that all that is known, by every way that was asked for."""
    module, _, name = BUGS[bug].rpartition(".")
    script = f"""
import sys, importlib
from lazyoci.cli import main
path, name = {module!r}, {name!r}
try:
    owner = importlib.import_module(path)
except ModuleNotFoundError:
    outer, _, inner = path.rpartition(".")
    owner = getattr(importlib.import_module(outer), inner)
real, calls = getattr(owner, name), []
def broken(*arguments, **options):
    calls.append(1)
    if name == "put_blobs" and "/b" not in str(arguments[0]._target.repository):
        return real(*arguments, **options)
    if name == "build_files" and arguments[0].label == "one":
        return real(*arguments, **options)
    raise ZeroDivisionError("a bug \\ud800")
setattr(owner, name, broken)
sys.exit(main(sys.argv[1:]))
"""
    with FakeRegistry() as fake:
        two_artifacts(tmp_path, f"{{registry: {fake.host}/a, tags: [v1]}}", f"{{registry: {fake.host}/b, tags: [v1]}}")
        arguments = ["build", "--keep-going", "--metadata-file", "result.json"]
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            encoding="utf-8",
        )
        there = {name for name in ("a", "b") if fake.tag(name, "v1")}
    assert done.returncode == 3, done
    assert "Traceback" not in done.stderr
    assert "internal error: ZeroDivisionError: a bug \ufffd" in done.stdout + done.stderr
    assert "--debug" in done.stdout + done.stderr
    result = conforms(json.loads((tmp_path / "result.json").read_text("utf-8")), "build")
    assert there == {reference.rpartition("/")[2].removesuffix(":v1") for reference in published(result)}
    assert "a" in there
    for name in there:
        assert f"{fake.host}/{name}:v1" in done.stdout + done.stderr


def test_a_bug_while_unpacking_is_told_after_what_was_pulled(tmp_path: Path) -> None:
    script = """
import sys
from lazyoci.cli import main
from lazyoci.unpack import files
def broken(*arguments, **options):
    raise ZeroDivisionError("a bug")
files.unpack = broken
sys.exit(main(sys.argv[1:]))
"""
    with FakeRegistry() as fake:
        two_artifacts(tmp_path, f"{{registry: {fake.host}/a, tags: [v1]}}", f"{{registry: {fake.host}/b, tags: [v1]}}")
        assert lazyoci("build", cwd=tmp_path).code == 0
        arguments = ["pull", f"{fake.host}/a:v1", "--dest", "layout", "--files", "out", "-o", "json"]
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            encoding="utf-8",
        )
    assert done.returncode == 3, done
    result = conforms(json.loads(done.stdout), "pull")
    assert result["destination"] == "layout" and "ZeroDivisionError" in result["error"]
    assert "--debug" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_no_room_for_the_report(tmp_path: Path) -> None:
    with FakeRegistry() as fake, Path("/dev/full").open("w") as full:
        two_artifacts(tmp_path, f"{{registry: {fake.host}/a, tags: [v1]}}", f"{{registry: {fake.host}/b, tags: [v1]}}")
        done = subprocess.run(
            [*warm.command(), "build", "--metadata-file", "result.json"],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert f"new: {fake.host}/a:v1 sha256:" in done.stderr
    assert len(published(json.loads((tmp_path / "result.json").read_text("utf-8")))) == 2


def test_a_reader_that_goes_away_does_not_make_a_failure_a_success(tmp_path: Path) -> None:
    two_artifacts(tmp_path, "{registry: localhost:1/a, tags: [v1]}", "{registry: localhost:1/b, tags: [v1]}")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [*warm.command(), "build", "-o", "json"],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdout=gone,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


# ---------------------------------------------------------------------- the selector that the documentation gives
def published(result: list[dict[str, Any]]) -> list[str]:
    """What the documentation's selector finds, in Python."""
    targets = [target for one in result for target in one["targets"]]
    return [
        one["reference"]
        for one in targets
        if one["state"] == "unchanged" or (one["pushed"] and one["state"] != "failed")
    ]


def every_state() -> list[dict[str, Any]]:
    """A result that the schema allows, with each state, sent or not."""
    schema = json.loads((ROOT / "schema" / "build.schema.json").read_text("utf-8"))
    states = re.search(r'"enum": (\["planned"[^\]]*\])', json.dumps(schema))
    assert states is not None
    targets = [
        {"reference": f"r.io/{state}:{'sent' if pushed else 'not'}", "state": state, "pushed": pushed, "digest": DIGEST}
        for state in json.loads(states[1])
        for pushed in (False, True)
    ]
    found = [{"name": "app", "type": "artifact", "file": ".lazy", "targets": targets}]
    conforms(found, "build")
    return found


@pytest.mark.parametrize("page", ["how-to/ci.md", "reference/output.md"])
def test_the_selector_of_the_documentation(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    recipes = re.findall(r"^jq -r '([^']*targets[^']*)' lazyoci\.json$", text, re.MULTILINE)
    assert len(recipes) == 1
    result = every_state()
    (tmp_path / "lazyoci.json").write_text(json.dumps(result), encoding="utf-8")
    command = [program("jq"), "-r", recipes[0], "lazyoci.json"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
    assert shown == [f"{reference}@{DIGEST}" for reference in published(result)]
    assert {one.partition(":")[0] for one in shown if one.endswith(f"sent@{DIGEST}")} >= {"r.io/new", "r.io/moved"}
    assert [one for one in shown if one.endswith(f"not@{DIGEST}")] == [f"r.io/unchanged:not@{DIGEST}"]
    assert not any(word in one for one in shown for word in ("failed",))


def test_the_action_calls_published_what_the_selector_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "integrations" / "github"))
    import summary  # type: ignore[import-not-found]

    result = every_state()
    chosen = [target["reference"] for target in result[0]["targets"] if summary.is_published(target)]
    assert chosen == published(result)
    rows = [line for line in summary.built(result, dry_run=False).splitlines() if "r&#46;io" in line or "r.io" in line]
    assert sum("<code>sha256" in row for row in rows) == len(chosen)
