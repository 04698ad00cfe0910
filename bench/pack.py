"""Packaging 500 MB of files (tar, gzip, sha256) beside Python's zlib at level 6, in one run: `make bench-pack`.

The files are those of the Python that runs this, over and over: code, byte code and libraries.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from common import MIB, Row, Timed, in_turn, lazyoci, show

SIZE = 500_000_000  # bytes
# as a Python program does it that knows of nothing better, streaming too
ZLIB = """\
import gzip, hashlib, sys, tarfile
class Out:
    def __init__(self, file):
        self.file, self.hash = file, hashlib.sha256()
    def write(self, data):
        self.hash.update(data)
        return self.file.write(data)
with open(sys.argv[2], "wb") as file:
    with gzip.GzipFile(fileobj=Out(file), mode="wb", compresslevel=6) as packed:
        with tarfile.open(fileobj=packed, mode="w|") as archive:
            archive.add(sys.argv[1])
"""


def corpus(directory: Path, size: int) -> int:
    """Copy Python's own files until there are `size` bytes; how many files that took."""
    sources = sorted(path for path in Path(sysconfig.get_path("stdlib")).rglob("*") if path.is_file())
    count = total = 0
    while total < size:
        for path in sources:
            if total >= size:
                break
            goal = directory / f"{count // 500:03d}" / f"{count:05d}{path.suffix}"
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, goal)
            total += goal.stat().st_size
            count += 1
    return count


def main() -> int:
    """Pack in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="runs that count (default: %(default)s)")
    parser.add_argument("--size", type=int, default=SIZE, help="bytes (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        count = corpus(root / "files", arguments.size)
        (root / ".lazy").write_text(
            "version: 1\nartifacts:\n  - type: artifact\n    name: bench\n    mediaType: application/vnd.example\n"
            "    files: [{path: files, mediaType: application/vnd.oci.image.layer.v1.tar+gzip}]\n"
            "    targets: [{registry: localhost:5000/bench, tags: [v1]}]\n",
            encoding="utf-8",
        )
        ours = Timed("lazyoci", lazyoci("build", "--no-push", "--quiet"))
        zlib = Timed("zlib 6", [sys.executable, "-c", ZLIB, "files", "zlib.tar.gz"])
        in_turn([ours, zlib], root, arguments.rounds)
        print(
            f"{arguments.size / MIB:.0f} MiB in {count} files: lazyoci {arguments.size / 1e6 / ours.least:.0f} MB/s,"
            f" zlib {arguments.size / 1e6 / zlib.least:.0f} MB/s, with start-up"
        )
        show([Row("pack (tar, gzip, sha256)", ours, (zlib,), 1 / 5)], [ours, zlib], 64)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
