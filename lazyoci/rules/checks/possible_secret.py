"""A file that is published may hold a secret.

Either its path is written out, and it is a private key or a file of credentials, as of `secret-file`: then it may be
meant. Or a glob or a directory takes it along, and its name says that it holds secrets, as `token.txt`,
`aws-credentials.json`, `prod.env` and `client.p12` do. What is an example by its name (`.env.example`) is none.

A comment above the line says that it is meant: `# lazyoci: ignore[possible-secret]`.

Fails where there are `deploy/app.json` and `deploy/credentials.json`:

```yaml
files: [{path: "deploy/*", mediaType: application/json}]
```

Mended:

```yaml
files: [{path: deploy/app.json, mediaType: application/json}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.published_secrets import exposed
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at the first file."""
    meant = "write # lazyoci: ignore[possible-secret] above this line"
    for one in exposed(subject):
        if one.named:
            what = f"{quoted(one.path)} holds {one.what}, and everyone who can pull it would have that"
            yield Finding(one.node, f"{what}; leave it out, or if it is meant, {meant}")
        elif not one.what:
            more = f" and {one.more} more like it" if one.more else ""
            what = f"{quoted(one.path)} publishes {quoted(one.first)}{more}, which may hold a secret"
            yield Finding(one.node, f"{what}; name what is meant, or {meant}")
