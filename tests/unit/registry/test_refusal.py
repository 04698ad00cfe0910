import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry import errors, vendors
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Task
from lazyoci.registry.refusals.classify import classify
from lazyoci.registry.refusals.error_body import parse_body, words
from lazyoci.registry.refusals.refusal import Refusal

ANNA = Credential("~/.docker/config.json", "anna", "pw")


def refuse(
    status: int,
    code: str = "",
    message: str = "",
    *,
    host: str = "registry.example.com",
    method: str = "PUT",
    path: str = "/v2/acme/api/manifests/v1",
    credential: Credential | None = ANNA,
    proven: bool = True,
    doing: str = "push to",
    exists: bool | None = None,
    **headers: str,
) -> errors.Failure:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode() if code else message.encode()
    place = Task(host, "acme/api", f"{doing} {host}/acme/api", method, path, status)
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    vendor = vendors.vendor_of(host, named)
    return classify(
        Refusal(place, body, named, credential, proven=proven, vendor=vendor, now=1_800_000_000.0, exists=exists)
    )


def test_a_denied_push_in_the_words_people_read() -> None:
    error = refuse(403, "DENIED", "permission_denied: write_package", host="ghcr.io")
    assert isinstance(error, errors.Denied)
    assert error.message == (
        'push to ghcr.io/acme/api denied: the token of user "anna" (from ~/.docker/config.json) has no write access'
    )
    assert error.hint.splitlines() == [
        "ghcr.io said: DENIED: permission_denied: write_package",
        "Give the token the scope write:packages, then: echo $TOKEN | docker login ghcr.io -u anna --password-stdin",
        "In GitHub Actions: permissions: packages: write, and for an existing package its settings → "
        "Manage Actions access. The annotation org.opencontainers.image.source links a package to its repository.",
        "Check with: lazyoci registry test ghcr.io/acme/api --push",
    ]
    assert (error.task.status, error.task.code) == (403, "DENIED")


def test_a_body_that_is_no_text_says_nothing() -> None:
    import gzip

    assert parse_body(gzip.compress(b'{"errors": [{"code": "DENIED"}]}' * 40)) == ()


def test_unauthorized_names_the_source_that_was_tried() -> None:
    error = refuse(401, "UNAUTHORIZED", "authentication required", proven=False)
    assert type(error) is errors.Unauthorized
    assert 'refused the credentials of user "anna" (from ~/.docker/config.json)' in error.message
    none = refuse(401, "UNAUTHORIZED", "authentication required", credential=None)
    assert "wants credentials, and none were found" in none.message
    assert "lazyoci registry add registry.example.com" in none.hint


def test_401_with_a_token_just_given_is_a_missing_right() -> None:
    assert type(refuse(401, "UNAUTHORIZED", "authentication required", proven=True)) is errors.Denied
    assert type(refuse(401, "UNAUTHORIZED", "insufficient_scope", proven=False)) is errors.Denied


@pytest.mark.parametrize(
    ("host", "status", "code", "message", "headers"),
    [
        ("1.dkr.ecr.eu-west-1.amazonaws.com", 400, "TAG_INVALID",
         "The image tag 'v1' already exists in the 'acme/api' repository and cannot be overwritten because the "
         "repository is immutable.", {}),
        ("harbor.example.com", 412, "PRECONDITION", "Failed to process due to 'v1' configured as immutable.", {}),
        ("quay.io", 409, "TAG_ALREADY_EXISTS", "tag v1 already exists", {}),
        ("acme.azurecr.io", 405, "REGISTRY_DISALLOWED_OPERATION", "The operation is disallowed on this registry", {}),
        ("europe-docker.pkg.dev", 400, "MANIFEST_INVALID", "cannot update tag v1. The repository has enabled tag "
         "immutability", {}),
        ("docker.io", 403, "DENIED", "This tag is immutable", {}),
        ("registry.example.com", 403, "MANIFEST_INVALID", "manifest invalid", {"x_jfrog_version": "7"}),
    ],
)  # fmt: skip
def test_immutable_tags_of_every_registry(
    host: str, status: int, code: str, message: str, headers: dict[str, str]
) -> None:
    error = refuse(status, code, message, host=host, exists=True, **headers)
    assert type(error) is errors.TagImmutable
    assert 'the tag "v1" exists and may not be moved' in error.message
    assert error.hint


def test_a_blob_is_no_tag() -> None:
    error = refuse(403, "DENIED", "the blob already exists", path="/v2/acme/api/blobs/uploads/1")
    assert type(error) is errors.Denied
    by_digest = refuse(400, "MANIFEST_INVALID", "already exists", path="/v2/acme/api/manifests/sha256:" + "0" * 64)
    assert type(by_digest) is errors.Refused


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (404, "NAME_UNKNOWN", "repository name not known", errors.RepositoryMissing),
        (404, "MANIFEST_UNKNOWN", "manifest unknown", errors.NotFound),
        (400, "MANIFEST_BLOB_UNKNOWN", "blob unknown", errors.BlobUnknown),
        (404, "MANIFEST_BLOB_UNKNOWN", "blob unknown", errors.BlobUnknown),
        (400, "MANIFEST_INVALID", "http: request body too large", errors.TooLarge),
        (413, "", "<html><head><title>413 Too Large</title></head></html>", errors.TooLarge),
        (400, "DIGEST_INVALID", "provided digest did not match uploaded content", errors.DigestMismatch),
        (400, "NAME_INVALID", "", errors.Refused),
        (405, "UNSUPPORTED", "", errors.Unsupported),
        (412, "PRECONDITION", "vulnerabilities", errors.ForbiddenByPolicy),
        (412, "PRECONDITION", "", errors.Refused),
        (429, "TOOMANYREQUESTS", "", errors.RateLimited),
        (502, "", "<html><body><h1>502 Bad Gateway</h1></body></html>", errors.ServerError),
        (302, "", "", errors.ProtocolError),
    ],
)
def test_kinds(status: int, code: str, message: str, kind: type[errors.Failure]) -> None:
    assert type(refuse(status, code, message)) is kind


