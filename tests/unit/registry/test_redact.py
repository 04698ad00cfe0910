from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry import redact


def test_a_url_keeps_what_says_where_and_loses_what_opens_doors() -> None:
    shown = redact.url("https://anna:pw@s3.example/b/k?X-Amz-Signature=abc&digest=sha256:00&_state=zzz&flag")
    assert shown == "https://s3.example/b/k?X-Amz-Signature=…&digest=sha256:00&_state=…&flag=…"
    assert redact.url("http://[::1") == "(unreadable URL)"


def test_words_of_a_registry() -> None:
    said = 'no\x1b[31m\r\nway: Bearer eyJhbGciOi.J9 at https://u:p@h/x?sig=1 {"access_token":"abcdef123"}\u202e'
    shown = redact.text(said)
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert "\u202e" not in shown
    for secret in ("eyJhbGciOi", "u:p@", "sig=1", "abcdef123"):
        assert secret not in shown
    assert shown.startswith("no [31m way: Bearer …")


def test_long_words_are_cut() -> None:
    assert len(redact.clean("x" * 5000)) == redact.WORDS_LIMIT
    assert redact.clean("x" * 5000).endswith("…")


@given(st.text())
def test_never_a_control_character(words: str) -> None:
    for shown in (redact.clean(words), redact.text(words), redact.url(words)):
        assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)
