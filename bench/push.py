"""Pushing to a loopback docker-registry beside curl, skopeo and oras-py, in one run: `make bench-push`.

Every push goes to a repository of its own; the pushes take turns. `--rounds N` changes how many each makes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from common import Fresh, Row, Timed, in_turn, lazyoci, need, registry, show

GIB = 1 << 30
MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"
EMPTY = ("application/vnd.oci.empty.v1+json", b"{}")


def noise(path: Path, size: int, seed: int) -> str:
    """Write bytes that do not compress; their digest."""
    random, hasher = Random(seed), hashlib.sha256()
    with path.open("wb") as file:
        while size:
            data = random.randbytes(min(size, 1 << 20))
            file.write(data)
            hasher.update(data)
            size -= len(data)
    return hasher.hexdigest()


def project(directory: Path, count: int, size: int) -> Path:
    """An artifact of `count` files as a `.lazy` file and, for skopeo, as an OCI layout of the same blobs."""
    blobs = directory / "layout" / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    layers = []
    for number in range(count):
        path = directory / f"{number:03d}.bin"
        found = noise(path, size, number)
        (blobs / found).hardlink_to(path)
        layers.append({"mediaType": MEDIA_TYPE, "digest": f"sha256:{found}", "size": size})

    def add(data: bytes, media_type: str) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": add(EMPTY[1], EMPTY[0]), "layers": layers}
    root = add(json.dumps(manifest).encode(), kind)
    layout = directory / "layout"
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="utf-8")
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [root]}), encoding="utf-8")
    files = "\n".join(f"      - {{path: '{n:03d}.bin', mediaType: {MEDIA_TYPE}}}" for n in range(count))
    (directory / ".lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: bench\n    mediaType: application/vnd.example.bench\n"
        f"    files:\n{files}\n"
        '    targets:\n      - {registry: "{{ .Registry }}/bench", tags: ["{{ .Tag }}"]}\n',
        encoding="utf-8",
    )
    return directory


def ours(host: str, *options: str, name: str = "lazyoci", always: bool = False) -> Fresh:
    """Our push: `always` the same reference, or a repository of its own."""
    script = "import os, sys; os.environ['LAZYOCI_REGISTRY'] = sys.argv[1]; del sys.argv[1]; import runpy; "
    script += "runpy.run_module('lazyoci', run_name='__main__')"

    def make(number: int) -> Sequence[str]:
        place = f"{host}/ours" if always else f"{host}/ours-{number}"
        return [sys.executable, "-c", script, place, *lazyoci("build", "--tag", "v1", "--insecure", *options)[3:]]

    return Fresh(name, make)


def skopeo(host: str, *, always: bool = False) -> Fresh:
    """skopeo's push of the layout."""
    program = need("skopeo", "apt-get install skopeo")
    common = [program, "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", "oci:layout"]
    return Fresh("skopeo", lambda n: [*common, f"docker://{host}/skopeo{'' if always else f'-{n}'}:v1"])


def curl(host: str, file: str, digest: str) -> Fresh:
    """The floor: one POST and one PUT, with a digest that is known already."""
    program = need("curl", "apt-get install curl")
    script = (
        'location=$({curl} -sf -X POST -D - -o /dev/null "http://{host}/v2/curl-{n}/blobs/uploads/"'
        " | sed -n 's/^[Ll]ocation: *//p' | tr -d '\\r') && "
        "{curl} -sf -T {file} -H 'Content-Type: application/octet-stream' \"$location&digest=sha256:{digest}\""
    )
    return Fresh("curl", lambda n: ["sh", "-c", script.format(curl=program, host=host, n=n, file=file, digest=digest)])


def oras(host: str, library: Path | None, *, always: bool = False) -> list[Fresh]:
    """oras-py, if there is one: installed into `library`."""
    if library is None:
        return []
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import glob, oras.client; "
        "oras.client.OrasClient(insecure=True, tls_verify=False).push(target=sys.argv[2], "
        f"files=[f + ':{MEDIA_TYPE}' for f in sorted(glob.glob('*.bin'))], disable_path_validation=True)"
    )
    return [
        Fresh(
            "oras-py",
            lambda n: [sys.executable, "-c", script, str(library), f"{host}/oras{'' if always else f'-{n}'}/bench:v1"],
        )
    ]


def large(root: Path, rounds: int, library: Path | None, size: int = GIB) -> None:
    """One large layer, and the same again."""
    directory = project(root / "large", 1, size)
    digest = next(p.name for p in (directory / "layout/blobs/sha256").iterdir() if p.stat().st_size == size)
    with registry() as host:
        mine, theirs, floor = ours(host), skopeo(host), curl(host, "000.bin", digest)
        hashing = Timed("sha256", [sys.executable, "-c", _HASH, "000.bin"])
        other = oras(host, library)
        in_turn([floor, hashing, mine, theirs, *other], directory, rounds)
        work = f"1 layer of {size >> 20} MiB"
        show(
            [
                Row(work, mine, (floor, hashing), 1.10),
                Row(work, mine, (theirs,), 0.8),
                *(Row(work, mine, (one,)) for one in other),
            ],
            [mine, theirs, *other],
            64,
        )
        again(host, directory, rounds, work, [hashing])


_HASH = "import hashlib, sys; hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256')"


def again(host: str, directory: Path, rounds: int, work: str, hashing: list[Timed]) -> None:
    """Push what is there already."""
    mine, theirs = ours(host, always=True), skopeo(host, always=True)
    in_turn([mine, theirs], directory, rounds)
    floor = sum(one.least for one in hashing)
    print(f"again, nothing new: {mine.least:.2f} s, of which hashing {floor:.2f} s (goal: ≤ 0.45 s without it)")
    show([Row(f"{work}, again", mine, (theirs,))])


def small(root: Path, rounds: int, library: Path | None) -> None:
    """Two hundred small layers, and the same again."""
    directory = project(root / "small", 200, 256 << 10)
    with registry() as host:
        mine, theirs = ours(host), skopeo(host)
        more = [ours(host, "--jobs", str(n), name=f"lazyoci --jobs {n}") for n in (1, 2, 8, 16)]
        other = oras(host, library)
        in_turn([mine, theirs, *other, *more], directory, rounds)
        work = "200 layers of 256 KiB"
        rows = [Row(work, mine, (theirs,), 0.30), *(Row(work, mine, (one,)) for one in other)]
        rows += [Row(f"{work}, {one.name[8:]}", one, (theirs,)) for one in more]
        show(rows, [mine, theirs, *other], 64)
        again(host, directory, rounds, work, [])


WORKS: dict[str, Callable[[Path, int, Path | None], None]] = {"large": large, "small": small}


def oras_library(root: Path) -> Path | None:
    """Install oras-py for this run alone; None where that cannot be done."""
    target = root / "oras-library"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), "oras"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(
            "oras-py could not be installed, and is left out:", done.stderr.strip().splitlines()[-1:], file=sys.stderr
        )
        return None
    return target


def main() -> int:
    """Run the works named, or all, and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", choices=[[], *WORKS], help="which (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="pushes that count (default: %(default)s)")
    parser.add_argument("--no-oras", action="store_true", help="leave oras-py out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        library = None if arguments.no_oras else oras_library(root)
        for work in arguments.works or WORKS:
            WORKS[work](root, arguments.rounds, library)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
