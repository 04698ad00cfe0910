"""Recognises files with secrets, such as private keys, by their names and the beginning of their content."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

HEAD = 64 << 10  # bytes that are searched for a key

# Patterns are texts here, which `re` compiles, and keeps, when a file is first compared with them: few runs need all,
# and compiling them took a twentieth of the check of one file.


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
_SECRET_NAMES = r"id_(rsa|dsa|ecdsa|ed25519)|service[-_.]?account|git-credentials|client_secret|^core(\.\d+)?$"
_SECRET_TEXT = (
    rb"PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File|AGE-SECRET-KEY-|Netscape HTTP Cookie File"
    rb"|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."
    rb"|\b(gh[pousr]_|github_pat_|glpat-|npm_|xox[abeprs]-|[sr]k_live_|sk-\w{16}|hvs\.|pypi-Ag|dop_v1_|ya29\.)"
    rb"|(?i:aws_secret_access_key|\"private_key\"|client-key-data|_authToken|_password\s*[=:])"
)
# only in files of values: program code and documentation contain such words too
_SECRET_VALUES = (
    rb"\bmachine\s+\S+\s+(login|password)\s|://[^/\s:@]+:[^/\s@]+@"
    rb"|(?i:(auth|token|passphrase|passw(or)?d|pwd|secret|(access|api|account)[_-]?key(_id)?)"
    rb"[\"']?[ \t]*[:=][ \t]*[\"']?[^\s\"'{\[<|>$])"
)


def holds_secret(head: bytes, *, written: bool) -> bool:
    """Whether a file that begins with `head` holds a secret. `written`: words such as `password: x` count too."""
    return re.search(_SECRET_TEXT, head) is not None or (written and re.search(_SECRET_VALUES, head) is not None)


def is_secret_name(name: str) -> bool:
    """Whether a file name tells of a secret, by its ending or a word in it."""
    lower = name.lower()
    words = [word for word in re.split(r"[^a-z0-9]+", lower) if word]
    joined = {first + second for first, second in pairwise(words)}
    return (
        any(word in _SECRET_ENDINGS for word in lower.split(".")[1:])
        or not _SECRET_WORDS.isdisjoint({*words, *joined})
        or re.search(_SECRET_NAMES, name, re.I) is not None
    )


_SSH_KEYS = frozenset({"id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"})
_KEY_BLOCK = rb"^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s*$"
_KEY_STARTS = (b"PuTTY-User-Key-File-", b"AGE-SECRET-KEY-1")
_AGE_KEY = rb"^AGE-SECRET-KEY-1"
_KEY_ENDINGS = frozenset({"pem", "key", "crt", "cer", "ppk", "asc", "gpg", "agekey", "txt"})
_GOOGLE_KEY = rb'"private_key"\s*:\s*"-----BEGIN '
_ASSIGNED = r"^[ \t]*(?:export[ \t]+)?\w+[ \t]*=[ \t]*[^\s#]"


class _Login(NamedTuple):
    """A well-known file of credentials: its name, what content proves one, the name for messages, and its directory."""

    form: str
    inside: str
    what: str
    directory: str = ""  # any

    def fits(self, directory: str, name: str, head: bytes) -> bool:
        """Whether a file is one of these."""
        placed = self.directory in ("", directory) and re.fullmatch(self.form, name) is not None
        return placed and _compiled(self.inside).search(head) is not None


@cache
def _compiled(inside: str) -> re.Pattern[bytes]:
    return re.compile(inside.encode(), re.M)


# a reference to a variable, such as ${NPM_TOKEN}, is not a credential
_DOCKER = r"""\A(?=[\s\S]*"auths")[\s\S]*"(auth|identitytoken|registrytoken)"\s*:\s*"[^"$<{]"""
_KUBE = r"""\b(client-key-data|token|password)["']?:[ \t]*["']?[^\s"'$<{]"""
_CREDENTIALS = (
    _Login(r"\.env(\.local|\.prod(uction)?)?(\.local)?", _ASSIGNED, "environment variables"),
    _Login(r"[._]?netrc", r"\bpassword\s+\S", "logins"),
    _Login(r"config", r"://[^/\s@]+@|^\s*extraheader\s*=\s*AUTHORIZATION:", "a login for git", ".git"),
    _Login(r"head", r"", "a git repository, with all that it ever held", ".git"),
    _Login(r"requires", r"", "a Mercurial repository, with all that it ever held", ".hg"),
    _Login(r"wc\.db", r"", "a Subversion checkout", ".svn"),
    _Login(r"\.npmrc", r"_(authToken|auth|password)\s*=\s*[^\s$]", "a login for npm"),
    _Login(r"\.yarnrc\.yml", r"npmAuth(Token|Ident):\s*[\"']?[^\s$\"']", "a login for npm"),
    _Login(r"\.pypirc", r"^\s*password\s*[=:]\s*[^\s$]", "a login for PyPI"),
    _Login(r"\.git-credentials", r"://[^/\s]+@", "logins for git"),
    _Login(r"\.pgpass", r"^[^#\s][^:\n]*(:[^:\n]*){4}$", "passwords for PostgreSQL"),
    _Login(r"\.vault-token", r"\S", "a token for Vault"),
    _Login(r"credentials", r"\S", "credentials for AWS", ".aws"),
    _Login(r".*credentials.*", r"(?i:aws_secret_access_key)[\"']?\s*[=:]\s*\S", "credentials for AWS"),
    _Login(r"(.*\.)?(json|txt)|.*docker-?(cfg|config|auth).*|auths?", _DOCKER, "logins for registries"),
    _Login(r"\.?dockercfg", r'"auth"\s*:\s*"[^"$<{]', "logins for registries"),
    _Login(r"config", r"^\s*client-key-data:\s*\S", "a login for Kubernetes"),
    _Login(r".*kubeconfig.*", _KUBE, "a login for Kubernetes"),
    _Login(r"config", _KUBE, "a login for Kubernetes", ".kube"),
    _Login(
        r".*\.(ya?ml|conf)",
        rf"\A(?=[\s\S]*^kind:\s*Config\s*$)(?=[\s\S]*^users:)[\s\S]*{_KUBE}",
        "a login for Kubernetes",
    ),
)
# tokens of some services, by prefix and length: https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
_MARKS = (b"ghp_", b"gho_", b"ghs_", b"github_pat_", b"glpat-", b"npm_", b"xoxb-", b"xoxp-", b"sk_live_", b"dckr_pat_")
_TOKEN = (
    rb"(?<![\w-])((gh[pos]_|npm_)[A-Za-z0-9]{36}|github_pat_\w{82}|glpat-[\w-]{20}|xox[bp]-[\w-]{24,}|sk_live_\w{24,}"
    rb"|dckr_pat_[\w-]{27})(?![\w-])"
)
_AWS = rb"(?i:aws_?secret_?access_?key)[\"']?\s*[=:]\s*[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"
_PLACEHOLDER = rb"(.)\1{7}|example|1234567"
_SETTINGS = _words("json yaml yml toml ini cfg conf config properties txt env xml sh envrc tfvars")
_STORES = _words("p12 pfx jks jceks keystore keytab kdbx ppk tfstate agekey p8 htpasswd")
_LIKELY = (
    r"(.*[-_.])?(credentials?|creds|client[-_]?secrets?|service[-_]?account([-_]?keys?)?|passwords?|passwd|api[-_]?keys?"
    r"|(access|auth|api)[-_]?tokens?|tokens?(?=$|\.txt$)|secrets?(?!\.ya?ml$))"
    r"(\.(json|ya?ml|toml|ini|txt|csv|cfg|conf|properties))?|(.+)?\.env|\.env\..+"
)
_EXAMPLES = (
    r"(?:^|[-_.])(examples?|samples?|templates?|tmpl|tpl|dist|defaults?|schema|dummy|fake|mock|test|tests|ci|pub)"
    r"(?:$|[-_.])"
)


def certain(path: str, head: bytes | None) -> str:
    """What kind of secret a file certainly is, such as "a private key"; empty for all other files.

    `path` has forward slashes; `head` is at most HEAD bytes, or None if not read: then only the name counts.
    """
    *above, name = path.lower().split("/")
    if name.endswith(".pub") or (head is not None and not head.strip()):
        return ""
    if name in _SSH_KEYS:
        return "" if head is not None and head.startswith(b"ssh-") else "a private key"
    if head is None:
        return ""
    if _is_key(name, head):
        return "a private key"
    where = above[-1] if above else ""
    return next((one.what for one in _CREDENTIALS if one.fits(where, name, head)), "") or _in_settings(name, head)


def is_settings(path: str) -> bool:
    """Whether a file is one of settings (`.env`, YAML and so on), by its ending."""
    name = path.lower().rpartition("/")[2]
    return name.rpartition(".")[2] in _SETTINGS or "." not in name


def _in_settings(name: str, head: bytes) -> str:
    """The kind of secret in a file of settings, unless it is an example."""
    if not is_settings(name) or re.search(_EXAMPLES, name):
        return ""
    if any(mark in head for mark in _MARKS):
        for found in re.finditer(_TOKEN, head):
            if re.search(_PLACEHOLDER, found[0], re.I) is None:
                return "an access token"
    for found in re.finditer(_AWS, head):
        if re.search(_PLACEHOLDER, found[1], re.I) is None:
            return "credentials for AWS"
    return ""


def _is_key(name: str, head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_KEY_STARTS) or (start[:1] == b"{" and re.search(_GOOGLE_KEY, head)):
        return True
    if start[:1] == b"#" and re.search(_AGE_KEY, head, re.M):
        return True
    if start.startswith(b"-----BEGIN ") or name.rpartition(".")[2] in _KEY_ENDINGS:
        return re.search(_KEY_BLOCK, head, re.M) is not None
    return False


def tells(path: str) -> bool:
    """Whether a name is reason enough to read a file, when there are too many to read all."""
    name = path.lower().rpartition("/")[2]
    return "." not in name[1:] or name.rpartition(".")[2] in _KEY_ENDINGS or is_secret_name(name)


def likely(path: str, head: bytes | None) -> bool:
    """Whether a file's name tells that it holds secrets, so that few other files have such a name."""
    name = path.lower().rpartition("/")[2]
    if re.search(_EXAMPLES, name) or (head is not None and not head.strip()):
        return False
    return name.rpartition(".")[2] in _STORES or re.fullmatch(_LIKELY, name) is not None
