"""Secrets that were sent, in every form in which they may come back."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry.auth.token import basic
from lazyoci.registry.sent_secrets import Secrets

SECRET = 'h&nter2/"päss" w0rd='


def in_all_forms(secret: str, user: str = "alice") -> list[str]:
    data = secret.encode()
    return [
        secret,
        quote(secret), quote(secret, safe=""), quote_plus(secret),
        re.sub("%..", lambda found: found[0].lower(), quote(secret)),
        json.dumps(secret), json.dumps(secret, ensure_ascii=False), json.dumps(secret).replace("/", "\\/"),
        base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode(),
        base64.b64encode(f"{user}:{secret}".encode()).decode(),
        base64.b64encode(f"{user}x:{secret}\n".encode()).decode(),
        base64.b64encode(f"{user}xy:{secret} and more".encode()).decode(),
        basic(user, secret), quote(basic(user, secret)),
        data.hex(), data.hex().upper(), repr(secret), repr(data),
    ]  # fmt: skip


@pytest.mark.parametrize("form", in_all_forms(SECRET))
def test_every_form(form: str) -> None:
    secrets = Secrets()
    secrets.add_header(basic("alice", SECRET))
    shown = secrets.hide(f"before {form} after")
    assert shown.startswith("before ") and shown.endswith(" after")
    assert "…" in shown and SECRET[:8] not in shown and len(shown) < len(f"before {form} after")


def test_tokens() -> None:
    secrets = Secrets()
    secrets.add_header("Bearer abc.def.ghi")
    secrets.add("an identity token")
    assert secrets.hide('{"was": "abc.def.ghi", "and": "an+identity+token"}') == '{"was": "…", "and": "…"}'


def test_what_is_no_secret_stays() -> None:
    secrets = Secrets()
    secrets.add("")
    secrets.add("x")
    secrets.add_header("")
    secrets.add_header("Basic !")
    secrets.add_header("Basic")
    assert secrets.hide("x marks the spot: Basic") == "x marks the spot: Basic"
    secrets.add("app1")
    assert secrets.hide("app1", least=8) == "app1"


def test_only_so_many_are_remembered() -> None:
    secrets = Secrets()
    secrets.add("the-password")
    for number in range(600):
        secrets.add(f"token-{number:05}")
        secrets.add("the-password")
    assert secrets.hide("the-password token-00599 token-00001") == "… … token-00001"


@given(st.text(min_size=4), st.text())
def test_any_secret_in_any_text(secret: str, text: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secret not in secrets.hide(f"{text}{secret}{text}") or secret in "…" * 9
