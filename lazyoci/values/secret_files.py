"""Files that only their owner may have: by their names, and by what they begin with."""

from __future__ import annotations

import re
from itertools import pairwise

HEAD = 64 << 10  # bytes in which a key would show


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_ENDINGS = _words(
    "age agekey asc cer cnf cookies credentials der env gpg htpasswd jceks jks kdbx key keystore keytab kubeconfig "
    "mobileprovision netrc npmrc ovpn p12 p8 pem pfx pgp pgpass pkcs12 ppk pypirc rdp "
    "secret secrets tfstate tfvars token wallet"
)
_SECRET_WORDS = _words(
    "apikey apikeys auth authinfo aws backup backups cookie cookies credential credentials creds dockercfg "
    "dockerconfig dockerconfigjson dump dumps env gcloud googleservices history htpasswd key keys keystore "
    "keytab kubeconfig mnemonic netrc npmrc otp pass passphrase passwd password passwords pgpass private privkey "
    "pypirc rclone recovery secret secrets seed serviceaccount shadow ssh tfstate tfvars token tokens vault wallet"
)
_SECRET_NAMES = re.compile(
    r"id_(rsa|dsa|ecdsa|ed25519)|service[-_.]?account|git-credentials|client_secret|^core(\.\d+)?$", re.I
)
_SECRET_TEXT = re.compile(
    rb"PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File|AGE-SECRET-KEY-|Netscape HTTP Cookie File"
    rb"|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."
    rb"|\b(gh[pousr]_|github_pat_|glpat-|npm_|xox[abeprs]-|[sr]k_live_|sk-\w{16}|hvs\.|pypi-Ag|dop_v1_|ya29\.)"
    rb"|(?i:aws_secret_access_key|\"private_key\"|client-key-data|_authToken|_password\s*[=:])"
)
# what says so in a file that a person wrote; programs and what explains them have such words too
_SECRET_VALUES = re.compile(
    rb"\bmachine\s+\S+\s+(login|password)\s|://[^/\s:@]+:[^/\s@]+@"
    rb"|(?i:(auth|token|passphrase|passw(or)?d|pwd|secret|(access|api|account)[_-]?key(_id)?)"
    rb"[\"']?[ \t]*[:=][ \t]*[\"']?[^\s\"'{\[<|>$])"
)


def holds_secret(head: bytes, *, written: bool) -> bool:
    """Whether a file that begins so holds a secret; `written` tells that words such as `password: x` mean it."""
    return _SECRET_TEXT.search(head) is not None or (written and _SECRET_VALUES.search(head) is not None)


def is_secret_name(name: str) -> bool:
    """Whether a name says so: by its ending, or by a word in it."""
    lower = name.lower()
    words = [word for word in re.split(r"[^a-z0-9]+", lower) if word]
    joined = {first + second for first, second in pairwise(words)}
    return (
        any(word in _SECRET_ENDINGS for word in lower.split(".")[1:])
        or not _SECRET_WORDS.isdisjoint({*words, *joined})
        or _SECRET_NAMES.search(name) is not None
    )
