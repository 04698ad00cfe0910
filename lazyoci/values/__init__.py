"""What a template sees: each variable's value, or why it has none, and where it came from."""

from lazyoci.values.variables import Value, Values

__all__ = ["Value", "Values"]
