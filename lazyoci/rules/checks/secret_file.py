"""A glob, a directory or a chart publishes a private key or a file with credentials.

Everyone who can pull an artifact can read its files, and deleting it later does not help: somebody may have pulled it
before. These files are reported:

- files that begin with a private key (`-----BEGIN PRIVATE KEY-----` and similar lines), SSH keys by their names
  (`id_rsa`), and `.env`;
- `.netrc`, `.npmrc`, `.pypirc`, `.git-credentials`, `.aws/credentials`, `.docker/config.json` and a kubeconfig, if they
  contain a login;
- text files with settings (JSON, YAML, TOML, plain text …) that contain an access token or AWS's secret key;
- `.git` in a directory or a chart: it contains everything that was ever committed, and in CI often a token too.

Public keys (`*.pub`), certificates and `.env.example` are not reported, nor files with variables in place of values.

A glob may include files that nobody thought of. If you want to publish the file, write its full path, which gives only
a warning (`possible-secret`), or say so in a comment above the line: `# lazyoci: ignore[secret-file]`.

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
from lazyoci.rules.shared.published_secrets import exposed, others_like_it
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at the first file."""
    for one in exposed(subject):
        if one.what and not one.named:
            more = others_like_it(one.others)
            them = "them" if more else "it"
            leave = f"list {them} in .helmignore" if one.in_chart else f"move {them} away, name what is meant"
            yield Finding(
                one.node,
                f"{quoted(one.path)} publishes {quoted(one.first)}, which holds {one.what}{more}; {leave}, "
                "or write # lazyoci: ignore[secret-file] above this line",
            )
