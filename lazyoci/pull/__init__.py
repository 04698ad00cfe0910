"""`pull`: from a repository to an OCI layout, to files, or to Docker and Podman; nothing is seen before it is whole."""

from __future__ import annotations

from lazyoci.pull.choose import Choice
from lazyoci.pull.engine import Pulled, fetch
from lazyoci.pull.find import Config, Found, PullError, find, read_config

__all__ = ["Choice", "Config", "Found", "PullError", "Pulled", "fetch", "find", "read_config"]
