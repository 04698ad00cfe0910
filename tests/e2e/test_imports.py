"""What a command imports: nothing heavy where start-up counts, nothing of another face, ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.registry.fake import FakeRegistry

ROOT = Path(__file__).parents[2]
HEAVY = ("httpx", "pygls", "jinja2", "rich", "jsonschema", "importlib.metadata")
# what a valid file on disk needs not either
UNNEEDED = ("ruamel", "asyncio", "subprocess", "difflib", "pathspec", "logging", "concurrent.futures", "ssl", "socket")
# what a dry run that asks no registry needs not either, though it asks git
OF_A_PUSH = ("ruamel", "asyncio", "logging", "concurrent.futures", "ssl", "socket", "lazyoci.registry", "dataclasses")
# what a push or a pull needs not; of anyio there is only what its own import brings, which loads the rest when used
OF_NO_COMMAND = (
    *("pygls", "jinja2", "rich", "jsonschema", "ruamel", "asyncio", "pygments", "markdown_it", "trio", "h2", "socksio"),
    *("anyio._core", "anyio.abc", "httpx._main", "pathspec", "lazyoci_lsp", "lazyoci.agents", "lazyoci.online"),
)
# what imports by importlib bring counts too, so the modules are asked for at the end
PROGRAM = """
import atexit, sys
atexit.register(lambda: print(*[name for name, module in sys.modules.items() if module], sep="\\n", file=sys.stderr))
from lazyoci.__main__ import run
run()
"""


def imported(*arguments: str, cwd: Path = ROOT, **environ: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=cwd,
        env=dict(os.environ) | environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("example", ["multi", "image", "helm", "artifact", "docker"])
def test_validate_of_a_valid_file(example: str) -> None:
    found = imported("validate", f"examples/{example}/.lazy")
    assert "lazyoci.check" in found
    assert not {name for name in found if name.startswith((*HEAVY, *UNNEEDED))}


def test_version() -> None:
    found = imported("--version")
    assert not {name for name in found if name.startswith((*HEAVY, *UNNEEDED, "click", "yaml"))}


def test_dry_run() -> None:
    found = imported("build", "examples/multi", "--tag", "v1.0.0", "--dry-run", LAZYOCI_REGISTRY="r.example")
    assert "lazyoci.publish" in found
    assert not {name for name in found if name.startswith((*HEAVY, *OF_A_PUSH, "lazyoci.build.engines.buildx"))}


def test_push_and_pull(tmp_path: Path) -> None:
    with FakeRegistry() as fake:
        (tmp_path / "a.json").write_text("{}\n", encoding="utf-8")
        (tmp_path / ".lazy").write_text(
            "version: 1\nartifacts:\n  - type: artifact\n    mediaType: application/vnd.example.config.v1\n"
            "    files: [{path: a.json, mediaType: application/json}]\n"
            f"    targets: [{{registry: {fake.host}/settings, tags: [v1]}}]\n",
            encoding="utf-8",
        )
        pushed = imported("build", cwd=tmp_path)
        pulled = imported("pull", f"{fake.host}/settings:v1", "--dest", "out", cwd=tmp_path)
    for found in (pushed, pulled):
        assert "httpx" in found
        assert not {name for name in found if name.startswith(OF_NO_COMMAND)}
    assert not {name for name in pulled if name.startswith(("lazyoci.rules", "lazyoci.config", "lazyoci.template"))}


def test_help_imports_no_command() -> None:
    found = imported("--help")
    assert not {name for name in found if name.startswith((*HEAVY, "lazyoci.check", "lazyoci.cli.build"))}
