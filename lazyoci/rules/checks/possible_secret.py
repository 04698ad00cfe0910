"""A file that is published may hold a secret.

There are two cases. The file is a private key or contains credentials (see `secret-file`), but its full path is written
in the `.lazy` file, so it may be intended. Or a glob or a directory includes it, and its name suggests a secret, such
as `token.txt`, `aws-credentials.json`, `prod.env` or `client.p12`. Files whose names say that they are examples
(`.env.example`) are not reported.

If it is intended, say so in a comment above the line: `# lazyoci: ignore[possible-secret]`.

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
from lazyoci.rules.shared.published_secrets import exposed, others_like_it
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at the first file."""
    meant = "write # lazyoci: ignore[possible-secret] above this line"
    for one in exposed(subject):
        if one.named:
            what = f"{quoted(one.path)} holds {one.what}, and everyone who can pull it would have that"
            yield Finding(one.node, f"{what}; leave it out, or if it is meant, {meant}")
        elif not one.what:
            more = others_like_it(one.others)
            what = f"{quoted(one.path)} publishes {quoted(one.first)}, which may hold a secret{more}"
            yield Finding(one.node, f"{what}; name what is meant, or {meant}")
