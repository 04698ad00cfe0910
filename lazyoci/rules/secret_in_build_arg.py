"""A build argument looks like a secret.

Build arguments are kept in the image's history and in provenance attestations, for everyone who can pull it, and this
one is in the repository too. A secret reaches the build by a mount: `RUN --mount=type=secret,id=npm`.

Fails:

```yaml
type: image
buildArgs: {NPM_TOKEN: npm_0123456789abcdef}
```

Mended (`NPM_TOKEN` is then read from the environment of the build):

```yaml
type: image
secrets: ["id=npm,env=NPM_TOKEN"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Finding, Subject, entry_key

# the last word of the name: TOKEN_URL, SECRET_NAME and PASSWORD_FILE hold no secret themselves
_KEYS = tuple(f"{kind}{gap}key" for kind in ("api", "access", "secret", "private", "signing") for gap in ("", "_"))
_NAMES = (*_KEYS, "password", "passwd", "passphrase", "pword", "secret", "token", "credential", "credentials")
_ENDINGS = tuple(f"_{name}" for name in _NAMES)
_HARMLESS = frozenset({"", "true", "false", "yes", "no", "0", "1", "none", "null"})
# what the services that hand them out begin them with
_BEGINNINGS = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "xoxb-", "xoxp-", "sk_live_", "hvs."),
    *("AKIA", "dckr_pat_", "pypi-AgE", "-----BEGIN "),
)
_SHORTEST = 20  # characters of a secret that is known by its beginning


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per argument, at its name; the value is never repeated."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact):
            continue
        for name, text in artifact.build_args.items():
            named = _names_secret(name) and _may_be_secret(text.value)
            if named or (len(text.value) >= _SHORTEST and text.value.startswith(_BEGINNINGS)):
                what = name if named else f"the value of {name}"
                message = f"{what} looks like a secret, and the image would show it; pass it by secrets: instead"
                yield Finding(entry_key(artifact, "buildArgs", name) or text.node, message)


def _names_secret(name: str) -> bool:
    words = f"_{name.lower().replace('-', '_')}"
    return words.endswith(_ENDINGS) and "_public_" not in words


def _may_be_secret(value: str) -> bool:
    """Not empty, not a switch, and not the name of another variable, which nobody puts in its place."""
    return value.lower() not in _HARMLESS and not value.startswith(("$", "{{"))
