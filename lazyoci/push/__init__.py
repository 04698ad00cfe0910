"""Layout → registries: ask first, push what is missing, tags last, verify (wire.md A4, A5, H).

`preflight` asks every repository before anything is built; `compare` says what each push would do; `push` does it.
"""

from lazyoci.push.compare import compare
from lazyoci.push.engine import push
from lazyoci.push.model import Found, Item, Outcome, Preflight, Pushed, State, Wanted
from lazyoci.push.preflight import preflight

__all__ = [
    "Found",
    "Item",
    "Outcome",
    "Preflight",
    "Pushed",
    "State",
    "Wanted",
    "compare",
    "preflight",
    "push",
]
