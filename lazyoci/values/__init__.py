"""The variables of templates: each one's value and its source, or why it has no value."""

from lazyoci.values.variables import Value, Values

__all__ = ["Value", "Values"]
