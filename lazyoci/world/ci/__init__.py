"""What a continuous integration service says of a run: which one it is, and the facts that its own variables tell.

The service is detected first, and only its variables are read: several use one name with different meanings. There is
one small function for each service, and `services.py` is the table of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lazyoci.frozen import replace
from lazyoci.world.ci.facts import Told, Variables

if TYPE_CHECKING:
    from lazyoci.world.files import Files


def told(environ: Mapping[str, str], files: Files) -> Told | None:
    """What the service says of this run; None where no known service runs it."""
    from lazyoci.world.ci.services import SERVICES  # only where something asks

    for service in SERVICES:
        if service.detected(environ):
            found = service.read(Variables(environ, files, service.prefix))
            return _completed(replace(found, service=service.name))
    return None


def _completed(found: Told) -> Told:
    """With what follows from the facts."""
    is_default = found.is_default_branch
    if found.pull_request or found.event == "tag":
        is_default = False  # a fork's own main, or a tag on main, is no run of the default branch
    elif is_default is None and found.branch and found.default_branch:
        is_default = found.branch == found.default_branch
    fork = found.fork
    if fork is None and found.event and not found.pull_request:
        fork = False
    return replace(found, is_default_branch=is_default, fork=fork)
