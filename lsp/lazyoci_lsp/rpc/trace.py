"""Requests in the client's trace, as `$/setTrace` asks for it: when they come, and with their time when answered.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#logTrace
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

from lsprotocol import types

from lazyoci_lsp.rpc.redaction import redact

_LONGEST = 500  # characters of parameters that are shown


class Trace:
    """What was asked and is not answered yet. `send` gets the parameters of `$/logTrace`."""

    def __init__(self, send: Callable[[types.LogTraceParams], None]) -> None:
        self.value = types.TraceValue.Off
        self._send = send
        self._asked: dict[str | int, tuple[str, float]] = {}

    def received(self, data: dict[str, Any]) -> None:
        """A message came in: a request, or a notification."""
        method = data.get("method")
        if self.value == types.TraceValue.Off or not isinstance(method, str) or method == types.SET_TRACE:
            return
        number = data.get("id")
        if isinstance(number, str | int):
            self._asked[number] = method, perf_counter()
            self._tell(f"request {method} ({number})", data.get("params"))
        else:
            self._tell(f"notification {method}", data.get("params"))

    def answered(self, number: str | int, error: types.ResponseError | None) -> None:
        """A request was answered, or refused."""
        method, since = self._asked.pop(number, ("", 0.0))
        if method and self.value != types.TraceValue.Off:
            how = "answered" if error is None else f"refused: {error.message}"
            self._tell(f"{how}: {method} ({number}), {1000 * (perf_counter() - since):.0f} ms", None)

    def _tell(self, message: str, parameters: object) -> None:
        verbose = None
        if self.value == types.TraceValue.Verbose and parameters is not None:
            verbose = redact(json.dumps(parameters, ensure_ascii=False), limit=_LONGEST)
        self._send(types.LogTraceParams(message=redact(message), verbose=verbose))
