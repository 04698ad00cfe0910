"""The language server of lazyoci: a thin face over `lazyoci.check`."""
