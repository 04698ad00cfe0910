"""A build argument looks like a secret.

Everyone who can pull the image can read its build arguments, in its history and in provenance attestations; and this
one is in the repository too. Give a secret to the build by a mount: `RUN --mount=type=secret,id=npm`.

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

from lazyoci.diagnostic import Edit, Fix
from lazyoci.mask import begins_as_secret, may_be_secret, names_secret
from lazyoci.rules.base import Finding, Subject, entry_key
from lazyoci.rules.shared.secrets import has_password
from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence
from lazyoci.yaml.tree_edits import add_entry, add_item, remove_entry


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per argument, at its name; the value, as written or rendered, is never repeated."""
    for artifact in subject.resolved.artifacts:
        for name, one in artifact.build_args.items():
            named = names_secret(name) and one.error is None and may_be_secret(one.text)
            if named or any(begins_as_secret(text) or has_password(text) for text in (one.source.value, one.text)):
                what = name if named else f"the value of {name}"
                message = f"{what} looks like a secret, and the image would show it; pass it by secrets: instead"
                key = entry_key(artifact.artifact, "buildArgs", name)
                choice = _by_secrets(subject, artifact.artifact.node, key) if named else None
                yield Finding(key or one.source.node, message, choices=() if choice is None else (choice,))


def _by_secrets(subject: Subject, artifact: Mapping, key: Node | None) -> Fix | None:
    """The choice to take the argument out, value and all, and have a mount give it from the environment."""
    arguments, secrets = artifact.get("buildArgs"), artifact.get("secrets")
    if not isinstance(key, Scalar) or not isinstance(arguments, Mapping):
        return None
    whole = artifact.key("buildArgs")
    alone = len(arguments.items) == 1 and whole is not None
    removed = remove_entry(subject.document, artifact if alone else arguments, whole if alone and whole else key)
    text = f'"id={key.value.lower()},env={key.value}"'
    if isinstance(secrets, Sequence):
        edit = add_item(subject.source, secrets, text)
        added: tuple[Edit, ...] = () if edit is None else (edit,)
    else:
        entry = add_entry(subject.source, artifact, f"secrets: [{text}]", below="type") if secrets is None else None
        added = () if entry is None else entry.edits
    if removed is None or not added:
        return None
    return Fix(f"take {key.value} out, and pass it by secrets:", tuple(sorted((removed, *added))))
