"""lazyoci: declare, check, build and push OCI artifacts from one `.lazy` file.

The names in `__all__` are the Python API (docs/reference/python.md); everything else may change with any version. They
are imported at their first use, so `import lazyoci` is quick. No function may be called like one of the packages
`check`, `plan` and `publish`, because importing a package sets the attribute of that name.
"""

from lazyoci._version import __version__

TYPE_CHECKING = False  # type checkers know this name; `lazyoci --version` does not import `typing`

__all__ = [
    "ArtifactResult",
    "Checked",
    "Diagnostic",
    "Edit",
    "Fix",
    "LazyociError",
    "Outcome",
    "PulledArtifact",
    "ReferenceResult",
    "Severity",
    "__version__",
    "check_text",
    "copy_artifact",
    "plan_files",
    "publish_bundles",
    "publish_files",
    "pull_artifact",
]

if TYPE_CHECKING:
    from lazyoci.api import (
        ArtifactResult,
        Checked,
        Diagnostic,
        Edit,
        Fix,
        LazyociError,
        Outcome,
        PulledArtifact,
        ReferenceResult,
        Severity,
        check_text,
        copy_artifact,
        plan_files,
        publish_bundles,
        publish_files,
        pull_artifact,
    )
else:

    def __getattr__(name):
        if name in __all__:
            from lazyoci import api

            return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted(__all__)
