"""What registries say when they refuse: their words from public reports, what they are about, and what helps."""

from dataclasses import dataclass, field

import pytest

from lazyoci.registry import errors
from lazyoci.registry.refusals import reasons
from tests.unit.registry.test_refusal import refuse


@dataclass(frozen=True)
class Case:
    """A refusal; `source` is where it was reported, or where the situation is documented; none for made-up words."""

    registry: str
    situation: str
    host: str
    status: int
    code: str
    message: str
    kind: type[errors.Failure]
    remedy: str
    source: str
    exists: bool | None = False
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.registry}: {self.situation}"


ECR = "1.dkr.ecr.eu-west-1.amazonaws.com"
HARBOR = "harbor.example.com"
NEXUS = {"server": "Nexus/3.68.1-02 (OSS)"}

CASES = (
    Case("GHCR", "denied", "ghcr.io", 403, "DENIED", "permission_denied: write_package", errors.Denied,
         "write:packages", "https://github.com/orgs/community/discussions/26274"),
    Case("GHCR", "secondary rate limit", "ghcr.io", 403, "DENIED", "You have exceeded a secondary rate limit.",
         errors.RateLimited, "few minutes", "https://github.com/markrussinovich/refchecker/pull/67"),
    Case("GHCR", "organisation's IP allow list", "ghcr.io", 403, "DENIED",
         "the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this "
         "resource", errors.ForbiddenByPolicy, "this one added to its list",
         "https://docs.github.com/en/enterprise-cloud@latest/organizations/keeping-your-organization-secure"),
    Case("Docker Hub", "immutable tag", "docker.io", 403, "DENIED", "tag 0.0.3 is immutable", errors.TagImmutable,
         "Immutable tags", "https://github.com/docker/hub-feedback/issues/2466", True),
    Case("Docker Hub", "rate limit", "docker.io", 429, "TOOMANYREQUESTS",
         "You have reached your pull rate limit.", errors.RateLimited, "", "https://docs.docker.com/docker-hub/usage/"),
    Case("Docker Hub", "account suspended", "docker.io", 403, "DENIED", "Account suspended", errors.ForbiddenByPolicy,
         "billing", "https://docs.docker.com/docker-hub/troubleshoot/"),
    Case("ECR", "denied", ECR, 403, "DENIED",
         "User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: "
         "arn:aws:ecr:eu-west-1:1:repository/acme/api because no identity-based policy allows the "
         "ecr:InitiateLayerUpload action", errors.Denied, "ecr:InitiateLayerUpload",
         "https://github.com/ZhangYuanhan-AI/CelebASpoofChallengeSubmissionExample/issues/9"),
    Case("ECR", "missing repository", ECR, 404, "NAME_UNKNOWN",
         "The repository with name 'acme/api' does not exist in the registry with id '1'", errors.RepositoryMissing,
         "create-repository", "https://github.com/aws/containers-roadmap/issues/853"),
    Case("ECR", "immutable tag", ECR, 400, "TAG_INVALID",
         "The image tag 'v1' already exists in the 'acme/api' repository and cannot be overwritten because the "
         "repository is immutable.", errors.TagImmutable, "put-image-tag-mutability",
         "https://github.com/moby/buildkit/issues/3776", True),
    Case("ECR", "the same, made by another push meanwhile", ECR, 400, "TAG_INVALID",
         "The image tag 'v1' already exists in the 'acme/api' repository and cannot be overwritten because the "
         "repository is immutable.", errors.TagImmutable, "put-image-tag-mutability",
         "https://github.com/moby/buildkit/issues/3776", False),
    Case("ECR", "too many images", ECR, 403, "LimitExceededException",
         "The repository has reached the maximum image limit", errors.QuotaExceeded, "Service Quotas",
         "https://github.com/medic/cht-core/issues/9175"),
    Case("ECR", "throttled", ECR, 429, "TOOMANYREQUESTS", "Rate exceeded", errors.RateLimited, "",
         "https://github.com/containerd/containerd/issues/10447"),
    Case("GAR", "denied", "europe-docker.pkg.dev", 403, "DENIED",
         'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource '
         '"projects/p/locations/europe/repositories/r" (or it may not exist)', errors.Denied,
         "artifactregistry.writer", "https://cloud.google.com/artifact-registry/docs/docker/troubleshoot"),
    Case("GAR", "immutable tag", "europe-docker.pkg.dev", 400, "MANIFEST_INVALID",
         "cannot update tag v1. The repository has enabled tag immutability", errors.TagImmutable, "another tag",
         "https://cloud.google.com/artifact-registry/docs/repositories/create-repos", True),
    Case("GAR", "quota", "europe-docker.pkg.dev", 429, "TOOMANYREQUESTS",
         "Quota exceeded for quota metric 'Write requests'", errors.RateLimited, "",
         "https://cloud.google.com/artifact-registry/quotas"),
    Case("ACR", "firewall", "acme.azurecr.io", 403, "DENIED",
         "client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
         errors.ForbiddenByPolicy, "az acr network-rule add",
         "https://github.com/docker/build-push-action/issues/1214"),
    Case("ACR", "locked tag", "acme.azurecr.io", 405, "REGISTRY_DISALLOWED_OPERATION",
         "The operation is disallowed on this registry, repository or image.", errors.TagImmutable,
         "--write-enabled true", "https://github.com/Azure/azure-sdk-for-net/issues/22827", True),
    Case("ACR", "locked repository, new tag", "acme.azurecr.io", 405, "REGISTRY_DISALLOWED_OPERATION",
         "The operation is disallowed on this registry, repository or image.", errors.Unsupported, "",
         "https://github.com/Azure/acr/issues/84"),
    Case("Harbor", "quota", HARBOR, 403, "DENIED",
         "adding 151.7 MiB of storage resource, which when updated to current usage of 100.0 GiB will exceed the "
         "configured upper limit of 100.0 GiB.", errors.QuotaExceeded, "used up its quota",
         "https://github.com/camunda/keycloak/issues/641"),
    Case("Harbor", "vulnerability policy", HARBOR, 412, "PROJECTPOLICYVIOLATION",
         "current image with 12 vulnerabilities cannot be pulled due to configured policy", errors.ForbiddenByPolicy,
         "A policy of the project acme", "https://github.com/goharbor/harbor/issues/19408"),
    Case("Harbor", "scan required", HARBOR, 412, "PROJECTPOLICYVIOLATION",
         "current image without vulnerability scanning cannot be pulled", errors.ForbiddenByPolicy,
         "A policy of the project acme", "https://github.com/goharbor/harbor/pull/23231"),
    Case("Harbor", "immutable tag", HARBOR, 412, "PRECONDITION",
         "Failed to process request due to 'api:v1' configured as immutable.", errors.TagImmutable,
         "immutability rule", "https://goharbor.io/docs/2.0.0/working-with-projects/working-with-images/", True),
    Case("Harbor", "proxy cache", HARBOR, 403, "DENIED", "can not push artifact to a proxy cache project",
         errors.ReadOnly, "proxy cache", "https://github.com/goharbor/harbor/pull/12792"),
    Case("Harbor", "read-only", HARBOR, 403, "DENIED", "the system is in read only mode, any modification is "
         "prohibited",
         errors.ReadOnly, "read-only mode", "https://goharbor.io/docs/2.0.0/administration/general-settings/"),
    Case("GitLab", "protected tag", "registry.gitlab.com", 403, "DENIED", "protected container tag: v1",
         errors.TagImmutable, "protection rule",
         "https://docs.gitlab.com/user/packages/container_registry/protected_container_tags/", True),
    Case("GitLab", "quota", "registry.gitlab.com", 403, "DENIED",
         "Your action has been rejected because the namespace storage limit has been reached.", errors.QuotaExceeded,
         "Usage Quotas", "https://docs.gitlab.com/user/storage_usage_quotas/"),
    Case("GitLab", "denied", "registry.gitlab.com", 403, "DENIED", "requested access to the resource is denied",
         errors.Denied, "write_registry", "https://docs.gitlab.com/user/packages/container_registry/"),
    Case("Quay", "tag exists", "quay.io", 409, "TAG_ALREADY_EXISTS", "tag already exists", errors.TagImmutable,
         "another tag", "https://docs.quay.io/api/", False),
    Case("Quay", "quota", "quay.io", 403, "DENIED", "Quota has been exceeded on namespace", errors.QuotaExceeded,
         "storage quota", "https://docs.projectquay.io/use_quay.html"),
    Case("Quay", "media type", "quay.io", 415, "MANIFEST_INVALID", "media type application/vnd.acme is not supported",
         errors.Refused, "artifact or layer type", "https://github.com/oras-project/oras/issues/738"),
    Case("Quay", "read-only", "quay.io", 405, "UNSUPPORTED", "System is currently read-only. Pulls will succeed but "
         "all write operations are currently suspended.", errors.ReadOnly, "maintenance", "https://docs.quay.io"),
    Case("Artifactory", "overwrite without the right", "acme.jfrog.io", 403, "MANIFEST_INVALID",
         "manifest invalid", errors.TagImmutable, "Delete",
         "https://github.com/GoogleContainerTools/kaniko/issues/1095", True),
    Case("Artifactory", "the same code for a new tag", "acme.jfrog.io", 403, "MANIFEST_INVALID", "manifest invalid",
         errors.Denied, "Deploy", "https://github.com/GoogleContainerTools/kaniko/issues/1095"),
    Case("Artifactory", "blocked by Xray", "acme.jfrog.io", 403, "DENIED", "Artifact download request rejected: "
         "acme/api was not downloaded due to the download blocking policy configured in Xray",
         errors.ForbiddenByPolicy, "Xray", "https://github.com/jfrog/jfrog-cli-core/issues/1101"),
    Case("Artifactory", "quota", "acme.jfrog.io", 413, "", "Datastore disk usage is too high: storage quota limit",
         errors.TooLarge, "", "https://jfrog.com/help/r/jfrog-artifactory-documentation/storage-quota-limits"),
    Case("Nexus", "redeploy disabled", "nexus.example.com", 400, "BLOB_UPLOAD_INVALID",
         "Repository does not allow updating assets: docker-hosted", errors.TagImmutable, "Disable redeploy",
         "https://github.com/GoogleContainerTools/jib/issues/3057", True, NEXUS),
    Case("Nexus", "read-only repository", "nexus.example.com", 400, "DENIED", "Repository is read only: docker-hosted",
         errors.ReadOnly, "Read-only", "https://help.sonatype.com/en/repository-management.html", False, NEXUS),
    Case("distribution", "read-only mode or a cache", "registry.example.com", 405, "UNSUPPORTED",
         "The operation is unsupported.", errors.Unsupported, "read-only, or a cache",
         "https://distribution.github.io/distribution/about/configuration/"),
    Case("zot", "no right to update", "zot.example.com", 403, "DENIED", "requested access to the resource is denied",
         errors.Denied, "accessControl", "https://github.com/project-zot/zot/pull/4266", True,
         {"www-authenticate": 'Basic realm="zot"'}),
    Case("zot", "Docker's media types", "zot.example.com", 415, "MANIFEST_INVALID",
         "unsupported media type application/vnd.docker.distribution.manifest.v2+json", errors.Refused, "docker2s2",
         "https://zotregistry.dev", False, {"www-authenticate": 'Basic realm="zot"'}),
    Case("DigitalOcean", "limit of the plan", "registry.digitalocean.com", 403, "DENIED",
         "registry contains 1 repositories, limit is 1", errors.QuotaExceeded, "plan",
         "https://github.com/docker/build-push-action/issues/586"),
    Case("DigitalOcean", "garbage collection", "registry.digitalocean.com", 403, "DENIED",
         "registry is read-only while garbage collection runs", errors.ReadOnly, "garbage",
         "https://github.com/digitalocean/doctl/issues/1464"),
    Case("any", "policy on a new tag", "registry.example.com", 403, "DENIED", "push blocked by policy",
         errors.ForbiddenByPolicy, "this policy", ""),
    Case("any", "address", "registry.example.com", 403, "DENIED", "IP address is blocked", errors.ForbiddenByPolicy,
         "an address", ""),
    Case("any", "account", "registry.example.com", 403, "DENIED", "Account locked", errors.ForbiddenByPolicy,
         "account", ""),
    *(
        Case("any", f"a missing right, in words of other reasons ({number})", "registry.example.com", 403, "DENIED",
             message, errors.Denied, "registry test", "", exists)
        for exists in (False, True)
        for number, message in enumerate((
            "User ci does not have the policy ecr:PutImage attached",
            "access to the resource is denied: no RBAC policy grants push to ci",
            "unauthorized to access repository: acme/quota, action: push: unauthorized to access repository",
            "unauthorized to access repository: acme/policy/by, action: push",
            "requested access to acme/firewall is denied", "requested access to maintenance/xray is denied",
            "requested access to acme/throttled is denied", "Your token is read-only",
            "access token has read-only scope", "This is a read-only access token",
            "Not authorized to publish to billing/api", "Access denied for user locked-ci",
            "User 'ci' lacks Deploy permission on 'docker-quarantine-local'",
            "deploy token has no scope write_registry; see https://docs.example.com/policies",
            "access forbidden. Please read the security policy page or contact billing@example.com",
            "IP address 10.0.0.1, user ci: access forbidden", "token signature verification failed",
            "you are not allowed to push here during maintenance", "the maintenance page requires role admin",
        ))
    ),
    *(
        Case("any", f"a policy ({number})", "registry.example.com", 403, "DENIED", message, errors.ForbiddenByPolicy,
             "this policy", "", exists)
        for exists in (False, True)
        for number, message in enumerate((
            "denied by organization policy", "image violates the content trust policy", "policy violation",
            "a policy of this project prevents pushing", "signature verification failed", "image is not signed",
            "rejected: not compliant with policy base-images",
        ))
    ),
    Case("any", "a name that the registry does not take", "registry.example.com", 400, "NAME_INVALID",
         "invalid repository name: quota exceeded", errors.Refused, "does not take this path", ""),
    Case("any", "a tag too long", "registry.example.com", 400, "TAG_INVALID",
         "tag name exceeds the limit of 128 characters", errors.Refused, "this tag", ""),
    Case("any", "a field of a schema", "registry.example.com", 400, "MANIFEST_INVALID",
         "field already exists in schema", errors.Refused, "", ""),
    Case("any", "a field of a schema, the tag exists", "registry.example.com", 400, "MANIFEST_INVALID",
         "field already exists in schema", errors.Refused, "", "", True),
    Case("any", "account locked, the tag exists", "registry.example.com", 403, "DENIED", "Account locked",
         errors.ForbiddenByPolicy, "account", "", True),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_refusal_is_what_it_is_about_and_has_its_remedy(case: Case) -> None:
    headers = {name.replace("-", "_"): value for name, value in case.headers.items()}
    error = refuse(case.status, case.code, case.message, host=case.host, exists=case.exists, **headers)
    assert type(error) is case.kind, error.message
    assert case.message[:40] in error.hint
    assert case.remedy in error.hint
    assert "{" not in error.hint


def test_words_that_are_long_are_looked_at_once() -> None:
    """A pattern that can match in two ways would take for ever here; these are done at once, whatever the length."""
    for letters in (
        "media type ",
        "tag ",
        "image ",
        "exceed",
        "policy-",
        "a",
        "by ",
        "policy ",
        "lacks ",
        "no ",
        "/",
        "'",
        "ip address ",
    ):
        assert reasons.reason(set(), letters * 20_000 + "!") in ("", "type", "policy", "immutable")
        assert reasons.is_immutable(set(), letters * 20_000 + "!", exists=True) in (True, False)
    assert reasons.reason(set(), "quota exceeded; " + "x" * 100_000) == "quota"
    assert reasons.reason(set(), "x" * 100_000 + " quota exceeded") == ""
