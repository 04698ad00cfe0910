"""The typed failure of an attempt that got no reply: what is wrong with the way to the host, and what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from lazyoci.registry import errors, redact
from lazyoci.registry.address import is_loopback, name_of
from lazyoci.registry.errors import Task
from lazyoci.registry.http import tls
from lazyoci.registry.http.proxy import Proxy, ProxyError
from lazyoci.registry.http.retry import Kind


class TransportError(Exception):
    """An attempt that got no reply, or lost it on the way; the retry policy goes by `kind`.

    Where a `proxy` failed, `kind` is "proxy", and `why` says how: as for a host, or "proxy" where it answered, but did
    not let the request through.
    """

    def __init__(
        self, kind: Kind, cause: BaseException, *, proxy: Proxy | None = None, why: Kind | None = None
    ) -> None:
        super().__init__(redact.clean(tls.in_words(cause)) or type(cause).__name__)
        self.kind: Kind = kind
        self.cause = cause
        self.proxy = proxy
        self.why: Kind = why or kind


def unreached(error: TransportError, task: Task, name: str, attempts: int, connect: float) -> errors.Failure:
    """The failure for people, after so many attempts to reach `name`; `connect` is the time limit in seconds."""
    what = task.what
    if error.kind == "tls":
        return _no_tls(error, task, name)
    if error.proxy is not None:
        return _no_proxy(error, error.proxy, task, name, connect)
    tries = f" ({attempts} attempts)" if attempts > 1 else ""
    message, reason = {
        "refused": (f"nothing listens at {name}", "down"),
        "name": (f"there is no host named {name}", "dns"),
        "name-later": (f"the name {name} could not be looked up", "dns"),
        "connect-timeout": (f"{name} did not answer within {connect:g} s{tries}", "timeout"),
        "timeout": (f"{name} went silent{tries}", "timeout"),
        "slow": (f"{name} sends too slowly to wait for: {error}", "timeout"),
        "protocol": (f"{name} answered what is no reply by HTTP{tries}: {error}", "reset"),
        "flood": (f"{name} sends what nobody asked for: {error}", "reset"),
    }.get(error.kind, (f"the connection to {name} was cut{tries}: {error}", "reset"))
    return errors.Unreachable(f"{what} failed: {message}", task, reason=reason, hint=_way(reason, name))


def bad_proxy(error: ProxyError, task: Task) -> errors.Unreachable:
    """The failure where a variable does not hold a proxy's address."""
    return errors.Unreachable(f"{task.what} failed: {error.message}", task, reason="proxy", hint=error.hint)


def _no_proxy(error: TransportError, proxy: Proxy, task: Task, name: str, connect: float) -> errors.Unreachable:
    """The failure where the proxy cannot be reached, or does not lead on."""
    past = f"if {name_of(name)} can be reached without a proxy, list it in NO_PROXY."
    hint = f"Correct {proxy.variable}, or, {past}"
    if error.why == "proxy":
        message = f"{proxy.words} does not let it through to {name}: {error}"
        hint = f"Ask who runs it, or, {past}"
        if str(error).startswith("407"):
            scheme, _, at = proxy.address.partition("://")
            hint = f"Put the user and the password that it wants into {proxy.variable}: {scheme}://USER:PASSWORD@{at}"
    else:
        message = {
            "refused": f"nothing listens at {proxy.words}",
            "name": f"there is no host named {name_of(urlsplit(proxy.address).netloc)}, as in {proxy.words}",
            "name-later": f"the name of {proxy.words} could not be looked up",
            "connect-timeout": f"{proxy.words} did not answer within {connect:g} s",
            "timeout": f"{proxy.words} went silent",
            "tls": f"no TLS with {proxy.words}: {tls.explain(error.cause)}",
        }.get(error.why, f"{proxy.words} does not speak as a proxy: {error}")
    return errors.Unreachable(f"{task.what} failed: {message}", task, reason="proxy", hint=hint)


def _way(reason: str, name: str) -> str:
    """What to try where nobody answers; the empty text where trying again is all there is."""
    if reason == "down" and is_loopback(name):
        return f"Start a registry at {name}, or name the one you have."
    if reason in ("down", "dns"):
        return f"Check the name and the network: lazyoci registry test {name}"
    return ""


def _no_tls(error: TransportError, task: Task, name: str) -> errors.TlsError:
    why = tls.trouble(error)
    if why == "not-tls":
        return errors.TlsError(
            f"{task.what} failed: {name} does not speak TLS",
            task,
            hint="For plain HTTP set `tls: plain-http` for this registry in the configuration, or use --insecure.",
        )
    if why == "certificate":
        return errors.TlsError(
            f"{task.what} failed: the certificate of {name} is not trusted: {tls.explain(error)}",
            task,
            hint=f"Trust its CA: lazyoci registry add {name} --ca FILE, or --ca FILE for this once; or set `ca:` or "
            "`tls: skip-verify` for this registry in the configuration; for a test registry use --insecure.",
        )
    words = tls.explain(error)
    hint = ""
    if "certificate required" in words or "handshake failure" in words:
        hint = (
            "It may know its clients by certificate: set `cert:` and `key:` for this registry in the configuration, "
            f"or put client.cert and client.key into ~/.config/containers/certs.d/{name}/."
        )
    return errors.TlsError(f"{task.what} failed: no TLS with {name}: {words}", task, hint=hint)
