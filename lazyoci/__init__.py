"""lazyoci: declare, check, build and push OCI artifacts from one `.lazy` file.

What `__all__` names is the Python API, described in docs/reference/python.md; all else may change with any version. It
is imported at its first use, so `import lazyoci` costs next to nothing. The functions are named apart from the packages
`check`, `plan` and `publish`: importing one of these sets the attribute of that name.
"""

from lazyoci._version import __version__

TYPE_CHECKING = False  # as in `typing`, which `lazyoci --version` does without

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
    "plan_files",
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
        plan_files,
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
