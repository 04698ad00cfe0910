"""The Chart.yaml inside a packaged chart (`helm package`): `NAME/Chart.yaml` in a tar, gzipped."""

from __future__ import annotations

import io
import tarfile
import zlib

from lazyoci.values.helm.chart_yaml import ChartError

_LONGEST = 1 << 20  # bytes of a Chart.yaml; Helm's limit for a file is 5 MiB, real ones have some hundred bytes
_MOST = 10_000  # entries looked at; Helm writes Chart.yaml first


def packed_chart_yaml(data: bytes) -> bytes:
    """The Chart.yaml in a package; raises ChartError if `data` is not a package or contains none."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for number, entry in enumerate(archive):
                if number >= _MOST:
                    break
                first, _, rest = entry.name.partition("/")
                if first and rest == "Chart.yaml" and entry.isreg():
                    stream = archive.extractfile(entry)
                    if stream is not None and entry.size <= _LONGEST:
                        return stream.read(_LONGEST)
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        raise ChartError("is not a packaged chart; expected what helm package makes") from None
    raise ChartError("holds no NAME/Chart.yaml; expected what helm package makes")
