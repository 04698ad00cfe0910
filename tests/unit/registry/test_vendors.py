import pytest

from lazyoci.frozen import fields
from lazyoci.registry import vendors
from lazyoci.registry.address import is_known_public


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("docker.io", "hub"), ("ghcr.io", "ghcr"), ("123.dkr.ecr.eu-central-1.amazonaws.com", "ecr"),
        ("public.ecr.aws", "ecr"), ("europe-docker.pkg.dev", "gar"), ("eu.gcr.io", "gcr"), ("acme.azurecr.io", "acr"),
        ("quay.io", "quay"), ("harbor.acme.example", "harbor"), ("registry.gitlab.com", "gitlab"),
        ("registry.digitalocean.com", "do"), ("acme.jfrog.io", "jfrog"), ("localhost:5000", ""), ("acme.example", ""),
    ],
)  # fmt: skip
def test_products_by_name(host: str, kind: str) -> None:
    assert vendors.vendor_of(host).id == kind
    if kind not in ("", "harbor"):
        assert is_known_public(host), f"{host} might be asked over plain HTTP: add it to _PUBLIC in address.py"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"x-jfrog-version": "Artifactory/7"}, "jfrog"),
        ({"www-authenticate": 'Bearer realm="https://h/service/token",service="harbor-registry"'}, "harbor"),
        ({"www-authenticate": 'Bearer realm="https://gitlab.acme.example/jwt/auth"'}, "gitlab"),
        ({"server": "nginx"}, ""),
    ],
)
def test_products_that_run_under_any_name(headers: dict[str, str], kind: str) -> None:
    assert vendors.vendor_of("registry.acme.example", headers).id == kind


def test_every_remedy_can_be_filled_in() -> None:
    for vendor in (*vendors.VENDORS.values(), vendors.GENERIC):
        for remedy in set(fields(type(vendor))) - {"id", "name"}:
            shown = vendors.fill(getattr(vendor, remedy), host="h.example", path="acme/api", user="anna")
            assert "{" not in shown, (vendor.id, remedy, shown)
    assert vendors.fill("{project} {label}", host="acme.azurecr.io", path="team/app") == "team acme"
