"""Which proxy leads to a host, by the environment alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry.http.proxy import Proxies, ProxyError, parse


def chosen(url: str, **environ: str) -> str:
    found = Proxies(environ).of(url)
    return found.address if found is not None else "-"


@pytest.mark.parametrize(
    ("url", "environ", "address"),
    [
        ("https://h.example/v2/", {}, "-"),
        ("https://h.example/", {"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ("https://h.example/", {"https_proxy": "http://low:1", "HTTPS_PROXY": "http://high:2"}, "http://low:1"),
        ("https://h.example/", {"https_proxy": "", "HTTPS_PROXY": "http://high:2"}, "http://high:2"),
        ("https://h.example/", {"HTTPS_PROXY": "  "}, "-"),
        ("https://h.example/", {"HTTP_PROXY": "http://p:3128"}, "-"),
        ("http://h.example/", {"HTTPS_PROXY": "http://p:3128"}, "-"),
        ("http://h.example/", {"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
        # CGI: the header Proxy of a client is no setting, and only capitals can be forged
        ("http://h.example/", {"HTTP_PROXY": "http://p:3128", "REQUEST_METHOD": "GET"}, "-"),
        ("http://h.example/", {"http_proxy": "http://p:3128", "REQUEST_METHOD": "GET"}, "http://p:3128"),
        ("https://h.example/", {"HTTPS_PROXY": "http://p:3128", "REQUEST_METHOD": "GET"}, "http://p:3128"),
        ("https://h.example/", {"ALL_PROXY": "http://all:1"}, "http://all:1"),
        ("http://h.example/", {"all_proxy": "http://all:1"}, "http://all:1"),
        ("https://h.example/", {"ALL_PROXY": "socks5h://all:1", "HTTPS_PROXY": "http://own:1"}, "http://own:1"),
        # a host of this machine never has one
        ("https://localhost:5000/", {"ALL_PROXY": "http://p:1"}, "-"),
        ("https://127.0.0.9/", {"ALL_PROXY": "http://p:1"}, "-"),
        ("https://[::1]:5000/", {"ALL_PROXY": "not a proxy"}, "-"),
    ],
)
def test_which_variable_counts(url: str, environ: dict[str, str], address: str) -> None:
    assert chosen(url, **environ) == address


@pytest.mark.parametrize(
    ("value", "address", "user", "password"),
    [
        ("proxy", "http://proxy:80", "", ""),
        ("proxy:3128", "http://proxy:3128", "", ""),
        ("HTTP://Proxy.lan:3128/", "http://Proxy.lan:3128", "", ""),
        ("https://proxy", "https://proxy:443", "", ""),
        ("http://me:pw@proxy:3128", "http://proxy:3128", "me", "pw"),
        ("me:p%40w%2f%23@proxy:3128", "http://proxy:3128", "me", "p@w/#"),
        ("http://me:p@w@proxy:3128", "http://proxy:3128", "me", "p@w"),
        ("http://me@proxy", "http://proxy:80", "me", ""),
        ("http://10.0.0.1:8080/path?x#y", "http://10.0.0.1:8080", "", ""),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128", "", ""),
        ("[fd00::1]", "http://[fd00::1]:80", "", ""),
        ("http://under_score:3128", "http://under_score:3128", "", ""),
    ],
)
def test_addresses_of_proxies(value: str, address: str, user: str, password: str) -> None:
    found = parse(value, "HTTPS_PROXY")
    assert (found.address, found.user, found.password) == (address, user, password)
    assert password not in repr(found) or not password


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("http://p:abc", "its port is no number from 1 to 65535"),
        ("http://p:0", "its port is no number"),
        ("http://p:65536", "its port is no number"),
        ("http://p:99999999999999999999", "its port is no number"),
        ("http://p:٣", "its port is no number"),
        ("http://", "it names no host"),
        ("http://:3128", "it names no host"),
        ("http://me:pw@", "it names no host"),
        ("http://[::1", "its host cannot be read"),
        ("http://[1::2::3]:3128", "its host cannot be read"),
        ("http://999.999.999.999:3128", "its host cannot be read"),
        ("http://a..b:3128", "its host cannot be read"),
        (f"http://{'a' * 64}.example:3128", "its host cannot be read"),
        ("http://[::1]3128", "its port is no number"),
        ("http://fd00::1:3128", "its port is no number"),
        ("http://pröxy:3128", "its host cannot be read"),
        ("ftp://p:21", "its scheme is neither http nor https"),
        ("http:/proxy:3128", "two slashes"),
        ("http://p q:3128", "white space"),
        ("http://p\x00:3128", "control character"),
        ("http://me:open#sesame@proxy:3128", "its port is no number"),
        ("socks5h://127.0.0.1:1080", "SOCKS"),
        ("socks4://127.0.0.1:1080", "SOCKS"),
        ("SOCKS://127.0.0.1:1080", "SOCKS"),
    ],
)
def test_what_is_no_proxys_address(value: str, problem: str) -> None:
    with pytest.raises(ProxyError, match=problem) as raised:
        Proxies({"ALL_PROXY": value}).of("https://registry.example:5000/v2/")
    told = raised.value.message + raised.value.hint
    assert told.startswith("ALL_PROXY ") and "registry.example:5000" in raised.value.hint
    assert not any(secret in told for secret in ("sesame", "open", "pw"))


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("*", "h.example", True),
        ("localhost,*", "h.example", True),
        ("", "h.example", False),
        (",, ,", "h.example", False),
        ("h.example", "h.example", True),
        ("H.Example.", "h.example", True),
        ("example", "h.example", True),
        (".example", "h.example", True),
        ("*.example", "h.example", True),
        (".h.example", "h.example", True),
        ("ample", "h.example", False),
        ("h.example.org", "h.example", False),
        ("a.example b.example\th.example", "h.example", True),
        ("a.example , h.example", "h.example", True),
        ("h.example:5000", "h.example:5000", True),
        ("h.example:443", "h.example", True),
        ("h.example:5000", "h.example", False),
        ("*.example:5000", "h.example:5000", True),
        ("10.0.0.0/8", "10.1.2.3:5000", True),
        ("10.1.2.9/8", "10.200.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "h.example", False),
        ("10.1.2.3", "10.1.2.3:5000", True),
        ("10.1.2.3:5000", "10.1.2.3:5000", True),
        ("10.1.2.3:5001", "10.1.2.3:5000", False),
        ("0.1.2.3", "10.1.2.3", False),
        ("fd07:b51a:cc66:f0::/64", "[fd07:b51a:cc66:f0::5]:5000", True),
        ("localhost,fd07:b51a:cc66:f0::/64", "h.example", False),
        ("fd07:b51a:cc66:f0::/64", "[fd07:b51a:cc66:f1::5]", False),
        ("fd07::5", "[fd07:0::5]:5000", True),
        ("[fd07::5]", "[fd07::5]:5000", True),
        ("[fd07::5]:5000", "[fd07::5]:5000", True),
        ("[fd07::5]:5001", "[fd07::5]:5000", False),
        ("[fd07::]/16", "[fd07::5]", True),
        ("10.0.0.0/8", "[::ffff:10.1.2.3]", True),
        # what is no entry is passed over
        ("10.0.0.0/99,fd07::/x,[::1,[,],/,:,::,:::,.,*.,http://,h.example:port,h.example", "h.example", True),
        ("10.0.0.0/99,fd07::/x,[::1,[,],/,:,::,:::,.,*.,http://,h.example:port", "h.example", False),
        ("10.0.0.0/99,10.0.0.0/255.0.0.0.0,[10.1.2.3", "10.1.2.3", False),
    ],
)
def test_hosts_without_a_proxy(no_proxy: str, host: str, direct: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        assert chosen(f"https://{host}/v2/", HTTPS_PROXY="http://p:1", **{name: no_proxy}) == (
            "-" if direct else "http://p:1"
        )


def test_a_proxy_that_is_not_needed_is_not_judged() -> None:
    assert chosen("https://h.example", HTTPS_PROXY="http://p:abc", NO_PROXY="h.example") == "-"


@given(st.text(), st.text(), st.sampled_from(["h.example", "10.0.0.1:5000", "[fd00::1]"]))
def test_any_text_has_an_answer(proxy: str, no_proxy: str, host: str) -> None:
    try:
        found = Proxies({"HTTPS_PROXY": proxy, "NO_PROXY": no_proxy}).of(f"https://{host}/v2/")
    except ProxyError as error:
        assert error.hint
    else:
        assert found is None or found.address.startswith(("http://", "https://"))
