"""Names and values that look like secrets: lazyoci warns of them, and never shows them."""

from __future__ import annotations

from lazyoci.mask import masked

# the last word of the name: TOKEN_URL, SECRET_NAME and PASSWORD_FILE hold no secret themselves
_KEYS = tuple(f"{kind}{gap}key" for kind in ("api", "access", "secret", "private", "signing") for gap in ("", "_"))
_NAMES = (*_KEYS, "password", "passwd", "passphrase", "pword", "secret", "token", "credential", "credentials")
_ENDINGS = tuple(f"_{name}" for name in _NAMES)
_HARMLESS = frozenset({"", "true", "false", "yes", "no", "0", "1", "none", "null"})
# beginnings of the secrets that well-known services issue
_BEGINNINGS = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "xoxb-", "xoxp-", "sk_live_", "hvs."),
    *("AKIA", "dckr_pat_", "pypi-AgE", "-----BEGIN "),
)
_SHORTEST = 20  # least number of characters of a secret that is recognised by its beginning


def names_secret(name: str) -> bool:
    """Whether a name is usual for a secret."""
    words = f"_{name.lower().replace('-', '_')}"
    return words.endswith(_ENDINGS) and "_public_" not in words


def may_be_secret(value: str) -> bool:
    """Whether a value could be a secret: not empty, not a switch such as `true`, and not a reference to a variable."""
    return value.lower() not in _HARMLESS and not value.startswith("$")


def begins_as_secret(value: str) -> bool:
    """Whether a value begins like the secrets of a well-known service."""
    return len(value) >= _SHORTEST and value.startswith(_BEGINNINGS)


def has_password(value: str) -> bool:
    """Whether a value contains an address with a user and a real password, not a placeholder for one."""
    hidden = masked(value)
    if hidden == value:
        return False
    password = value[hidden.index("*") : hidden.rindex("*") + 1]
    return not password.startswith(("$", "{", "<", "*")) and password.lower() not in ("password", "pass", "pw", "xxx")


def looks_secret(name: str, *values: str) -> bool:
    """Whether a text with this name, and these values as written and as rendered, should not be shown."""
    return names_secret(name.rpartition(".")[2]) or any(map(begins_as_secret, values))
