"""Finds what to publish in a directory without a Dockerfile or a chart: files that a build made, else another file.

A file that looks like a secret, by its name or its first bytes, is never proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lazyoci import reader
from lazyoci.values.secret_files import HEAD, holds_secret, is_secret_name
from lazyoci.walk import walk

OUTPUTS = ("dist", "bin", "out", "build", "release")  # directories where builds put their results, the likeliest first
_MOST = 50  # files of a build's output that are listed one by one
_MOST_BELOW = 2_000  # files that are looked at in a build's output


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# sources, tools' files and documents: not the result of a build
_SOURCES = _words(
    "adoc bak bat c cc cfg cfg cjs cmake cmd conf cpp cs css csproj db diff dump el ex exs fs go gradle h hpp hs "
    "htm html ini ipynb java js jsx kt kts less lock log lua map mjs mk mod nix orig patch php pl properties "
    "props ps1 py pyi rb rs rst sass scala scss sh sln sql sqlite sqlite3 sum swift swp targets tf tmp toml ts "
    "tsx vue work xml"
)
_MANIFESTS = _words(
    "authors brewfile build.gradle changelog.md changes.md code_of_conduct.md codeowners composer.json "
    "contributing.md cmakelists.txt containerfile copying dockerfile gemfile go.mod go.sum jenkinsfile justfile "
    "lazy.schema.json lerna.json license license.md license.txt maintainers makefile mix.exs notice nx.json "
    "package.json package-lock.json pipfile pom.xml procfile pyproject.toml rakefile requirements.txt security.md "
    "tsconfig.json turbo.json vagrantfile"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """Files to publish, as paths in a `.lazy` file. `built`: a build made them; otherwise they are an example.

    `paths` is empty where there are only sources: they are not published, but something will be built from them.
    """

    paths: tuple[str, ...]
    built: bool


def offer(directory: Path) -> Offer | None:
    """What `directory` has to publish; None if there is nothing."""
    for name in OUTPUTS:
        paths = _output(directory, name)
        if paths:
            return Offer(paths, built=True)
    tracked = walk(directory, lambda _: None, lambda _: True, lambda _: True)  # only files that git does not ignore
    names = [path.name for path in tracked if not path.is_symlink() and _is_shown(path.name) and not is_secret(path)]
    readme = [name for name in names if _is_readme(name)]
    wanted = readme or [name for name in names if not _is_source(name)]
    if wanted:
        return Offer((wanted[0],), built=False)
    return Offer((), built=False) if names else None


def _output(directory: Path, name: str) -> tuple[str, ...]:
    """The paths for a build's output: the whole directory, one glob for its files, or some files by name."""
    place = directory / name
    if not place.is_dir() or place.is_symlink():
        return ()
    every = [path for path in islice(place.rglob("*"), _MOST_BELOW + 1) if not path.is_dir()]
    if not every or len(every) > _MOST_BELOW:
        return ()
    kept = [path for path in every if _is_output(path, name)]
    if kept == every and any(path.parent != place for path in every):
        return (name,)
    top = sorted(path.name for path in kept if path.parent == place)
    if kept == every and not any(one.startswith(".") for one in top):
        return (f"{name}/*",)
    return tuple([f"{name}/{one}" for one in top]) if len(top) <= _MOST else ()


def _is_output(path: Path, output: str) -> bool:
    """Whether a build made a file: in dist every file, in other directories all but scripts and sources."""
    if not _is_shown(path.name) or path.is_symlink() or not path.is_file() or is_secret(path, built=True):
        return False
    return output == "dist" or not (_is_source(path.name) or path.name.lower().endswith(".md") or _is_script(path))


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _is_shown(name: str) -> bool:
    return not name.startswith((".", "_", "~")) and name.isprintable() and not name.endswith("~")


def _is_source(name: str) -> bool:
    lower = name.lower()
    whole, _, ending = lower.rpartition(".")
    return lower in _MANIFESTS or (bool(whole) and (ending in _SOURCES or whole in ("dockerfile", "containerfile")))


def is_secret(path: Path, *, built: bool = False) -> bool:
    """Whether a file looks like a secret. A file that cannot be read counts as one.

    In a `built` file and in documents, text such as `password: x` does not count as a secret.
    """
    if is_secret_name(path.name):
        return True
    try:
        if path.stat().st_size > reader.PACKAGE:
            return False
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return True
    return holds_secret(head, written=not built and not _is_readme(path.name))


def _is_readme(name: str) -> bool:
    return name.lower().startswith("readme")
