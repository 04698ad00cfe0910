"""All rules, in the order of docs/reference/rules.md, which is generated from this list."""

from __future__ import annotations

from lazyoci.diagnostic import Severity
from lazyoci.rules.base import Rule
from lazyoci.world import Face

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION  # noqa: E741  # the letters of the table
_BUILD = frozenset({Face.BUILD})  # this face includes preview


def _read(code: str, group: str, severity: Severity, summary: str, *, fixable: bool = False) -> Rule:
    """A rule that is reported while the file is read."""
    return Rule(code, group, severity, summary, fixable, reporter="reader")


def _asked(code: str, severity: Severity, summary: str, in_editor: Severity | None = None) -> Rule:
    """A rule that needs a registry's answer; `lazyoci.online` reports it."""
    severities = None if in_editor is None else {Face.EDITOR: in_editor}
    return Rule(code, "registry", severity, summary, severities=severities, reporter="registry")


def _rule(
    code: str,
    group: str,
    severity: Severity,
    summary: str,
    *,
    fixable: bool = False,
    faces: frozenset[Face] = frozenset(Face),
    locked: bool = False,
    unless: str = "",
) -> Rule:
    """A rule whose module has a `check`."""
    return Rule(code, group, severity, summary, fixable, faces=faces, locked=locked, unless=unless)


