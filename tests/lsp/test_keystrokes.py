"""How many keys it takes to write a file with an image, a chart and an artifact from nothing, with completion only.

Typed out, with what completion gave before, it was about 100 for 13 lines, 42 of them for registries.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci.check import Run
from lazyoci.config.load import load
from lazyoci.config.model import Config
from lazyoci.diagnostic import Source, Span
from lazyoci.world import World
from lazyoci_lsp.features.on_type_formatting import at_enter
from lazyoci_lsp.state.projects import Project
from tests.e2e.cli import git, repository
from tests.lsp.desk import Desk, desk


class Typist:
    """Somebody at an editor that shows its list with each letter, and filters it by what is typed, as VS Code does."""

    def __init__(self, at: Desk) -> None:
        self.desk = at
        self.text = ""
        self.selected = Span(0, 0)
        self.keys = 0
        self._listed = False

    @property
    def cursor(self) -> int:
        return self.selected.end

    def _put(self, text: str, *, listed: bool, keys: int) -> None:
        start, end = self.selected
        self.text = self.text[:start] + text + self.text[end:]
        self._move(start + len(text), listed=listed, keys=keys)

    def _move(self, to: int, *, listed: bool = False, keys: int = 1) -> None:
        self.selected = Span(to, to)
        self._listed = listed
        self.keys += keys

    def type(self, text: str) -> None:
        """Each character is a key; behind one, the list is shown by itself."""
        self._put(text, listed=True, keys=len(text))

    def enter(self) -> None:
        """A new line, indented as the one above, and then as the server says."""
        line = self.text[: self.cursor].rpartition("\n")[2]
        self._put("\n" + line[: len(line) - len(line.lstrip(" "))], listed=False, keys=1)
        source = Source(self.text)
        found = at_enter(source, source.position(self.cursor).line)
        if found is not None:
            span, text = found
            self.text = self.text[: span.start] + text + self.text[span.end :]
            self._move(self.cursor + len(text) - (span.end - span.start), keys=0)

    def outdent(self, times: int) -> None:
        """Backspace within the indentation, which takes two columns each time."""
        for _ in range(times):
            self.text = self.text[: self.cursor - 2] + self.text[self.cursor :]
            self._move(self.cursor - 2)

    def end(self) -> None:
        """To the end of the file: Ctrl+End, or as often Tab as there is something to fill in."""
        self._move(len(self.text))

    def pick(self, label: str) -> None:
        """Ctrl+Space if no list is shown, Down until the item is reached, and Enter."""
        shown = [item for item in self.desk.items(self.text, self.cursor) if self._matches(item)]
        index = next((number for number, item in enumerate(shown) if item.label == label), None)
        assert index is not None, (label, [item.label for item in shown], self.text)
        self.keys += (not self._listed) + index + 1
        self.text, self.selected = self.desk.accept(self.text, shown[index])
        self._listed = shown[index].command is not None

    def _matches(self, item: types.CompletionItem) -> bool:
        assert isinstance(item.text_edit, types.TextEdit)
        source = Source(self.text)
        start = self.desk.view.converter.offset(source, item.text_edit.range.start)
        word = self.text[start : self.cursor].strip().lower()
        return (item.filter_text or item.label).lower().startswith(word)

    def written(self) -> Config:
        """The file, which decodes, and about which no rule has anything to say."""
        loaded = load(Source(self.text))
        assert loaded.config is not None, self.text
        told = Run(World()).check(self.text, self.desk.root / ".lazy").diagnostics
        assert [one.message for one in told if one.code != "unresolved-variable"] == [], self.text
        return loaded.config


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = repository(tmp_path / "shop")
    git(root, "remote", "add", "origin", "https://github.com/acme/shop.git")
    (root / "charts/shop").mkdir(parents=True)
    (root / "charts/shop/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.3.0\n", "utf-8")
    (root / "Dockerfile").write_text("FROM scratch\n", "utf-8")
    (root / "settings.json").write_text("{}\n", "utf-8")
    return root


def kinds(config: Config) -> list[str]:
    return [artifact.type for artifact in config.artifacts]


def test_all_at_once(project: Path) -> None:
    one = Typist(desk(project))
    one.pick("lazyoci: 3 artifacts of this project")
    assert kinds(one.written()) == ["image", "helm", "artifact"]
    assert one.keys == 2


def test_artifact_by_artifact(project: Path) -> None:
    one = Typist(desk(project))
    one.pick("version")
    one.enter()
    one.type("a")
    one.pick("artifacts")  # with the image, as the project has it
    for label in ("helm charts/shop", "artifact settings.json"):
        one.end()
        one.enter()
        one.type(label[0])
        one.pick(label)
    assert kinds(one.written()) == ["image", "helm", "artifact"]
    assert one.text.count("\n") >= 13
    assert one.keys <= 20, one.keys


def test_key_by_key(project: Path) -> None:
    """Without whole artifacts: each key is picked, and each value that is not proposed with it."""
    one = Typist(desk(project))
    one.pick("version")
    one.enter()
    one.type("artifacts:")
    one.enter()
    one.type("- t")
    one.pick("type")  # image comes first
    one.end()
    one.enter()
    one.type("ta")
    one.pick("targets")
    one.end()
    one.enter()
    one.outdent(4)  # from the list of tags to that of artifacts
    one.type("- t")
    one.pick("type")
    one.type("h")  # of the choice
    one.pick("helm")
    for key in ("chartPath", "targets"):
        one.enter()
        one.type(key[:1])
        one.pick(key)
        one.end()
    one.enter()
    one.outdent(3)
    one.type("- t")
    one.pick("type")
    one.type("a")
    one.pick("artifact")
    one.enter()
    one.type("f")
    one.pick("files")
    one.end()
    one.enter()
    one.outdent(2)
    one.type("ta")
    one.pick("targets")
    assert kinds(one.written()) == ["image", "helm", "artifact"]
    assert one.keys <= 70, one.keys


def test_where_nothing_is_known_of_the_project(project: Path) -> None:
    """With the snippets of the format alone; what is proposed in them is to be typed over."""
    one = Typist(desk(project, project=Project()))
    one.pick("version")
    one.enter()
    one.type("artifacts:")
    for kind in ("image", "helm", "artifact"):
        one.end()
        one.enter()
        one.type(kind[0])
        one.pick(kind)
    config = load(Source(one.text)).config
    assert config is not None
    assert kinds(config) == ["image", "helm", "artifact"]
    assert one.keys <= 50, one.keys
