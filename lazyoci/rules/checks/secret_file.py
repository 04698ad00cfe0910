"""A glob, a directory or a chart publishes a private key, or a file of credentials.

Everyone who can pull an artifact has what is in it, for good: a registry may have been read before it is deleted. Told
are files that begin with a private key (`-----BEGIN PRIVATE KEY-----` and its kin), SSH keys by their names (`id_rsa`),
`.env`, and `.netrc`, `.npmrc`, `.pypirc`, `.git-credentials`, `.aws/credentials`, `.docker/config.json` and a
kubeconfig where a login is in them; settings (JSON, YAML, TOML, plain text …) that hold an access token or AWS's secret
key; and `.git` in a directory or a chart, which has all that the repository ever held, in CI often a token too. Public
keys (`*.pub`), certificates and `.env.example` are none of these, nor a file in which variables stand for the values.

A glob takes along what nobody thought of. If the file is meant, name it by a path of its own, which is only warned of
(`possible-secret`), or say so in a comment above the line: `# lazyoci: ignore[secret-file]`.

Fails where there are `deploy/app.json` and `deploy/id_rsa`:

```yaml
files: [{path: "deploy/*", mediaType: application/json}]
```

Mended:

```yaml
files: [{path: "deploy/*.json", mediaType: application/json}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.published_secrets import exposed
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at the first file."""
    for one in exposed(subject):
        if one.what and not one.named:
            more = f", and {one.more} more like it" if one.more else ""
            leave = "list it in .helmignore" if one.in_chart else "move it away, name what is meant"
            yield Finding(
                one.node,
                f"{quoted(one.path)} publishes {quoted(one.first)}, which holds {one.what}{more}; {leave}, "
                "or write # lazyoci: ignore[secret-file] above this line",
            )
