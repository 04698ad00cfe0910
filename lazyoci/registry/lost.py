"""The typed failure of an attempt that got no reply: what is wrong with the way to the host (wire.md F36, F38)."""

from __future__ import annotations

from lazyoci.registry import errcode, redact, tls
from lazyoci.registry.address import is_loopback
from lazyoci.registry.errcode import Place
from lazyoci.registry.retry import Kind


class TransportError(Exception):
    """An attempt that got no reply, or lost it on the way; `kind` is what the retry policy wants to know."""

    def __init__(self, kind: Kind, cause: BaseException) -> None:
        super().__init__(redact.clean(str(cause)) or type(cause).__name__)
        self.kind: Kind = kind


def unreached(error: TransportError, place: Place, name: str, attempts: int, connect: float) -> errcode.Failure:
    """The failure for people, after so many attempts to reach `name`; `connect` is the time limit in seconds."""
    what = place.what
    if error.kind == "tls":
        return _no_tls(error, place, name)
    tries = f" ({attempts} attempts)" if attempts > 1 else ""
    message, reason = {
        "refused": (f"nothing listens at {name}", "down"),
        "name": (f"there is no host named {name}", "dns"),
        "name-later": (f"the name {name} could not be looked up", "dns"),
        "proxy": (f"the proxy does not let it through to {name}: {error}", "proxy"),
        "connect-timeout": (f"{name} did not answer within {connect:g} s{tries}", "timeout"),
        "timeout": (f"{name} went silent{tries}", "timeout"),
    }.get(error.kind, (f"the connection to {name} was cut{tries}: {error}", "reset"))
    return errcode.Unreachable(f"{what} failed: {message}", place, reason=reason, hint=_way(reason, name))


def _way(reason: str, name: str) -> str:
    """What to try where nobody answers; the empty text where trying again is all there is."""
    if reason == "down" and is_loopback(name):
        return f"Start a registry at {name}, or name the one you have."
    if reason in ("down", "dns"):
        return f"Check the name and the network: lazyoci registry test {name}"
    return ""


def _no_tls(error: TransportError, place: Place, name: str) -> errcode.TlsError:
    why = tls.trouble(error)
    if why == "not-tls":
        return errcode.TlsError(
            f"{place.what} failed: {name} does not speak TLS",
            place,
            hint="For plain HTTP set `tls: plain-http` for this registry in the configuration, or use --insecure.",
        )
    if why == "certificate":
        return errcode.TlsError(
            f"{place.what} failed: the certificate of {name} is not trusted: {tls.explain(error)}",
            place,
            hint="Trust its CA with --ca FILE, or set `ca:` or `tls: skip-verify` for this registry "
            "in the configuration; for a test registry use --insecure.",
        )
    words = tls.explain(error)
    hint = ""
    if "certificate required" in words or "handshake failure" in words:
        hint = (
            "It may know its clients by certificate: set `cert:` and `key:` for this registry in the configuration, "
            f"or put client.cert and client.key into ~/.config/containers/certs.d/{name}/."
        )
    return errcode.TlsError(f"{place.what} failed: no TLS with {name}: {words}", place, hint=hint)
