import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry.http.redirect import Unsafe, origin, target, with_query

BASE = "https://registry.example.com/v2/a/blobs/uploads/"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (
            "/v2/a/blobs/uploads/1?_state=a%2Bb%3D&x",
            "https://registry.example.com/v2/a/blobs/uploads/1?_state=a%2Bb%3D&x",
        ),
        ("1", BASE + "1"),
        ("https://registry.example.com:443/u", "https://registry.example.com/u"),
        ("https://u:p@storage.example.net:8443/k?sig=%2F", "https://storage.example.net:8443/k?sig=%2F"),
        ("//storage.example.net/k#part", "https://storage.example.net/k"),
    ],
)
def test_where_a_location_leads(location: str, url: str) -> None:
    assert target(BASE, location, registry="registry.example.com") == url


@pytest.mark.parametrize(
    "location",
    ["http://registry.example.com/u", "https://127.0.0.1/u", "https://localhost/u", "https://169.254.169.254/latest",
     "https://[::1]/", "https://2130706433/", "https://10.0.0.1:8080/", "ftp://h/", "file:///etc/passwd",
     "https://metadata/", "https://[bad/", "https://h:99999/", "https://h/a b"],
)  # fmt: skip
def test_where_nobody_goes(location: str) -> None:
    with pytest.raises(Unsafe):
        target(BASE, location, registry="registry.example.com")


def test_a_private_registry_may_use_private_storage() -> None:
    assert target("http://10.0.0.1:5000/v2/", "http://10.0.0.2/k", registry="10.0.0.1:5000") == "http://10.0.0.2/k"
    assert target("https://nas.local/v2/", "https://127.0.0.1/k", registry="nas.local") == "https://127.0.0.1/k"


def test_origin_knows_default_ports() -> None:
    assert origin("https://h/a") == origin("https://h:443/b")
    assert origin("https://h/a") != origin("http://h/a")
    assert origin("https://h/a") != origin("https://h:5000/a")


def test_the_query_of_a_location_is_kept_letter_by_letter() -> None:
    assert (
        with_query("https://h/u?_state=a%2Bb+c&&z", digest="sha256:00")
        == "https://h/u?_state=a%2Bb+c&&z&digest=sha256:00"
    )
    assert with_query("https://h/u", digest="sha256:00") == "https://h/u?digest=sha256:00"


@given(st.text(max_size=80))
def test_any_location_is_judged(location: str) -> None:
    try:
        url = target(BASE, location, registry="registry.example.com")
    except Unsafe:
        return
    assert url.startswith("https://")
    assert "@" not in url.removeprefix("https://").partition("/")[0]
