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

import re
from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Finding, Subject, entry_key

# the whole last word of the name: TOKEN_URL, SECRET_NAME and PASSWORD_FILE hold no secret themselves
_NAME = re.compile(
    r"(?:.*[_-])?(?:password|passwd|passphrase|pword|secret|token|credentials?|api_?key|access_?key|secret_?key|"
    r"private_?key|signing_?key)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r"(?:^|[_-])public(?:[_-]|$)", re.IGNORECASE)
_HARMLESS = frozenset({"true", "false", "yes", "no", "0", "1", "none", "null"})
# what the services that hand them out begin them with
_VALUE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{16}|github_pat_|glpat-|npm_[A-Za-z0-9]{16}|xox[abpr]-|AKIA[0-9A-Z]{16}|sk_live_|hvs\.|"
    r"dckr_pat_|pypi-AgE|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per argument, at its name; the value is never repeated."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact):
            continue
        for name, text in artifact.build_args.items():
            named = _names_secret(name) and _may_be_secret(text.value)
            if named or _VALUE.match(text.value):
                what = name if named else f"the value of {name}"
                message = f"{what} looks like a secret, and the image would show it; pass it by secrets: instead"
                yield Finding(entry_key(artifact, "buildArgs", name) or text.node, message)


def _names_secret(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and _PUBLIC.search(name) is None


def _may_be_secret(value: str) -> bool:
    """Not empty, not a switch, and not the name of another variable, which nobody puts in its place."""
    return bool(value) and not value.startswith(("$", "{{")) and value.lower() not in _HARMLESS
