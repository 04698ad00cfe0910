"""Decodes the text of a settings file. Scalars keep their source text: `password: 0123` is not the number 83."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapping_
from pathlib import Path

from lazyoci.errors import SettingsError
from lazyoci.settings import directories
from lazyoci.settings.model import KEYS, TLS_MODES, RegistrySettings, Settings
from lazyoci.settings.server import Server, parse_server
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence, is_merge
from lazyoci.yaml.plain import NotYaml, read
from lazyoci.yaml.scalars import is_null

_SIZE = re.compile(r"(\d{1,12}) ?(|[kmg]i?b)", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_LEAST_CHUNK = 1 << 20  # bytes; smaller chunks would need too many requests
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")  # as YAML 1.1, in any case


def decode(text: str, path: Path, environ: Mapping_[str, str]) -> Settings:
    """Read `text`, the content of `path`; raises SettingsError with file and line."""
    try:
        document = read(text)
    except NotYaml as error:
        problem = error.problem if error.line is not None else "not YAML that can be read"
        raise _error(path, error.line or 0, problem) from None
    reader = _Reader(path, environ, document)
    root = document.root
    if document.more:
        raise _error(path, 0, "only one YAML document is read, and this file has several")
    if root is None or (isinstance(root, Scalar) and is_null(root)):
        return Settings(path, exists=True)
    fields = reader.mapping(root, "the settings")
    values = {name: reader.text(fields[key], key) for name, key in KEYS.items() if key in fields}
    if values.get("default-registry"):
        values["default-registry"] = str(reader.server(fields[KEYS["default-registry"]], "defaultRegistry"))
    entries = reader.sequence(fields["registries"], "registries") if "registries" in fields else []
    return Settings(path, True, tuple(reader.registry(entry) for entry in entries), values)


def _error(path: Path, line: int, problem: str) -> SettingsError:
    """`line` counts from zero."""
    return SettingsError(f"{path}:{line + 1}: {problem}", hint="correct the file by hand")


class _Reader:
    """Reads nodes into values. Errors name file and line, but never repeat a value, which may be a secret."""

    def __init__(self, path: Path, environ: Mapping_[str, str], document: Document) -> None:
        self.path = path
        self.environ = environ
        self.source = document.source

    def _fail(self, node: Node, problem: str) -> SettingsError:
        return _error(self.path, self.source.position(node.start).line, problem)

    def mapping(self, node: Node, what: str) -> dict[str, Node]:
        """The fields of a mapping, merge keys included; those that are null are left out."""
        if not isinstance(node, Mapping):
            raise self._fail(node, f"{what}: expected a mapping of keys to values")
        seen: set[str] = set()
        for key, value in node.items:
            if not isinstance(key, Scalar):
                continue
            if is_merge(key):
                merged = value.items if isinstance(value, Sequence) else [value]
                if not all(isinstance(one, Mapping) for one in merged):
                    raise self._fail(key, f"{what}: expected a mapping for merging, or a list of them, behind <<")
            elif key.value in seen:
                raise self._fail(key, f"{what}: the key {key.value!r} is given twice")
            seen.add(key.value)
        fields = {name: value for name, (_, value) in node.fields().items()}
        return {name: value for name, value in fields.items() if not (isinstance(value, Scalar) and is_null(value))}

    def sequence(self, node: Node, what: str) -> list[Node]:
        if not isinstance(node, Sequence):
            raise self._fail(node, f"{what}: expected a list")
        return node.items

    def text(self, node: Node, what: str) -> str:
        if not isinstance(node, Scalar):
            raise self._fail(node, f"{what}: expected text")
        return node.value

    def flag(self, node: Node, what: str) -> bool:
        said = node.value.lower() if isinstance(node, Scalar) and not node.style else ""
        if said not in (*_YES, *_NO):
            raise self._fail(node, f"{what}: expected true or false")
        return said in _YES

    def size(self, node: Node, what: str) -> int:
        """A number of bytes, with or without a unit."""
        found = _SIZE.fullmatch(self.text(node, what).strip())
        size = int(found[1]) * _UNITS[found[2].lower()] if found is not None else 0
        if size < _LEAST_CHUNK:
            raise self._fail(node, f"{what}: expected a size of at least 1 MiB, such as 32MiB")
        return size

    def server(self, node: Node, what: str) -> Server:
        try:
            return parse_server(self.text(node, what))
        except SettingsError as error:
            raise self._fail(node, f"{what}: {error.message}") from None

    def file(self, fields: Mapping_[str, Node], key: str) -> Path | None:
        text = self.text(fields[key], key) if key in fields else ""
        return directories.expand(text, self.environ, self.path.parent) if text else None

    def registry(self, node: Node) -> RegistrySettings:
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
            agents="agents" in fields and self.flag(fields["agents"], "agents"),
            chunk_size=self.size(fields["chunkSize"], "chunkSize") if "chunkSize" in fields else 0,
        )
