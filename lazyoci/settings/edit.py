"""Changes the settings file as text, so comments, order, layout and unknown keys stay as they are.

Every change is made to the text and to plain data; it is refused if the text does not then read as that data. (A
YAML round-trip was tried first: it moves comments into the entries above them, and loses them with an entry removed.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lazyoci.errors import SettingsError
from lazyoci.settings import private_file
from lazyoci.settings.decode import decode
from lazyoci.settings.model import KEYS
from lazyoci.settings.server import Server, parse_server
from lazyoci.yaml.plain import NotYaml
from lazyoci.yaml.splice import Splicer


@contextmanager
def editing(path: Path, environ: Mapping[str, str]) -> Iterator[Editor]:
    """Lock the settings file and open it for changes; see Editor."""
    with private_file.changing(path):
        yield Editor(path, environ)


class Editor:
    """The settings file, opened for changes: change, then `save`. Raises SettingsError when the file is broken."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        text = private_file.read(path) or ""
        self.settings = decode(text, path, environ)  # as they are in the file
        self._splicer = Splicer(text)
        self._data = self._plain()
        self._refused = False  # after a change the text was not YAML, so later changes were not made

    def put(self, setting: str, value: str) -> None:
        """Give one of KEYS a value."""
        self._data[KEYS[setting]] = value
        self._splice(self._splicer.put, (), KEYS[setting], value)

    def drop(self, setting: str) -> bool:
        """Reset one of KEYS to its default; returns whether it was set."""
        if self._data.pop(KEYS[setting], None) is None:
            return False
        self._splice(self._splicer.drop, (), KEYS[setting])
        return True

    def put_registry(self, server: Server, fields: Mapping[str, str | bool | None]) -> bool:
        """Add a registry or change its (last) entry; fields that are None are removed. Returns whether it is new."""
        texts = {key: _text(value) for key, value in fields.items()}
        found = self._entries(server)
        if not found:
            entry = {"url": str(server)} | {key: text for key, text in texts.items() if text is not None}
            self._data["registries"] = [*(self._data.get("registries") or ()), entry]
            self._splice(self._splicer.append, "registries", entry)
            return True
        entry = self._data["registries"][found[-1]]
        for key, text in texts.items():
            if text is None and key in entry:
                del entry[key]
                self._splice(self._splicer.drop, ("registries", found[-1]), key)
            elif text is not None and entry.get(key) != text:
                entry[key] = text
                self._splice(self._splicer.put, ("registries", found[-1]), key, text)
        return False

    def drop_registry(self, server: Server) -> bool:
        """Remove all entries of a registry; returns whether there was one."""
        found = self._entries(server)
        for index in reversed(found):
            del self._data["registries"][index]
            self._splice(self._splicer.remove, "registries", index)
        return bool(found)

    def save(self) -> None:
        """Write the file, readable only by its owner. Raises SettingsError if that fails or would do harm."""
        if self._refused or not self._says_what_was_asked():
            raise SettingsError(
                f"{self._path} cannot be changed without risk: it uses more of YAML than a change by program can keep",
                hint="change it by hand",
            )
        private_file.write(self._path, self._splicer.text)

    def _splice(self, change: Callable[..., None], *arguments: Any) -> None:
        try:
            change(*arguments)
        except NotYaml:
            self._refused = True

    def _says_what_was_asked(self) -> bool:
        try:
            return self._plain() == self._data
        except NotYaml:
            return False

    def _plain(self) -> dict[str, Any]:
        data = self._splicer.plain()
        return data if isinstance(data, dict) else {}  # nothing but comments, or `null`

    def _entries(self, server: Server) -> list[int]:
        entries = self._data.get("registries") or ()
        return [index for index, entry in enumerate(entries) if _covers_same(entry["url"], server)]


def _covers_same(url: str, server: Server) -> bool:
    other = parse_server(url)
    return (other.host, other.path) == (server.host, server.path)


def _text(value: str | bool | None) -> str | None:
    return value if value is None or isinstance(value, str) else str(value).lower()
