"""Reads what a continuous integration service says about a run from its environment variables.

The service is detected first, and only its variables are read, because some names have several meanings. There is
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
    """What the service says about this run; None if no known service runs it."""
    from lazyoci.world.ci.services import SERVICES  # only where something asks

    for service in SERVICES:
        if service.detected(environ):
            found = service.read(Variables(environ, files, service.prefix))
            return _completed(replace(found, service=service.name))
    return None


def _completed(found: Told) -> Told:
    """The facts, completed with what follows from them."""
    is_default = found.is_default_branch
    if found.pull_request or found.event == "tag":
        is_default = False  # a fork's own main, or a tag on main, does not count as the default branch
    elif is_default is None and found.branch and found.default_branch:
        is_default = found.branch == found.default_branch
    fork = found.fork
    if fork is None and found.event and not found.pull_request:
        fork = False
    return replace(found, is_default_branch=is_default, fork=fork)
