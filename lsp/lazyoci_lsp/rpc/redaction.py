"""No secret and no control character in what goes to the client or to the log."""

from __future__ import annotations

import logging

from lazyoci.registry import redact as registry_redact


def redact(text: str, *, limit: int = 2000) -> str:
    """`text` on one line, without URLs' secrets, tokens and passwords."""
    return registry_redact.text(text, limit=limit)


class RedactingFormatter(logging.Formatter):
    """Formats records for stderr, line by line, each redacted."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        lines = super().format(record).split("\n")
        return "\n".join(" " * (len(line) - len(line.lstrip())) + redact(line) for line in lines)


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Send all logging to stderr, redacted; stdout belongs to the protocol."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
