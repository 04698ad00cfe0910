"""What `build` packs, `pull --files` unpacks to the same tree; what it would not, `build` refuses and names."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.build import build
from lazyoci.build.context import Context
from lazyoci.errors import LazyociError
from lazyoci.oci.descriptor import parse_manifest
from lazyoci.oci.mediatype import OCI_MANIFEST
from lazyoci.unpack.files import unpack
from tests.unit.build.make import files
from tests.unit.unpack.kit import found as found_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need no right on POSIX")

NAMES = {
    "narrow no-break space": "a\u202fb",
    "no-break space": "a\u00a0b",
    "family emoji": "👨\u200d👩\u200d👧",
    "non-joiner": "نامه\u200cای",
    "soft hyphen": "a\u00adb",
    "combining": "e\u0301",
    "unassigned in older Unicode": "\U0001fae9",
    "private": "\ue000",
    "leading and trailing space": " a ",
    "colon": "ab:c",
    "quotes": "a'\"b",
    "dash": "-rf",
    "dots": "...",
    "hidden": ".a",
    "long": "x" * 255,
    "percent": "%2e%2e",
}
REFUSED = {
    "tab": ("a\tb", "U+0009"),
    "line feed": ("a\nb", "U+000A"),
    "escape": ("a\x1b[31m", "U+001B"),
    "C1": ("a\x9bb", "U+009B"),
    "line separator": ("a\u2028b", "U+2028"),
    "override": ("a\u202eb", "U+202E"),
    "isolate": ("a\u2066b", "U+2066"),
    "backslash": ("a\\b", "backslash"),
}


def made_of(root: Path) -> dict[str, str]:
    """Every entry below a directory: its content, its target, or that it is a directory; and who may run it."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = f"→ {path.readlink()}"
        elif path.is_dir():
            found[name] = "directory"
        else:
            found[name] = f"{path.read_bytes()!r} {bool(path.stat().st_mode & 0o100)}"
    return found


def there_and_back(project: Path, goal: Path, *paths: str) -> None:
    """Build an artifact of `paths` of a project, and unpack it elsewhere. Raises what `build` does."""
    with tempfile.TemporaryDirectory() as scratch:
        built = build(files(*((path, "a/b") for path in paths)), Context(directory=project, scratch=Path(scratch)))
        manifest = parse_manifest(built.store.read(built.root), OCI_MANIFEST)
        unpack(found_of(built.store, list(manifest.layers)), built.store, goal)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", NAMES)
@pytest.mark.parametrize("packed", [True, False])
def test_a_name_of_any_language_comes_back(case: str, packed: bool, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "app" / NAMES[case]).write_text("x")
    there_and_back(project, tmp_path / "back", "app" if packed else f"app/{NAMES[case]}")
    assert made_of(tmp_path / "back") == made_of(project)


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("packed", [True, False])
def test_a_name_that_nobody_could_unpack_is_named(case: str, packed: bool, tmp_path: Path) -> None:
    name, why = REFUSED[case]
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / name).write_text("x")
    with pytest.raises(LazyociError) as caught:
        there_and_back(tmp_path, tmp_path / "back", "app" if packed else f"app/{name}")
    assert repr(name)[1:-1] in caught.value.message and why in caught.value.message
    assert "rename it" in caught.value.hint
    assert caught.value.message.isprintable()


LINKS = {
    "to a release": {"releases/1/run": "x", "current": "→ releases/1"},
    "through a link": {"releases/1/app": "x", "current": "→ releases/1", "app": "→ current/app"},
    "through two": {"a/f": "x", "b": "→ a", "c": "→ b", "d": "→ c/f"},
    "up and down": {"a/b/f": "x", "c/d/link": "→ ../../a/b/f"},
    "down, up, down": {"a/b/f": "x", "c/d/f": "x", "link": "→ a/b/../../c/d/f"},
    "to nothing": {"link": "→ gone/for/ever"},
    "in a circle": {"a": "→ b", "b": "→ a"},
    "round itself": {"a": "→ a//."},
    "to itself": {"a/self": "→ ."},
    "to the top": {"a/b/top": "→ ../.."},
}


def lay(root: Path, tree: dict[str, str]) -> None:
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("→ "):
            path.symlink_to(content.removeprefix("→ "))
        else:
            path.write_text(content)


@pytest.mark.parametrize("case", LINKS)
def test_links_come_back(case: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    lay(project / "app", LINKS[case])
    there_and_back(project, tmp_path / "back", "app")
    assert made_of(tmp_path / "back") == made_of(project)


OUT = {
    "absolute": {"bad": "→ /etc"},
    "above": {"bad": "→ .."},
    "to a sibling": {"a/bad": "→ ../../app/a"},
    "behind a link": {"up": "→ .", "a/b/bad": "→ ../../up/../x"},
    "up from nothing": {"bad": "→ gone/../x"},
    "up from a file": {"f": "x", "bad": "→ f/../f"},
    "a tab": {"bad": "→ a\tb"},
}


@pytest.mark.parametrize("case", OUT)
def test_a_link_that_nobody_would_unpack_is_named(case: str, tmp_path: Path) -> None:
    lay(tmp_path / "app", OUT[case])
    with pytest.raises(LazyociError, match=r"bad is a link that"):
        there_and_back(tmp_path, tmp_path / "back", "app")


def test_a_title_below_the_link_of_another_layer_is_refused(tmp_path: Path) -> None:
    lay(tmp_path / "app", {"real/f": "x", "link": "→ real"})
    for paths in (("app", "app/link/f"), ("app/link/f", "app"), ("app", "app/link")):
        with pytest.raises(LazyociError, match=r"another layer has a link named app/link"):
            there_and_back(tmp_path, tmp_path / "back", *paths)
    there_and_back(tmp_path, tmp_path / "back", "app/link/f", "app/real/f")
    assert made_of(tmp_path / "back")["app/link/f"] == made_of(tmp_path)["app/real/f"]


PART = st.text(st.sampled_from("ab.~ \t\u202f\u200d👩é:\\"), min_size=1, max_size=3).filter(lambda one: one.strip("."))
PATH = st.lists(st.one_of(st.sampled_from(["a", "b", "aa"]), PART), min_size=1, max_size=4).map(tuple)
STEP = st.sampled_from(["..", ".", "a", "b", "aa", "", "ab"])
ENTRY = st.one_of(st.just("directory"), st.just("file"), st.lists(STEP, min_size=1, max_size=5).map("/".join))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PATH, ENTRY, max_size=8))
def test_whatever_build_packs_comes_back(entries: dict[tuple[str, ...], str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "project")
        (project / "app").mkdir(parents=True)
        for parts, entry in entries.items():
            path = project.joinpath("app", *parts)
            if not is_inside(path.parent, project):
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if entry == "directory":
                    path.mkdir()
                elif entry == "file":
                    path.write_text("/".join(parts))
                else:
                    path.symlink_to(entry)
            except OSError:  # below a file, through a link that leads nowhere, or there already
                continue
        try:
            there_and_back(project, Path(name, "back"), "app")
        except LazyociError as error:
            assert str(project) in error.message or repr(str(project))[1:-1] in error.message
            assert not Path(name, "back").exists()
        else:
            assert made_of(Path(name, "back")) == made_of(project)
            assert all(is_inside(path, Path(name, "back")) for path in Path(name, "back").rglob("*"))


def is_inside(path: Path, root: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:  # leads nowhere; of some such links `realpath` makes the root directory
            return True
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
