"""lazyoci: declare, check, build and push OCI artifacts from one `.lazy` file."""

__version__ = "0.1.0"
