"""The text of a settings file → Settings. Scalars keep their source text: `password: 0123` is not the number 83."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lazyoci.errors import SettingsError
from lazyoci.settings import places
from lazyoci.settings.model import KEYS, TLS_MODES, RegistrySettings, Settings
from lazyoci.settings.server import Server, parse_server

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_SIZE = re.compile(r"(\d{1,12}) ?(|[kmg]i?b)", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_LEAST_CHUNK = 1 << 20  # bytes; smaller ones would be a request for each
_BOOL = "tag:yaml.org,2002:bool"


def decode(text: str, path: Path, environ: Mapping[str, str]) -> Settings:
    """Read `text`, the content of `path`; raises SettingsError with file and line."""
    reader = _Reader(path, environ)
    root = reader.compose(text)
    if root is None or root.tag == _NULL:
        return Settings(path, exists=True)
    fields = reader.mapping(root, "the settings")
    values = {name: reader.text(fields[key], key) for name, key in KEYS.items() if key in fields}
    if values.get("default-registry"):
        values["default-registry"] = str(reader.server(fields[KEYS["default-registry"]], "defaultRegistry"))
    entries = reader.sequence(fields["registries"], "registries") if "registries" in fields else []
    return Settings(path, True, tuple(reader.registry(entry) for entry in entries), values)


class _Reader:
    """Reads nodes into values, telling file and line of what is wrong; no message repeats what may be a secret."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        self._loader: Any = None

    def compose(self, text: str) -> yaml.Node | None:
        try:
            self._loader = _Loader(text)
            node: yaml.Node | None = self._loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._error(mark.line + 1 if mark else 1, error.problem or "not YAML") from None
        except (yaml.YAMLError, RecursionError, ValueError):
            raise self._error(1, "not YAML that can be read") from None
        return node

    def _error(self, line: int, problem: str) -> SettingsError:
        return SettingsError(f"{self.path}:{line}: {problem}", hint="correct the file by hand")

    def _fail(self, node: yaml.Node, problem: str) -> SettingsError:
        return self._error(node.start_mark.line + 1, problem)

    def mapping(self, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
        """The fields of a mapping, merge keys included; those that are null are left out."""
        if not isinstance(node, yaml.MappingNode):
            raise self._fail(node, f"{what}: expected a mapping of keys to values")
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise self._fail(key, f"{what}: the key {key.value!r} is given twice")
                seen.add(key.value)
        try:
            self._loader.flatten_mapping(node)
        except yaml.MarkedYAMLError as error:
            raise self._fail(node, f"{what}: {error.problem}") from None
        return {
            key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode) and value.tag != _NULL
        }

    def sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._fail(node, f"{what}: expected a list")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._fail(node, f"{what}: expected text")
        return str(node.value)

    def flag(self, node: yaml.Node, what: str) -> bool:
        if not isinstance(node, yaml.ScalarNode) or node.tag != _BOOL:
            raise self._fail(node, f"{what}: expected true or false")
        return node.value.lower() in ("true", "yes", "on")

    def size(self, node: yaml.Node, what: str) -> int:
        """A number of bytes, with or without a unit."""
        found = _SIZE.fullmatch(self.text(node, what).strip())
        size = int(found[1]) * _UNITS[found[2].lower()] if found is not None else 0
        if size < _LEAST_CHUNK:
            raise self._fail(node, f"{what}: expected a size of at least 1 MiB, such as 32MiB")
        return size

    def server(self, node: yaml.Node, what: str) -> Server:
        try:
            return parse_server(self.text(node, what))
        except SettingsError as error:
            raise self._fail(node, f"{what}: {error.message}") from None

    def file(self, fields: Mapping[str, yaml.Node], key: str) -> Path | None:
        text = self.text(fields[key], key) if key in fields else ""
        return places.expand(text, self.environ, self.path.parent) if text else None

    def registry(self, node: yaml.Node) -> RegistrySettings:
        fields = self.mapping(node, "registries")
        if "url" not in fields:
            raise self._fail(node, "registries: an entry without url")
        texts = {key: self.text(fields[key], key) for key in ("name", "username", "password", "tls") if key in fields}
        tls = texts.get("tls", "")
        if tls and tls not in TLS_MODES:
            raise self._fail(fields["tls"], f"tls: expected one of {', '.join(TLS_MODES)}")
        if "key" in fields and "cert" not in fields:
            raise self._fail(fields["key"], "key: a key needs its certificate, as cert")
        return RegistrySettings(
            server=self.server(fields["url"], "url"),
            name=texts.get("name", ""),
            username=texts.get("username", ""),
            password=texts.get("password", ""),
            insecure="insecure" in fields and self.flag(fields["insecure"], "insecure"),
            tls=tls,
            ca=self.file(fields, "ca"),
            cert=self.file(fields, "cert"),
            key=self.file(fields, "key"),
            chunk_size=self.size(fields["chunkSize"], "chunkSize") if "chunkSize" in fields else 0,
        )
