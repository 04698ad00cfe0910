"""Registry products: how each is recognised, and what helps where it refuses (the "registry hints")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.frozen import frozen
from lazyoci.registry.address import name_of


@frozen
class Vendor:
    """A registry product: its id, its name for people, and a remedy for each kind of refusal.

    `{host}`, `{path}`, `{user}`, `{project}` and `{label}` in a remedy are filled in.
    """

    id: str
    name: str
    login: str  # no usable credentials
    push: str  # credentials without the right to push
    missing: str = ""  # the repository does not exist
    immutable: str = "Push another tag, or have the repository's owner allow tags to move."
    refused: str = ""  # it refuses the manifest: by a policy, or because of a type that it does not know
    unsupported: str = ""  # it does not offer the operation
    cut: str = ""  # it closes the connection where an upload begins
    quota: str = "Delete what is no longer needed there, or have the limit raised."
    rate: str = "Wait a few minutes before the next push; fewer at a time: --jobs 1"
    policy: str = "Only those who run the registry can change this policy, or exempt {path} from it."
    address: str = "Push from an address that the registry lets through, or have this one added to its list."
    account: str = "See to the account with the registry's operators: other credentials do not help."
    read_only: str = "Try again later; a mirror or cache never takes pushes: push to the registry behind it."
    type: str = "The registry does not take artifacts of this type: push to one that takes every OCI artifact."


_LOGIN = "Log in: docker login {host}, or lazyoci registry login {host}"
_ECR_LOGIN = (
    "aws ecr get-login-password | docker login --username AWS --password-stdin {host} (a password lasts 12 hours)"
)
_GOOGLE_LOGIN = (
    "Run: gcloud auth configure-docker {host}\nor, with a service account's key: "
    "docker login -u _json_key --password-stdin https://{host} < KEY.json"
)

GENERIC = Vendor(
    "",
    "registry",
    _LOGIN,
    "Use credentials that may push to {path}.",
    "Create the repository {path} first, if this registry does not do so by itself.",
)
VENDORS: Mapping[str, Vendor] = {
    kind.id: kind
    for kind in (
        Vendor(
            "hub",
            "Docker Hub",
            "Log in: docker login -u {user} (with an access token as the password)",
            "An access token needs Read & Write (hub.docker.com → Account settings → Personal access tokens), "
            "and {user} must be allowed to write to {path}.",
            "Create the repository {path} on hub.docker.com, or push to your own namespace.",
            immutable="Immutable tags are set on hub.docker.com → {path} → Settings: push another tag, or change that.",
            account="The plan or the account on hub.docker.com needs attention: look at its billing and its e-mail.",
        ),
        Vendor(
            "ghcr",
            "GitHub Packages",
            "echo $TOKEN | docker login ghcr.io -u {user} --password-stdin",
            "Give the token the scope write:packages, then: "
            "echo $TOKEN | docker login ghcr.io -u {user} --password-stdin\n"
            "In GitHub Actions: permissions: packages: write, and for an existing package its settings → "
            "Manage Actions access. The annotation org.opencontainers.image.source links a package to its repository.",
            "A private package that the token cannot read looks missing: give it the scope read:packages.",
            quota="See Settings → Billing → Usage of {project}: its storage or spending limit is reached.",
            policy="A policy of the organisation on packages or single sign-on may forbid it: ask its owners.",
        ),
        Vendor(
            "ecr",
            "Amazon ECR",
            _ECR_LOGIN,
            "The role needs ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and "
            "ecr:BatchCheckLayerAvailability on {path}.",
            "Create it first: aws ecr create-repository --repository-name {path}",
            "The repository is immutable: push another tag, or "
            "aws ecr put-image-tag-mutability --repository-name {path} --image-tag-mutability MUTABLE",
            quota="A repository holds so many images (Service Quotas → Amazon ECR): have a lifecycle policy delete old "
            "ones, or the quota raised.",
            type="Amazon ECR takes OCI artifacts: this media type is none that it knows.",
            cut="Amazon ECR hangs up when the repository does not exist: "
            "aws ecr create-repository --repository-name {path}",
        ),
        Vendor(
            "gar",
            "Google Artifact Registry",
            _GOOGLE_LOGIN,
            "Grant roles/artifactregistry.writer on the repository; it must exist, and the path is "
            "PROJECT/REPOSITORY/IMAGE.",
            "Create it first: gcloud artifacts repositories create REPOSITORY --repository-format=docker; "
            "the path is PROJECT/REPOSITORY/IMAGE.",
        ),
        Vendor(
            "gcr",
            "Google Container Registry",
            _GOOGLE_LOGIN,
            "Grant roles/artifactregistry.writer on the project.",
        ),
        Vendor(
            "acr",
            "Azure Container Registry",
            "az acr login --name {label}",
            "Grant the role AcrPush on the registry; a raw Azure AD token is not a password.",
            immutable="The tag is locked: push another one, or "
            "az acr repository update --name {label} --image {path}:TAG --write-enabled true",
            address="Add this address: az acr network-rule add --name {label} --ip-address ADDRESS; "
            "or push from a network that the registry lets through.",
            quota="See az acr show-usage --name {label}: its storage is used up.",
            read_only="It is locked: az acr repository show --name {label} --repository {path}",
        ),
        Vendor(
            "quay",
            "Quay",
            "docker login {host} -u ORGANISATION+ROBOT",
            "Give the robot Write on {path}; to create repositories it needs the Creator role in a team.",
            "Create the repository {path}, or let the robot create repositories (team role Creator).",
            refused="Quay refuses manifests whose artifact or layer type it was not set up for.",
            type="Quay refuses manifests whose artifact or layer type it was not set up for.",
            quota="The organisation of {path} has used up its storage quota: delete tags, or have it raised.",
            read_only="Quay takes nothing while it is read-only for maintenance: try again later.",
            unsupported="Quay takes nothing while it is read-only for maintenance: try again later.",
        ),
        Vendor(
            "harbor",
            "Harbor",
            "docker login {host} -u 'robot$NAME' (quote the $)",
            "Give the account the role Developer in the project {project}, or the robot Push Artifact; "
            "a project over its quota refuses too.",
            "The project {project} must exist: create it in Harbor first.",
            "A tag immutability rule of the project covers this tag: push another one, or change the rule.",
            quota="The project {project} has used up its quota: delete artifacts and run the garbage collection, "
            "or have an administrator raise it.",
            policy="A policy of the project {project} forbids it: one on vulnerabilities, or on signatures.",
            read_only="Harbor is in read-only mode, or {project} is a proxy cache, which takes no pushes.",
            refused="A policy of the project {project} may forbid it: one on vulnerabilities, or on signatures.",
        ),
        Vendor(
            "gitlab",
            "GitLab",
            "docker login {host} with a deploy token (write_registry), or $CI_REGISTRY_USER in CI",
            "The token needs write_registry, and the path must begin with that of the GitLab project.",
            "The path must begin with that of an existing GitLab project.",
            "A protection rule of the project covers this tag: push another one, or use a role that may.",
            quota="See Settings → Usage Quotas of the top-level group: its storage is used up.",
        ),
        Vendor(
            "do",
            "DigitalOcean",
            "doctl registry login",
            "Use a token with write access; the plan may limit the number of repositories, and while garbage is "
            "collected the registry is read-only.",
            quota="The plan limits repositories and storage: doctl registry garbage-collection start, or upgrade it.",
            read_only="While garbage is collected the registry is read-only: try again when it is done.",
        ),
        Vendor(
            "jfrog",
            "JFrog Artifactory",
            _LOGIN,
            "The account needs Deploy on {path}, and Delete to overwrite a tag.",
            immutable="Overwriting needs the Delete permission: push another tag, or have it granted.",
            policy="An Xray policy may block it: the watch that covers {path} says why.",
        ),
        Vendor(
            "nexus",
            "Sonatype Nexus",
            _LOGIN,
            "The account needs the privileges add and edit on the repository, "
            "and the realm Docker Bearer Token must be active.",
            immutable="The deployment policy of the repository is Disable redeploy: push another tag, "
            "or have it set to Allow redeploy.",
            read_only="The deployment policy of the repository is Read-only: have it set to Allow redeploy.",
        ),
        Vendor(
            "zot",
            "zot",
            _LOGIN,
            "The account needs the actions create and update on {path} in zot's accessControl.",
            immutable="The account lacks the action update on {path} in zot's accessControl: push another tag, "
            "or have it granted.",
            type="zot takes Docker's media types only with compat: [docker2s2] in its configuration: push OCI images.",
        ),
    )
}

_BY_HOST: tuple[tuple[str, str], ...] = (
    (r"docker\.io|registry-1\.docker\.io|index\.docker\.io|auth\.docker\.io", "hub"),
    (r"ghcr\.io|docker\.pkg\.github\.com", "ghcr"),
    (r".+\.ecr(?:-fips)?\..+\.amazonaws\.com(?:\.cn)?|public\.ecr\.aws", "ecr"),
    (r".+\.pkg\.dev", "gar"),
    (r"(?:.+\.)?gcr\.io", "gcr"),
    (r".+\.azurecr\.(?:io|cn|us)", "acr"),
    (r"quay\.io|quay\..+", "quay"),
    (r"harbor\..+|.+\.goharbor\.io", "harbor"),
    (r"registry\.gitlab\..+|gitlab\..+", "gitlab"),
    (r"registry\.digitalocean\.com", "do"),
    (r".+\.jfrog\.io", "jfrog"),
)
# products that run under any name are recognised by a header
_BY_HEADER: tuple[tuple[str, str, str], ...] = (
    ("x-jfrog-version", "", "jfrog"),
    ("x-artifactory-id", "", "jfrog"),
    ("server", "artifactory", "jfrog"),
    ("www-authenticate", "/service/token", "harbor"),
    ("www-authenticate", "harbor-registry", "harbor"),
    ("www-authenticate", "/jwt/auth", "gitlab"),
    ("server", "nexus/", "nexus"),
    ("www-authenticate", "sonatype nexus", "nexus"),
    ("www-authenticate", 'realm="zot"', "zot"),
    ("distribution-spec", "", "zot"),
)


def vendor_of(host: str, headers: Mapping[str, str] | None = None) -> Vendor:
    """The product that serves `host`, by its name or by the headers of a reply (lower-case names)."""
    name = name_of(host)
    for pattern, found in _BY_HOST:
        if re.fullmatch(pattern, name):
            return VENDORS[found]
    for header, needle, found in _BY_HEADER:
        value = headers.get(header) if headers is not None else None
        if value is not None and needle in value.lower():
            return VENDORS[found]
    return GENERIC


def fill(template: str, *, host: str, path: str = "", user: str = "") -> str:
    """A remedy with its places filled in."""
    values = {
        "{host}": host,
        "{path}": path or "REPOSITORY",
        "{user}": user or "USER",
        "{project}": path.partition("/")[0] or "PROJECT",
        "{label}": host.partition(".")[0],
    }
    for place, value in values.items():
        template = template.replace(place, value)
    return template
