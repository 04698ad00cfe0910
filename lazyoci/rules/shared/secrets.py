"""Names and values that look like secrets: lazyoci warns of them, and never shows them."""

from __future__ import annotations

from lazyoci.mask import begins_as_secret, masked, names_secret


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