@pytest.mark.parametrize(("status", "code"), [(404, "BLOB_UPLOAD_UNKNOWN"), (400, "BLOB_UPLOAD_INVALID"), (416, "")])
def test_an_upload_session_that_is_lost(status: int, code: str) -> None:
    assert type(refuse(status, code, path="/v2/acme/api/blobs/uploads/1")) is errors.UploadLost


def test_unknown_blobs_are_named() -> None:
    digest = "sha256:" + "a" * 64
    body = json.dumps({"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob unknown", "detail": digest}]})
    place = Task("r", "a", "push to r/a", "PUT", "/v2/a/manifests/v1", 404)
    error = classify(Refusal(place, body.encode(), {}))
    assert isinstance(error, errors.BlobUnknown)
    assert error.digests == (digest,)


def test_rate_limits_say_until_when() -> None:
    error = refuse(429, "TOOMANYREQUESTS", "slow down", credential=None, host="docker.io", retry_after="21600")
    assert isinstance(error, errors.RateLimited)
    assert error.wait == 21600
    assert "asks to wait 6.0 h" in error.message
    assert "Log in" in error.hint


def test_docker_hub_says_how_much_it_allows() -> None:
    error = refuse(429, "TOOMANYREQUESTS", "", host="docker.io", ratelimit_limit="100;w=21600")
    assert "docker.io limits the rate to 100 in 6.0 h" in error.message
    odd = refuse(429, "TOOMANYREQUESTS", "", host="docker.io", ratelimit_limit="many, many")
    assert odd.message.endswith("docker.io limits the rate")


@pytest.mark.parametrize(
    ("host", "status", "code", "doing", "words"),
    [
        ("quay.io", 400, "MANIFEST_INVALID", "push to", "artifact or layer type"),
        ("quay.io", 405, "UNSUPPORTED", "push to", "read-only for maintenance"),
        ("harbor.acme.example", 412, "PRECONDITION", "read from", "vulnerabilities"),
        ("europe-docker.pkg.dev", 400, "NAME_INVALID", "push to", "PROJECT/REPOSITORY/IMAGE"),
        ("europe-docker.pkg.dev", 401, "UNAUTHORIZED", "push to", "_json_key"),
        ("registry.digitalocean.com", 403, "DENIED", "push to", "the plan may limit"),
        ("acme.azurecr.io", 403, "DENIED", "push to", "AcrPush"),
        ("docker.io", 401, "DENIED", "push to", "Read & Write"),
        ("acme.jfrog.io", 403, "DENIED", "push to", "Deploy"),
        ("registry.gitlab.com", 403, "DENIED", "push to", "write_registry"),
    ],
)
def test_remedies_are_the_registrys_own(host: str, status: int, code: str, doing: str, words: str) -> None:
    error = refuse(status, code, "", host=host, doing=doing, proven=status != 401)
    assert words in error.hint


def test_a_missing_repository_says_how_to_make_it() -> None:
    error = refuse(404, "NAME_UNKNOWN", "", host="1.dkr.ecr.eu-west-1.amazonaws.com")
    assert "aws ecr create-repository --repository-name acme/api" in error.hint


def test_a_server_error_names_the_request_for_the_operators() -> None:
    error = refuse(503, "", "", x_request_id="abc-1\x1b[0m")
    assert error.message.endswith("PUT /v2/acme/api/manifests/v1 answered 503 (request id abc-1 [0m)")
    assert error.task.request_id == "abc-1 [0m"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b'{"errors":[{"code":"DENIED","message":"denied: no"}]}', "denied: no"),
        (b'{"errors":[{"code":"A","message":"x"},{"code":"B","detail":{"k":1}}]}', 'A: x; B: {"k": 1}'),
        (b'{"details":"no such thing"}', "no such thing"),
        (b'{"error":"invalid_grant","error_description":"expired"}', "invalid_grant: expired"),
        (b"404 page not found\n", "404 page not found"),
        (b"<!DOCTYPE html><html><title>Oh no &middot; X</title><body>long</body></html>", "Oh no &middot; X"),
        (b'{"errors":null}', '{"errors":null}'),
        (b'["odd"]', '["odd"]'),
    ],
)
def test_bodies_of_all_shapes(body: bytes, shown: str) -> None:
    assert words(parse_body(body), 0) == shown


@given(st.binary(max_size=300))
def test_any_body_is_read(body: bytes) -> None:
    shown = words(parse_body(body), 500)
    assert len(shown) <= 400
    assert not any(ord(letter) < 32 for letter in shown)
