"""The pages of docs/ that the code gives are current: `make docs` writes them."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lazyoci import frozen, settings
from lazyoci.settings.decode import decode

ROOT = Path(__file__).parents[2]
NAMES = ("rules", "lazy-file", "templates", "cli", "output", "environment", "configuration", "exit-codes", "registries")
GENERATED = [f"reference/{name}.md" for name in NAMES]
PLACES = ("lazyoci", "lsp", "tests", "bench", "tools", "integrations")
GENERATED += ["how-to/editors.md", "explanation/messages.md", "explanation/messages.svg"]
GENERATED += ["explanation/architecture.md", "explanation/architecture.svg"]

_spec = importlib.util.spec_from_file_location("reference_settings", ROOT / "tools" / "reference_settings.py")
assert _spec is not None
assert _spec.loader is not None
reference_settings = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference_settings)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """What the generator gives in a process of its own: click remembers the help option of a command used alone."""
    code = "import docs, json, sys; json.dump(docs.pages(), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tools", capture_output=True, check=True)
    made: dict[str, str] = json.loads(done.stdout)
    return made


def test_all_pages_are_held(pages: dict[str, str]) -> None:
    assert list(pages) == GENERATED


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_is_current(name: str, pages: dict[str, str]) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages[name], "run: make docs"


def test_environment_variables_are_all_told() -> None:
    """Every variable of ours that the code names is on the page, and every one on the page is known to something."""
    text = "".join(path.read_text("utf-8") for top in ("lazyoci", "lsp") for path in (ROOT / top).rglob("*.py"))
    told = {name for names in reference_settings.ENVIRONMENT.values() for name in names}
    assert set(re.findall(r"\bLAZYOCI_[A-Z_]*[A-Z]\b", text)) - {"LAZYOCI_", "LAZYOCI_COMPLETE"} <= told
    by_others = {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE"}  # httpx and OpenSSL read these
    assert {name for name in told if f'"{name}"' not in text and name.removeprefix("LAZYOCI_") not in text} <= by_others


def test_settings_are_all_told() -> None:
    assert set(reference_settings.SETTINGS) == set(settings.KEYS)
    fields = set(frozen.fields(settings.RegistrySettings))
    assert set(reference_settings.REGISTRIES) == fields - {"server", "chunk_size"} | {"url", "chunkSize"}
    assert set(reference_settings.RULES) == set(yaml.safe_load(example("rules/project_settings.py")))


def test_the_example_of_the_settings_is_read() -> None:
    read = decode(
        example("settings/__init__.py"), Path("/home/anna/.config/lazyoci/config.yaml"), {"HOME": "/home/anna"}
    )
    assert str(read.registries[0].server) == "registry.lan:5000"
    assert set(read.values) == set(settings.KEYS)


def example(module: str) -> str:
    """The indented block of a module's docstring, which the page shows."""
    docstring = ast.get_docstring(ast.parse((ROOT / "lazyoci" / module).read_text("utf-8")), clean=False) or ""
    return "".join(line[4:] + "\n" for line in docstring.splitlines() if line.startswith("    "))


def test_no_source_cites_what_readers_cannot_find() -> None:
    """A page that a comment or docstring names is in the repository, or in a public specification that it names too."""
    names = {
        path.name for place in ("", "docs", *PLACES) for path in (ROOT / place).glob("**/*.md" if place else "*.md")
    }
    sources = [path for place in PLACES for path in (ROOT / place).rglob("*.py") if "node_modules" not in path.parts]
    assert len(sources) > 500
    unknown = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"#|^ *(?:\"\"\"|[A-Za-z`])", line) and not re.search("https?:|[a-z]+-spec", line)
        if any(page not in names for page in re.findall(r"(?<![\"'/\\\w-])[a-z-]+\.md\b(?![\"'])", line))
        or re.search(r"\(issue [0-9]+\)|\b(?:findings|design)/", line)
    ]
    assert not unknown
