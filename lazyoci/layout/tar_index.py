"""Finds the files in a tar by name, so that they are read in place: nothing is unpacked to the disk.

The tar may be hostile. Names and links that lead out of it, devices, duplicates, wrong sizes, and headers that need
much memory are refused when the index is made.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from lazyoci.errors import LayoutError
from lazyoci.layout.region import Region

_MAX_ENTRIES = 20_000  # in an archive; real ones have some hundreds
_MAX_HEADER = 1 << 20  # bytes of one extended header; real ones have hundreds
_MAX_LINKS = 8  # links that lead to each other


class TarIndex:
    """The files of an uncompressed tar: name → its region of the tar."""

    def __init__(self, path: Path) -> None:
        """Read all headers of the tar at `path`; LayoutError if it is broken or hostile."""
        self.path = path
        self._files: dict[str, Region] = {}
        self._links: dict[str, str] = {}
        try:
            with path.open("rb") as stream:
                self._read(stream)
        except OSError as error:
            raise LayoutError(f"{path}: {error.strerror or error}") from error
        except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
            why = error if isinstance(error, tarfile.TarError) else "a header in it is broken"
            raise LayoutError(f"{path} is not a tar archive: {why}") from None

    def _read(self, stream: BinaryIO) -> None:
        whole = Region.whole(self.path)
        with tarfile.open(fileobj=cast(IO[bytes], Frugal(stream, self.path)), mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= _MAX_ENTRIES:
                    raise LayoutError(f"{self.path} has more than {_MAX_ENTRIES} entries")
                name = self._checked(entry.name)
                if entry.isdir():
                    continue
                if name in self._files or name in self._links:
                    raise LayoutError(f"{self.path} holds {entry.name!r} twice")
                if entry.issym():
                    self._links[name] = self._target(name, entry.linkname)
                elif entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.sparse is not None:
                    raise LayoutError(f"{self.path} holds {entry.name!r}, which is neither a file nor a link inside it")
                elif entry.size < 0 or entry.offset_data + entry.size > whole.size:
                    raise LayoutError(f"{self.path} ends within {entry.name!r}, which claims {entry.size} bytes")
                else:
                    self._files[name] = Region(
                        self.path, entry.offset_data, entry.size, whole.file_size, whole.mtime_ns
                    )

    def _checked(self, name: str) -> str:
        parts = name.split("/")
        outside = name.startswith("/") or ".." in parts or "\\" in name or name[1:2] == ":"
        if outside or "\0" in name:
            raise LayoutError(f"{self.path} holds {name!r}, a name that leads out of it")
        return posixpath.normpath(name)

    def _target(self, name: str, target: str) -> str:
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        if target.startswith("/") or goal == ".." or goal.startswith("../") or "\\" in target:
            raise LayoutError(f"{self.path} holds {name!r}, a link that leads out of it to {target!r}")
        return goal

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    @property
    def names(self) -> Iterator[str]:
        """The names of all files and links."""
        yield from self._files
        yield from self._links

    def find(self, name: str) -> Region | None:
        """Where the file `name` is, after following links; None if there is none. LayoutError for links in a circle."""
        name = posixpath.normpath(name)
        for _ in range(_MAX_LINKS):
            if name not in self._links:
                return self._files.get(name)
            name = self._links[name]
        raise LayoutError(f"{self.path}: links lead from {name!r} in a circle")

    def read(self, name: str, limit: int) -> bytes:
        """The content of a small file; LayoutError if it is missing or has more than `limit` bytes."""
        region = self.find(name)
        if region is None:
            raise LayoutError(f"{self.path} holds no {name}")
        if region.size > limit:
            raise LayoutError(f"{name} in {self.path} has {region.size} bytes; at most {limit} are read")
        with region.open() as stream:
            return stream.read()


class Frugal:
    """Refuses large reads. tarfile only reads headers here, so a large read is a header that claims to be huge."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream, self._path = stream, path

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_HEADER:
            raise LayoutError(f"{self._path} has a header of {size} bytes; at most {_MAX_HEADER} are read")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()