RULES: tuple[Rule, ...] = (
    _read("yaml-syntax", "yaml", E, "text that is not YAML", fixable=True),
    _read("duplicate-key", "yaml", E, "a key twice in one mapping"),
    _read("extra-document", "yaml", W, "a second document, which is not read"),
    _read("null-item", "yaml", W, "an empty item or value", fixable=True),
    _read("unquoted-template", "yaml", E, "a template without quotes, which YAML reads as a mapping", fixable=True),
    _read("ambiguous-scalar", "yaml", I, "a value that other YAML readers would change", fixable=True),
    _read("missing-key", "structure", E, "a required key that is absent", fixable=True),
    _read("unknown-key", "structure", E, "a key that means nothing here", fixable=True),
    _read("wrong-type", "structure", E, "a value of the wrong kind", fixable=True),
    _read("unsupported-version", "structure", E, "a version other than 1"),
    _read("unknown-type", "structure", E, "an artifact type that does not exist", fixable=True),
    _read("empty-list", "structure", E, "a list that needs an item"),
    _read("key-not-for-type", "structure", W, "a key that this type of artifact ignores", fixable=True),
    _rule("duplicate-name", "structure", W, "two artifacts of one name"),
    _rule("template-syntax", "templates", E, "a template that does not parse", fixable=True),
    _rule("unknown-variable", "templates", E, "a variable that does not exist", fixable=True),
    _rule("unknown-function", "templates", E, "a function that does not exist", fixable=True),
    _rule("swapped-arguments", "templates", E, "a function that gets its text in the wrong place", fixable=True),
    _rule("variable-always-empty", "templates", W, "ChartVersion where there is no chart"),
    Rule("unresolved-variable", "templates", I, "a variable without a value", severities={Face.BUILD: E}),
    Rule(
        "not-portable",
        "templates",
        W,
        "what the Go tool passes over, or if selected also what it refuses",
        more=I,
    ),
    _rule("not-a-version", "version", E, "LAZYOCI_VERSION that is no version, where the version is asked for"),
    Rule(
        "version-ignores-tag",
        "version",
        E,
        "a tag that is no version, where the version is asked for",
        spares_forward=True,
    ),
    Rule(
        "prerelease-as-release",
        "version",
        E,
        "a prerelease under the name of its release",
        fixable=True,
        spares_forward=True,
    ),
    Rule(
        "tag-of-another-commit",
        "version",
        E,
        "a version that git or CI has for another commit",
        unless="version-ignores-tag",
    ),
    Rule(
        "version-from-ancestor",
        "version",
        E,
        "a version whose git tag is not on HEAD",
        spares_forward=True,
        unless="version-ignores-tag",
    ),
    Rule(
        "version-from-dirty-tree",
        "version",
        E,
        "a version although there are uncommitted changes",
        spares_forward=True,
        unless="version-ignores-tag",
    ),
    _rule(
        "head-has-another-version",
        "version",
        W,
        "a version that was given, where HEAD has the tag of another",
        faces=_BUILD,
    ),
    _rule("build-metadata-dropped", "version", W, "a tag that leaves out the version's build metadata"),
    _rule("leading-zero", "version", W, "a version whose first number begins with a zero"),
    _rule("tag-makes-no-release", "version", E, "a --tag that is no version, beside tags of a branch", faces=_BUILD),
    _rule("unused-tag", "version", W, "--tag where nothing depends on it", faces=_BUILD),
    _rule("dirty-tree", "version", W, "a commit or version named although there are uncommitted changes", faces=_BUILD),
    _rule(
        "forward-without-version", "occasions", E, "a tag that moves forward alone, without a full version beside it"
    ),
    _rule("forward-without-line", "occasions", W, "a tag that moves forward and follows no releases"),
    _rule("never-published", "occasions", W, "conditions that exclude each other"),
    Rule(
        "untagged-occasion",
        "occasions",
        I,
        "an artifact without a tag on a release",
        faces=frozenset({Face.FILE, Face.EDITOR}),
        reporter="scenario",
    ),
    Rule(
        "fails-on-release",
        "occasions",
        W,
        "what would be an error on the next release",
        faces=frozenset({Face.FILE, Face.EDITOR}),
        reporter="scenario",
    ),
    _rule("invalid-version-from", "version", E, "versionFrom that leads to no version"),
    _rule("version-mismatch", "version", E, "a run for another version than the artifact's file has"),
    _rule("unknown-occasion", "occasions", E, "a condition that is no occasion", fixable=True),
    Rule("unresolved-occasion", "occasions", I, "a condition on a fact that nobody tells", severities={Face.BUILD: E}),
    _rule("invalid-registry", "references", E, "a registry that is not host/repository", fixable=True),
    _rule("official-namespace", "references", W, "a repository among Docker's official images"),
    _rule("unlikely-registry", "references", W, "a host that is nearly a well-known registry", fixable=True),
    _rule("implied-docker-hub", "references", I, "a registry without a host", unless="unlikely-registry"),
    _rule("invalid-tag", "references", E, "a tag that no registry accepts", fixable=True, unless="not-a-version"),
    _rule("doubled-v", "references", W, "a value that begins with a v behind a v", fixable=True),
    _rule("duplicate-tag", "references", W, "a tag twice in one target", fixable=True),
    _rule("reference-collision", "references", E, "two artifacts that write one reference"),
    _rule("copy-of-own-target", "references", E, "a copy of what another artifact of the file publishes now"),
    _rule("only-floating-tags", "references", I, "a target without a tag that stays"),
    _rule("floating-tag-prerelease", "references", W, "a prerelease that would move a tag of releases"),
    _rule(
        "floating-tag-pull-request",
        "references",
        E,
        "a pull request that would move a tag of everybody",
        faces=_BUILD,
    ),
    _rule("missing-file", "files", E, "a file that does not exist", fixable=True),
    _rule("missing-dockerfile", "files", E, "a Dockerfile that does not exist", fixable=True),
    _rule("missing-context", "files", E, "a build context that does not exist", fixable=True),
    _rule("path-escapes", "files", E, "a path that leads out", locked=True),
    _rule("absolute-path", "files", W, "a path of one machine", unless="path-escapes"),
    _rule("invalid-title", "files", E, "a path that gives no name to be pulled by", unless="path-escapes"),
    _rule("duplicate-title", "files", E, "two files of one title"),
    _rule("secret-file", "files", E, "a private key or credentials among published files", unless="path-escapes"),
    _rule("possible-secret", "files", W, "a published file that may hold a secret", unless="path-escapes"),
    _rule("secret-in-context", "files", W, "an image takes credentials from its context", unless="path-escapes"),
    _rule(
        "untracked-file",
        "files",
        W,
        "a published file that the commit of its version does not hold",
        faces=_BUILD,
        unless="path-escapes",
    ),
    _rule("invalid-media-type", "files", E, "a media type that is none"),
    _rule("unknown-platform", "files", E, "a platform that does not exist", fixable=True),
    _rule("unlikely-platform", "files", W, "a platform for which there are no containers", fixable=True),
    _rule("duplicate-platform", "files", W, "a platform twice in one image", fixable=True),
    _rule("secret-in-build-arg", "files", W, "a secret among the build arguments"),
    _rule("secret-in-metadata", "files", W, "a secret among annotations and labels"),
    _rule(
        "unused-build-arg",
        "files",
        W,
        "a build argument that the Dockerfile does not have",
        unless="secret-in-build-arg",
    ),
    _rule("unknown-target", "files", E, "a build stage that the Dockerfile does not have"),
    _rule("invalid-image-reference", "files", E, "an image that is not a reference"),
    _rule("missing-chart", "helm", E, "a chart that does not exist", fixable=True),
    _rule("invalid-chart", "helm", E, "a chart that Helm would refuse", unless="path-escapes"),
    _rule("unquoted-chart-version", "helm", E, "a chart's version that YAML takes for a number"),
    _rule("unquoted-chart-value", "helm", W, "a text of Chart.yaml that YAML takes for a number"),
    _rule("chart-tag-mismatch", "helm", W, "tags among which Helm does not find the chart's version"),
    _rule("chart-name-mismatch", "helm", W, "a repository that does not end in the chart's name"),
    Rule("chart-dependency-missing", "helm", W, "a dependency that is not in charts/", severities={Face.BUILD: E}),
    _asked("registry-unreachable", W, "a registry that does not answer", in_editor=I),
    _asked("registry-tls", W, "a certificate that cannot be verified"),
    _asked("registry-plain-http", W, "a registry without TLS"),
    _asked("registry-unauthorized", W, "credentials that a registry refuses"),
    _asked("registry-no-push", W, "credentials without the right to push"),
    _asked("repository-missing", W, "a repository that has to be created first"),
    _asked("copy-source-missing", W, "a copy of what does not exist"),
    _asked("tag-moves", I, "a tag that exists and would move"),
    _asked("tag-immutable", E, "a tag that exists and cannot move"),
    Rule(
        "unused-suppression",
        "suppressions",
        W,
        "a comment that silences nothing",
        fixable=True,
        reporter="suppressions",
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}

# rules that look at other files; they do not run on a text that is not in a directory
OF_OTHER_FILES = frozenset(rule.code for rule in RULES if rule.group in ("files", "helm")) - {
    "invalid-media-type",
    "unknown-platform",
    "duplicate-platform",
    "secret-in-build-arg",
    "duplicate-title",
    "invalid-image-reference",
}
