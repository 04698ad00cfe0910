"""The variables of templates: each one's value and its source, or why it has no value."""

from lazyoci.values.value import Value
from lazyoci.values.variables import Values

__all__ = ["Value", "Values"]
