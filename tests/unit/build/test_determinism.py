"""The same inputs give the same digests from any directory, under any umask, time zone, user and clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[2], 8))
from lazyoci.build import build
from tests.unit.build.make import chart, context, files, helm
place = Path(sys.argv[1])
chart(place / "chart-dir", {"Chart.yaml": "apiVersion: v2\\nname: api\\nversion: 0.1.0\\n", "templates/x.yaml": "a: b"})
(place / "dir" / "sub").mkdir(parents=True)
for name in sys.argv[3].split(","):
    (place / "dir" / "sub" / name).write_text(name)
(place / "dir" / "run.sh").write_text("#!/bin/sh\\n")
(place / "dir" / "run.sh").chmod(0o700)
print(build(files(("dir", "application/gzip"), ("dir/run.sh", "text/plain")), context(place)).root.digest)
print(build(helm("chart-dir"), context(place)).root.digest)
"""


@pytest.mark.skipif(os.name != "posix", reason="umask and modes are POSIX")
def test_same_bytes_everywhere(tmp_path: Path) -> None:
    digests = set()
    for number, (umask, zone, names) in enumerate(
        [("022", "UTC", "a,b,ä"), ("077", "Asia/Tokyo", "ä,b,a"), ("000", "America/New_York", "b,ä,a")]
    ):
        place = tmp_path / ("deeper/" * number) / f"project {number}"
        place.mkdir(parents=True)
        run = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(place), umask, names],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number), "USER": f"user{number}"},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    assert len(digests) == 1
