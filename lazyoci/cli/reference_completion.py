"""Shell completion of registries, repositories and references: from local files at once, tags within a second.

The commands that take them import the registry client, which is too slow for completion. So their arguments are
answered here, before click imports the command; everything else is click's.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_WITHIN = 0.8  # seconds that a registry has for its tags; with the start-up, that is about one
_MOST = 200  # tags that are offered; a shell shows no more anyway
_KINDS: Mapping[tuple[str, ...], str] = {
    ("pull",): "reference",
    ("browse", "manifest"): "reference",
    ("browse", "tags"): "repository",
    ("browse", "repos"): "registry",
    ("browse", "search"): "registry",
    ("registry", "test"): "repository",
}
# options of these commands that stand alone: behind any other, its value is typed
_FLAGS = frozenset(("--docker", "--all-platforms", "--insecure", "--details", "--raw", "--push", "-q", "--quiet", "-v"))
_REGISTRY = re.compile(r"\{\{-?\s*\.Registry\s*-?\}\}")


def answer(words: Sequence[str], incomplete: str, environ: Mapping[str, str]) -> list[str] | None:
    """What to offer for the word that is being typed behind `words`; None where that is no address."""
    path = next((one for one in (tuple(words[:2]), tuple(words[:1])) if one in _KINDS), None)
    if path is None or incomplete.startswith("-"):
        return None
    others = words[len(path) :]
    if any(not word.startswith("-") for word in others) or (others and others[-1] not in _FLAGS):
        return None
    kind = _KINDS[path]
    offered = dict.fromkeys(_registries(environ))
    for repository, tags in _declared(environ).items():
        offered[repository.partition("/")[0] if kind == "registry" else repository] = None
        if kind == "reference":
            offered |= dict.fromkeys(f"{repository}:{tag}" for tag in tags)
    found = [one for one in offered if one.startswith(incomplete)]
    repository, colon, typed = incomplete.rpartition(":")
    if kind == "reference" and colon and "/" in repository and "/" not in typed:
        known = [f"{repository}:{tag}" for tag in _within(lambda: _tags(repository)) if tag.startswith(typed)]
        found = list(dict.fromkeys([*found, *known[:_MOST]]))
    return [one for one in found if one.isprintable() and " " not in one]


def _registries(environ: Mapping[str, str]) -> list[str]:
    from lazyoci import settings
    from lazyoci.errors import SettingsError

    try:
        return [str(entry.server) for entry in settings.load(environ).registries]
    except SettingsError:
        return []  # a shell's completion has no place for an error


def _declared(environ: Mapping[str, str]) -> dict[str, list[str]]:
    """The repositories of ./.lazy, as far as they are known without a run, each with the tags that are written out."""
    from lazyoci import reader
    from lazyoci.config.load import load
    from lazyoci.diagnostic import Source
    from lazyoci.yaml.encoding import EncodingError, decode_bytes

    try:
        config = load(Source(decode_bytes(reader.read(Path(".lazy"), reader.LAZY)))).config
    except (OSError, EncodingError):
        return {}
    found: dict[str, list[str]] = {}
    for artifact in config.artifacts if config is not None else ():
        for target in artifact.targets:
            name = _REGISTRY.sub(lambda _: environ.get("LAZYOCI_REGISTRY", "") or "{{", target.registry.value)
            if "{{" not in name:
                found.setdefault(name, []).extend(tag.text.value for tag in target.tags if "{{" not in tag.text.value)
    return found


def _tags(repository: str) -> list[str]:
    """The tags that the registry lists; raises whatever goes wrong."""
    from lazyoci import settings
    from lazyoci.oci.reference import parse_repository
    from lazyoci.registry.connect import connect
    from lazyoci.registry.tag_order import sort_tags

    with connect(settings.load(), on_warning=lambda _: None, attempts=1) as client:
        return sort_tags(client.repository(parse_repository(repository)).tags())


def _within(ask: Callable[[], list[str]]) -> list[str]:
    """What `ask` gives, if it does so in time; nothing where it fails. It is left behind then, and ends with us."""
    from lazyoci.errors import LazyociError

    found: list[str] = []

    def run() -> None:
        try:
            found.extend(ask())
        except LazyociError:
            return  # a shell's completion has no place for an error

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(_WITHIN)
    return list(found)


def complete(instruction: str) -> bool:
    """Answer a shell's question, if it is about an address; false where click has to."""
    shell, _, what = instruction.partition("_")
    if what != "complete":
        return False
    from click import Command
    from click.shell_completion import CompletionItem, get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        return False
    asked = kind(Command("lazyoci"), {}, "lazyoci", "_LAZYOCI_COMPLETE")
    try:
        words, incomplete = asked.get_completion_args()
    except (KeyError, ValueError):
        return False  # not asked by a script of ours
    found = answer(words, incomplete, os.environ)
    if found is None:
        return False
    print("".join(f"{asked.format_completion(CompletionItem(one))}\n" for one in found), end="", flush=True)
    return True
