"""The address of the token server, as a challenge names it (`realm`)."""

from __future__ import annotations

from lazyoci.registry import errors, redact
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect
from lazyoci.registry.http.light_httpx import can_be_asked


def address(registry: str, base: str, realm: str, task: Task) -> str:
    """The checked address that `realm` means at a registry whose root is `base`; raises ProtocolError."""
    try:
        there = redirect.target(base + "/v2/", realm, registry=registry)
        if not can_be_asked(there):
            raise redirect.Unsafe("an address that cannot be read")
        return there
    except redirect.Unsafe as error:
        why = redact.clean(str(error))
    shown = redact.url(realm)
    message = f"{task.what} stopped: {registry} names {shown} as its token endpoint: {why}"
    hint = f"Whoever runs {registry} must correct the realm in its challenge (WWW-Authenticate)."
    if realm.lower().startswith("http:") and base.startswith("https:"):
        message = (
            f"{task.what} stopped: {registry} is spoken to by HTTPS, and its token endpoint {shown} would "
            "get the credentials by plain HTTP"
        )
        hint = (
            f"Whoever runs {registry} must give that endpoint an https address, "
            "the realm in the registry's challenge (WWW-Authenticate)."
        )
    raise errors.ProtocolError(message, task, hint=hint)
