"""Prefixes of `--allow` and `--map` end at a slash, and name a registry however its host is written."""

from __future__ import annotations

import pytest

from lazyoci.bundle import prefixes
from lazyoci.errors import BundleError, UsageError
from lazyoci.oci.reference import parse, parse_repository


@pytest.mark.parametrize(
    ("repository", "prefix", "below"),
    [
        ("ghcr.io/acme/api", "ghcr.io/acme", True),
        ("ghcr.io/acme/api", "ghcr.io/acme/", True),
        ("ghcr.io/acme/api", "ghcr.io/acme/api", True),
        ("ghcr.io/acme/api", "ghcr.io", True),
        ("ghcr.io/acme/api", "oci://ghcr.io/acme", True),
        ("GHCR.io/acme/api", "ghcr.io/acme", True),
        ("ghcr.io:443/acme/api", "ghcr.io/acme", True),
        ("ghcr.io/acme/api", "GHCR.IO:443/acme", True),
        ("docker.io/acme/api", "index.docker.io/acme", True),
        ("ghcr.io/acmeevil/api", "ghcr.io/acme", False),
        ("ghcr.io.evil.example/acme/api", "ghcr.io", False),
        ("ghcr.io:5000/acme/api", "ghcr.io", False),
        ("ghcr.io/acme/api", "ghcr.io:5000", False),
        ("ghcr.io/acme", "ghcr.io/acme/api", False),
        ("evil.example/ghcr.io/acme", "ghcr.io/acme", False),
    ],
)
def test_what_lies_below(repository: str, prefix: str, below: bool) -> None:
    assert prefixes.is_below(parse_repository(repository), prefixes.parse_prefix(prefix, "--allow")) is below


@pytest.mark.parametrize(
    "text", ["", "/", "acme", "ghcr.io/../x", "ghcr.io//x", "ghcr.io/Acme", "https://ghcr.io", "*"]
)
def test_what_is_no_prefix(text: str) -> None:
    with pytest.raises(UsageError):
        prefixes.parse_prefix(text, "--allow")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ghcr.io/acme/**", "write ghcr.io/acme; all that lies below it counts"),
        ("ghcr.io/*", "write ghcr.io; all that lies below it counts"),
        ("https://ghcr.io/acme/", "write ghcr.io/acme"),
        ("ghcr.io/acme/api:1.4.2", "write ghcr.io/acme/api"),
        ("localhost:5000/api:1.4.2", "write localhost:5000/api"),
        ("ghcr.io/acme,quay.io/acme", "repeat it: --allow ghcr.io/acme --allow …"),
        ("https://bob:s3cr3t@ghcr.io/acme", "write HOST, or HOST/PATH, as in ghcr.io/acme"),
        ("bob:s3/cr3t@ghcr.io/acme", "write HOST, or HOST/PATH, as in ghcr.io/acme"),
        ("acme", "write HOST, or HOST/PATH, as in ghcr.io/acme"),
    ],
)
def test_what_was_meant(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        prefixes.parse_prefix(text, "--allow")
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ghcr.io/acme=", "has nothing after '='"),
        ("=r.lan", "has nothing before '='"),
        ("ghcr.io/acme -> r.lan/m", "write ghcr.io/acme=r.lan/m"),
    ],
)
def test_half_a_mapping(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        prefixes.parse_mapping(text)
    assert told in f"{caught.value.message}; {caught.value.hint}"


@pytest.mark.parametrize(
    ("reference", "maps", "becomes"),
    [
        ("ghcr.io/acme/api:1", ["ghcr.io/acme=r.lan/m"], "r.lan/m/api:1"),
        ("ghcr.io/acme/api:1", ["ghcr.io/acme/=r.lan/m/"], "r.lan/m/api:1"),
        ("GHCR.io:443/acme/api:1", ["ghcr.io/acme=r.lan:5000/m"], "r.lan:5000/m/api:1"),
        ("ghcr.io/acme/api:1", ["GHCR.IO:443=a.lan", "ghcr.io/acme=b.lan"], "b.lan/api:1"),
        ("ghcr.io/acmeevil/api:1", ["ghcr.io/acme=r.lan/m", "ghcr.io=x.lan"], "x.lan/acmeevil/api:1"),
        ("docker.io/acme/api:1", ["Registry-1.docker.io=r.lan/m"], "r.lan/m/acme/api:1"),
        ("ghcr.io/acme/api:1", ["ghcr.io/acme=docker.io/acme"], "docker.io/acme/api:1"),
        ("ghcr.io/acme/api:1", ["ghcr.io/acme/api=docker.io/api"], "docker.io/library/api:1"),
    ],
)
def test_the_longest_counts(reference: str, maps: list[str], becomes: str) -> None:
    assert str(prefixes.mapped(parse(reference), prefixes.parse_mappings(maps))) == becomes


def test_two_that_become_one_under_two_spellings() -> None:
    maps = prefixes.parse_mappings(["a.example=R.lan", "b.example=r.lan:443"])
    with pytest.raises(BundleError, match="the same"):
        prefixes.map_all([parse("a.example/x:1"), parse("b.example/x:1")], maps)
    with pytest.raises(UsageError, match="is mapped to"):
        prefixes.parse_mappings(["a.example=r.lan", "A.example:443=s.lan"])


@pytest.mark.parametrize("goal", ["r.lan", "localhost", "localhost:5000", "docker.io", "index.docker.io", "docker.io/"])
def test_a_host_is_no_repository(goal: str) -> None:
    """Without a slash it would be taken for an image of Docker Hub: `docker.io/library/r.lan`."""
    with pytest.raises(BundleError, match="names a host but no repository") as raised:
        prefixes.mapped(parse("ghcr.io/acme/api:1"), prefixes.parse_mappings([f"ghcr.io/acme/api={goal}"]))
    remedy = str(raised.value.hint).rpartition(" ")[2]
    becomes = prefixes.mapped(parse("ghcr.io/acme/api:1"), prefixes.parse_mappings([remedy]))
    assert becomes.repository.path.rpartition("/")[2] == "api"
