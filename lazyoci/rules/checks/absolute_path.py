r"""A path begins at the root of one machine's disk.

On another machine, in CI or in a colleague's checkout, it names nothing or something else.

Fails:

```yaml
type: image
dockerfile: C:\src\api\Dockerfile
```

Mended:

```yaml
type: image
dockerfile: Dockerfile
```
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.paths import written
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.title import is_absolute


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path."""
    directory = os.path.abspath(subject.directory).replace(os.sep, "/")  # noqa: PTH100  # resolve() would follow links
    for text in written(subject):
        path = text.value
        if is_absolute(path):
            plain = path.replace("\\", "/")
            inside = plain.removeprefix(directory + "/")
            remedy = "write it relative to the .lazy file" if inside == plain else f"write {quoted(inside)}"
            yield Finding(text.node, f"{quoted(path)} is a path of this machine alone; {remedy}")
