"""How a registry is spoken to: HTTPS, unverified HTTPS or plain HTTP, with which CA and client certificate.

docs/how-to/local-registries.md tells users when HTTPS falls back to less.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

from lazyoci.errors import SettingsError
from lazyoci.frozen import frozen
from lazyoci.registry.address import is_known_public, is_loopback
from lazyoci.registry.http.retry import Kind

Mode = Literal["auto", "verify", "skip-verify", "plain-http"]


@frozen
class TlsPolicy:
    """What the user set for one registry. `trusted`: added with `--insecure`, so credentials may go over plain HTTP."""

    mode: Mode = "auto"
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    trusted: bool = False
    more: tuple[Path, ...] = ()  # CA files besides `ca`, as `certs.d` has them

    @property
    def authorities(self) -> tuple[Path, ...]:
        """All CA files that count besides the system's."""
        return (self.ca, *self.more) if self.ca is not None else self.more


@frozen
class Channel:
    """One way to speak to a host."""

    scheme: Literal["https", "http"]
    verified: bool = True

    @property
    def words(self) -> str:
        """For warnings."""
        if self.scheme == "http":
            return "plain HTTP"
        return "verified HTTPS" if self.verified else "HTTPS without verifying the certificate"


HTTPS = Channel("https")
UNVERIFIED = Channel("https", verified=False)
PLAIN = Channel("http", verified=False)


def first_channel(policy: TlsPolicy) -> Channel:
    """What to try first: verified HTTPS unless the registry was set otherwise."""
    return {"skip-verify": UNVERIFIED, "plain-http": PLAIN}.get(policy.mode, HTTPS)


def plain_first(policy: TlsPolicy, host: str) -> bool:
    """Whether plain HTTP is tried before HTTPS: to this machine, unless something says that the host has TLS.

    HTTPS would fall back to it there anyway, and what is spoken there nobody else hears.
    """
    return policy.mode == "auto" and is_loopback(host) and not policy.authorities and policy.cert is None


def fall_back(channel: Channel, why: TlsTrouble, policy: TlsPolicy, host: str, *, insecure: bool) -> Channel | None:
    """The next channel to try after `channel` failed so, or None: the failure stands.

    Unverified TLS only after a certificate error, plain HTTP only after a refused connection or an answer that is not
    TLS, never after a time-out or a name error. Without `--insecure`, now or when the registry was added, only loopback
    falls back, and only to plain HTTP. Public registries, known by name, never do.
    """
    insecure = insecure or policy.trusted
    if policy.mode != "auto" or channel.scheme == "http" or is_known_public(host):
        return None
    if why == "certificate":
        return UNVERIFIED if insecure and channel.verified else None
    if why in ("refused", "not-tls") and (insecure or is_loopback(host)):
        return PLAIN
    return None


TlsTrouble = Literal["certificate", "not-tls", "refused", "other"]
TROUBLES: dict[TlsTrouble, str] = {
    "certificate": "its certificate is not trusted",
    "not-tls": "its answer is not TLS",
    "refused": "it refuses connections for HTTPS",
    "other": "no TLS with it",
}

# what OpenSSL calls an answer in another protocol than TLS
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG",
     "RECORD_LAYER_FAILURE", "UNEXPECTED_MESSAGE", "BAD_RECORD_TYPE"}
)  # fmt: skip


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def trouble(error: BaseException) -> TlsTrouble:
    """What a failure to connect says about the channel."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate"
        if isinstance(cause, ssl.SSLError):
            return "not-tls" if cause.reason in _NOT_TLS else "other"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
    return "other"


def kind_of(error: BaseException) -> Kind | None:
    """The kind of a transport error by its causes, for the retry policy; None when they do not tell."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return "reset"
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, socket.gaierror):
            return "name-later" if cause.errno == socket.EAI_AGAIN else "name"
        if isinstance(cause, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
            return "reset"
    return None


def explain(error: BaseException) -> str:
    """A TLS failure in words."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message or str(cause.reason)
        if isinstance(cause, ssl.SSLError):
            if cause.reason in _NOT_TLS:
                return "the answer is not TLS"
            return (cause.reason or "TLS error").lower().replace("_", " ")
    return "TLS error"


# how OpenSSL and the system write their errors: codes around a sentence
_CODES = re.compile(r"\[(?:SSL|X509|SYS|Errno)[^\]]*\]\s*|\s*\(_ssl\.c:\d+\)")


def in_words(error: BaseException) -> str:
    """What the text of an error says, without the codes that OpenSSL and the system put around it."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLEOFError):
            return "it ended in the middle of TLS"
        if isinstance(cause, ssl.SSLZeroReturnError):
            return "its other end closed it"
    return _CODES.sub("", str(error)).strip()


def certificates(host: str) -> TlsPolicy:
    """CAs and client certificate from `certs.d/<host[:port]>/` of Docker and Podman (containers-certs.d(5))."""
    if os.name == "nt":
        roots = [Path(os.environ.get("ProgramData", "")) / "docker"]  # noqa: SIM112 - the name Windows uses
    else:
        home = os.environ.get("HOME", "")
        roots = [Path("/etc/containers"), Path("/etc/docker")]
        if home:
            roots.insert(0, Path(home, ".config", "containers"))
    for root in roots:
        folder = root / "certs.d" / (host.replace(":", "") if os.name == "nt" else host)
        try:
            names = sorted(item.name for item in folder.iterdir())
        except OSError:
            continue
        more = tuple(folder / name for name in names if name.endswith(".crt"))
        cert = next(
            (folder / n for n in names if n.endswith(".cert") and n.removesuffix(".cert") + ".key" in names), None
        )
        if more or cert:
            return TlsPolicy(cert=cert, key=cert.with_suffix(".key") if cert else None, more=more)
    return TlsPolicy()


def context(channel: Channel, policy: TlsPolicy) -> ssl.SSLContext:
    """The TLS settings for a channel; raises SettingsError for files that cannot be used.

    The system's CAs always count (SSL_CERT_FILE included), those of the policy are added to them.
    """
    cert, key = policy.cert, policy.key
    if not channel.verified:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    elif not policy.authorities and cert is None:
        with _loading:
            return _system()
    else:
        made = ssl.create_default_context()
        for ca in policy.authorities:
            try:
                made.load_verify_locations(cafile=str(ca))
            except (OSError, ssl.SSLError) as error:
                raise SettingsError(f"CA file {ca} cannot be used: {_why(error)}") from None
    if cert is not None:
        try:
            made.load_cert_chain(str(cert), str(key) if key else None, password=_no_password)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"client certificate {cert} cannot be used: {_why(error)}") from None
    return made


_loading = threading.Lock()  # twenty hosts at once would load them twenty times


@cache
def _system() -> ssl.SSLContext:
    # loading the system's CAs takes some 20 ms, so all hosts share one
    return ssl.create_default_context()


def prepare(hosts: Iterable[str]) -> None:
    """Begin to load the system's CAs in a thread, if one of the hosts will want TLS.

    OpenSSL reads them beside the imports of the first request, so a push begins some 20 ms earlier.
    """
    if not all(is_loopback(host) for host in hosts):
        threading.Thread(target=_load, name="system's CAs").start()


def _load() -> None:
    with _loading, suppress(OSError):  # whoever needs them meets the error again
        _system()


def _no_password() -> str:
    return ""  # an encrypted key is an error, not a prompt in the middle of a run


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return error.strerror or str(error.args[-1])
