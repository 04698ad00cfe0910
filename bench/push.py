"""Pushing to a loopback docker-registry beside curl, crane, skopeo and oras-py, in one run: `make bench-push`.

Every push goes to a registry of its own; the pushes take turns. `--rounds N` changes how many each makes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from common import Fresh, Registries, Row, Timed, in_turn, lazyoci, need, registry, show

GIB = 1 << 30
MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"
Place = Callable[[], str]  # the address of the registry for a run
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


def ours(place: Place, *options: str, name: str = "lazyoci") -> Fresh:
    """Our push."""
    script = "import os, runpy, sys; os.environ['LAZYOCI_REGISTRY'] = sys.argv.pop(1); "
    script += "runpy.run_module('lazyoci', run_name='__main__', alter_sys=True)"
    arguments = lazyoci("build", "--tag", "v1", "--insecure", *options)[3:]
    return Fresh(name, lambda _: [sys.executable, "-c", script, f"{place()}/ours", *arguments])


def skopeo(place: Place) -> Fresh:
    """skopeo's push of the layout."""
    program = need("skopeo", "apt-get install skopeo")
    common = [program, "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", "oci:layout"]
    return Fresh("skopeo", lambda _: [*common, f"docker://{place()}/skopeo:v1"])


def crane(place: Place) -> list[Fresh]:
    """crane's push of the layout, where there is a crane on PATH."""
    program = shutil.which("crane")
    return [Fresh("crane", lambda _: [program, "push", "layout", f"{place()}/crane:v1"])] if program else []


def curl(place: Place, file: str, digest: str) -> Fresh:
    """The floor: one POST and one PUT, with a digest that is known already."""
    program = need("curl", "apt-get install curl")
    script = (
        'location=$({curl} -sf -X POST -D - -o /dev/null "http://{host}/v2/curl/blobs/uploads/"'
        " | sed -n 's/^[Ll]ocation: *//p' | tr -d '\\r') && "
        "{curl} -sf -T {file} -H 'Content-Type: application/octet-stream' \"$location&digest=sha256:{digest}\""
    )
    return Fresh("curl", lambda _: ["sh", "-c", script.format(curl=program, host=place(), file=file, digest=digest)])


def oras(place: Place, library: Path | None) -> list[Fresh]:
    """oras-py, if there is one: installed into `library`."""
    if library is None:
        return []
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import glob, oras.client; "
        "oras.client.OrasClient(insecure=True, tls_verify=False).push(target=sys.argv[2], "
        f"files=[f + ':{MEDIA_TYPE}' for f in sorted(glob.glob('*.bin'))], disable_path_validation=True)"
    )
    return [Fresh("oras-py", lambda _: [sys.executable, "-c", script, str(library), f"{place()}/oras/bench:v1"])]


def large(root: Path, rounds: int, library: Path | None, size: int = GIB) -> None:
    """One large layer, and the same again."""
    directory = project(root / "large", 1, size)
    digest = next(p.name for p in (directory / "layout/blobs/sha256").iterdir() if p.stat().st_size == size)
    hashing = Timed("sha256", [sys.executable, "-c", _HASH, "000.bin"])
    with Registries() as registries:
        new = registries.new
        mine, theirs, floor, other = ours(new), skopeo(new), curl(new, "000.bin", digest), oras(new, library)
        other += crane(new)
        in_turn([floor, hashing, mine, theirs, *other], directory, rounds)
    work = f"1 layer of {size >> 20} MiB"
    rows = [Row(work, mine, (floor, hashing), 1.10), Row(work, mine, (theirs,), 0.8)]
    show([*rows, *(Row(work, mine, (one,)) for one in other)], [mine, theirs, *other], 64)
    again(directory, rounds, work, [hashing])


_HASH = "import hashlib, sys; hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256')"


def again(directory: Path, rounds: int, work: str, hashing: list[Timed]) -> None:
    """Push what is there already."""
    with registry() as host:
        mine, theirs = ours(lambda: host), skopeo(lambda: host)
        in_turn([mine, theirs], directory, rounds)
    floor = sum(one.least for one in hashing)
    print(f"again, nothing new: {mine.least:.2f} s, of which hashing {floor:.2f} s (goal: ≤ 0.45 s without it)")
    show([Row(f"{work}, again", mine, (theirs,))])


def small(root: Path, rounds: int, library: Path | None) -> None:
    """Many small layers, and the same again."""
    directory = project(root / "small", 120, 256 << 10)
    work = "120 layers of 256 KiB"
    with Registries() as registries:
        mine, theirs, other = ours(registries.new), skopeo(registries.new), oras(registries.new, library)
        beside = crane(registries.new)
        more = [ours(registries.new, "--jobs", str(n), name=f"lazyoci --jobs {n}") for n in (1, 2, 8)]
        in_turn([mine, theirs, *beside, *other, *more], directory, rounds)
    rows = [Row(work, mine, (theirs,)), *(Row(work, mine, (one,), 1.0) for one in beside)]
    rows += [Row(work, mine, (one,)) for one in other]
    rows += [Row(f"{work}, {one.name[8:]}", one, (theirs,)) for one in more]
    show(rows, [mine, theirs, *other], 64)
    again(directory, rounds, work, [])


def many(root: Path, rounds: int, library: Path | None) -> None:
    """Sixty artifacts of one file each, which share their empty config; and one, which is the start of a command."""
    files = {}
    for count in (60, 1):
        directory = root / f"artifacts-{count}"
        directory.mkdir()
        artifacts = []
        for number in range(count):
            noise(directory / f"{number}.bin", 10_000, number)
            artifacts.append(
                f"  - type: artifact\n    name: a{number}\n    mediaType: application/vnd.example.bench\n"
                f"    files: [{{path: {number}.bin, mediaType: application/octet-stream}}]\n"
                f'    targets: [{{registry: "{{{{ .Registry }}}}/a{number}", tags: [v1]}}]\n'
            )
        (directory / ".lazy").write_text("version: 1\nartifacts:\n" + "".join(artifacts), encoding="utf-8")
        with Registries() as registries:
            files[count] = ours(registries.new)
            in_turn([files[count]], directory, rounds)
    each = (files[60].least - files[1].least) / 59
    print(f"one artifact of one file: {files[1].least * 1000:.0f} ms (goal: ≤ 110)")
    print(f"sixty: {files[60].least:.2f} s, {each * 1000:.1f} ms for each further one (goal: ≤ 10)\n", flush=True)


WORKS: dict[str, Callable[[Path, int, Path | None], None]] = {"large": large, "small": small, "many": many}


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
