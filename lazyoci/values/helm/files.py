"""The files of a Helm chart as Helm sees them, from a directory or a package (helm pkg/chart/loader)."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from lazyoci.frozen import frozen
from lazyoci.values.helm.chart_yaml import MAX_BYTES, ChartError
from lazyoci.values.helm.helmignore import FILE as IGNORE_FILE
from lazyoci.values.helm.helmignore import HelmIgnore
from lazyoci.world import Files

if TYPE_CHECKING:
    import tarfile

MAX_CHART = 100 << 20  # bytes of all files of a chart; more is refused by Helm when it loads the package
MAX_FILES = 20_000
MAX_DEPTH = 32
_BOM = b"\xef\xbb\xbf"


@frozen
class ChartFile:
    """A file of a chart: its path within the chart, with forward slashes, and a function that reads it."""

    name: str
    load: Callable[[], bytes]

    @property
    def data(self) -> bytes:
        """The content of the file without a byte order mark. Raises OSError."""
        return self.load().removeprefix(_BOM)


def held(name: str, data: bytes) -> ChartFile:
    """A file whose content is in memory."""
    return ChartFile(name, lambda: data)


def list_directory(
    files: Files, directory: str, *, metadata_only: bool = False, real: Callable[[str], str] | None = None
) -> Iterator[tuple[str, str]]:
    """Path and name of each file of the chart in `directory` as Helm walks it: links followed, `.helmignore` obeyed.

    `metadata_only` leaves out files that do not decide whether Helm loads the chart, such as its templates.
    `real` resolves links, so that a link to a parent directory is noticed at once. Raises ChartError and OSError.
    """
    ignore = f"{directory}/{IGNORE_FILE}"
    rules = HelmIgnore(files.read(ignore) if files.kind(ignore) == "file" else b"")
    return _Walk(files, rules, metadata_only, real).walk(directory, "", ())


class _Walk:
    """One walk through a chart's directory."""

    def __init__(self, files: Files, rules: HelmIgnore, metadata_only: bool, real: Callable[[str], str] | None) -> None:
        self._files, self._rules, self._metadata_only, self._real = files, rules, metadata_only, real
        self._count = 0
        self._room = MAX_CHART
        self._size: Callable[[str], int] = getattr(files, "size", _weightless)  # files in memory are few

    def walk(self, directory: str, prefix: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        here = self._real(directory) if self._real is not None else directory
        if here in above or len(above) > MAX_DEPTH:
            raise ChartError("leads back to a directory above it", hint="remove the link", place=prefix.rstrip("/"))
        for entry in self._files.list(directory):
            name, place = prefix + entry, f"{directory}/{entry}"
            kind = self._files.kind(place)
            if self._rules.ignores(name, directory=kind == "dir"):
                continue
            self._count += 1
            if self._count > MAX_FILES:
                hint = f"leave out what does not belong in {IGNORE_FILE}"
                raise ChartError(f"more than {MAX_FILES} files; Helm would not load them", hint=hint, place=name)
            if kind == "dir":
                if not (self._metadata_only and not prefix and entry != "charts"):
                    yield from self.walk(place, f"{name}/", (*above, here))
            elif kind:
                self._weigh(place, name)
                yield place, name
            else:
                hint = f"remove it, or leave it out in {IGNORE_FILE}"
                raise ChartError("is not a regular file, or a link to nothing", hint=hint, place=name)

    def _weigh(self, place: str, name: str) -> None:
        size = self._size(place)
        self._room -= size
        if size > MAX_BYTES or self._room < 0:
            message = f"{size} bytes; Helm loads no file of a chart above {MAX_BYTES}, and {MAX_CHART} in all"
            raise ChartError(message, hint=f"leave out what does not belong in {IGNORE_FILE}", place=name)


def _weightless(_place: str) -> int:
    return 0


def read_package(stream: BinaryIO) -> list[ChartFile]:
    """The files of a packaged chart (`.tgz`), without their first directory.

    Raises ChartError for what Helm would refuse: paths that lead outside, too many bytes, or not an archive.
    """
    import gzip  # slow to import, with tarfile, and most charts are directories
    import tarfile

    hint = "expected a .tgz made by helm package"
    try:
        with gzip.open(stream) as unzipped, tarfile.open(fileobj=_Bounded(unzipped), mode="r|") as archive:
            found = list(_entries(archive))
    except (
        tarfile.TarError,
        ValueError,
        OverflowError,
        RecursionError,
        EOFError,
        zlib.error,
        gzip.BadGzipFile,
    ) as error:
        raise ChartError(f"is not a chart package: {error}", hint=hint) from None
    if not found:
        raise ChartError("no files in chart archive", hint=hint)
    return found


def _entries(archive: tarfile.TarFile) -> Iterator[ChartFile]:
    room, count = MAX_CHART, 0
    for entry in archive:
        if entry.isdir():
            continue
        if not entry.isreg():
            raise ChartError(f"holds {entry.name!r}, which is not a regular file")
        room -= entry.size
        count += 1
        if entry.size > MAX_BYTES or room < 0 or count > MAX_FILES:
            raise ChartError(f"holds more than Helm loads: {entry.name!r}")
        content = archive.extractfile(entry)
        yield held(_inner_name(entry.name), content.read() if content is not None else b"")


class _Bounded(io.RawIOBase):
    """Limits what is read from a package, because a small archive may unpack to an endless one."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._room = 2 * MAX_CHART  # twice, because headers and padding count too

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._room -= len(data)
        if self._room < 0:
            raise ChartError(f"expands to more than Helm loads, {MAX_CHART} bytes")
        return data


def _inner_name(name: str) -> str:
    parts = name.replace("\\", "/").split("/")[1:]
    inner = [part for part in parts if part not in ("", ".")]
    if not inner or ".." in parts or name.startswith("/") or re.match("[A-Za-z]:", inner[0]):
        raise ChartError(f"holds {name!r}, which lies outside the chart")
    return "/".join(inner)
