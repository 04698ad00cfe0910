"""What pygls leaves to do between bytes and handlers: every request gets an answer, and documents are our own.

pygls drops a request that it cannot read, and one that comes after `shutdown`; it sends tracebacks to the client; and
it keeps texts in lines that are not those of LSP.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Generator
from concurrent.futures import Future
from functools import partial
from inspect import isawaitable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from lazyoci_lsp.rpc import control_characters
from lazyoci_lsp.rpc.encoded import Raw
from lazyoci_lsp.rpc.redaction import redact
from lazyoci_lsp.rpc.trace import Trace

log = logging.getLogger(__name__)
_PYGLS = logging.getLogger("pygls.protocol.json_rpc")

_INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
_LIFELESS = {types.INITIALIZE, types.EXIT}  # what may come before `initialize` was answered


class Protocol(LanguageServerProtocol):
    """The protocol of one connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._tracing = Trace(lambda params: self.notify(types.LOG_TRACE, params))

    def follow(self, value: types.TraceValue | str | None) -> None:
        """Trace as the client wants it from now on."""
        known = {one.value: one for one in types.TraceValue}
        self._tracing.value = known.get(value or "", types.TraceValue.Off)

    def receive(self, body: bytes | None) -> None:
        """Handle the body of one message, or None for bytes that were no message. Raises SystemExit on `exit` only."""
        if body is None:
            self._refuse(None, types.ErrorCodes.ParseError.value, "this is not a message with a Content-Length")
            return
        try:
            data: Any = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, types.ErrorCodes.ParseError.value, "this is not JSON")
            return
        if not isinstance(data, dict):
            self._refuse(None, _INVALID_REQUEST, "one message at a time: a JSON object")
            return
        number, method = data.get("id"), data.get("method")
        asks = "id" in data and "method" in data
        if "id" in data and (isinstance(number, bool) or not isinstance(number, int | str)):
            if asks or number is not None:  # no id at all: the answer to a request whose id could not be read
                self._refuse(None, _INVALID_REQUEST, "an id is a number without a fraction, or text")
            return
        if data.get("jsonrpc") != self.VERSION or (asks and not isinstance(method, str)):
            self._refuse(number, _INVALID_REQUEST, "this is not a message of JSON-RPC 2.0")
            return
        if not asks and self._workspace is None and method not in _LIFELESS:
            return  # "Notifications should be dropped, except for the exit notification": LSP 3.17, `initialize`
        if asks and (problem := self._untimely(str(method))) is not None:
            self._refuse(number, *problem)
            return
        self._tracing.received(data)
        try:
            message = self._structured(data)
        except JsonRpcException:
            log.warning("a message that cannot be read: %s", method)
            if asks:
                self._refuse(number, types.ErrorCodes.InvalidParams.value, f"the parameters of {method} are not right")
            return
        try:
            self.handle_message(message)
        except Exception as error:  # whatever one message brought about, the next one is handled
            log.error("handling %s", method, exc_info=error)
            if asks:
                self._refuse(number, types.ErrorCodes.InternalError.value, f"{method} failed; the log says why")

    def _structured(self, data: dict[str, Any]) -> Any:
        """A message as its type of lsprotocol; without the traceback that pygls logs where it cannot be read."""
        _PYGLS.disabled = True
        try:
            return self.structure_message(data)
        finally:
            _PYGLS.disabled = False

    def notify_raw(self, method: str, params: Raw) -> None:
        """Send a notification whose parameters are JSON already."""
        self._send_text(f'{{"jsonrpc": "2.0", "method": {json.dumps(method)}, "params": {params.text}}}')

    def encoded(self, value: Any) -> Any:
        """A value of lsprotocol as values of JSON."""
        return self._converter.unstructure(value)

    def _send_text(self, body: str) -> None:
        """Send a message of ASCII, as `json.dumps` writes it."""
        if self.writer is None:
            return
        head = f"Content-Length: {len(body)}\r\nContent-Type: {self.CONTENT_TYPE}; charset={self.CHARSET}\r\n\r\n"
        done = self.writer.write((head + body).encode(self.CHARSET))
        if isawaitable(done):
            self._written = asyncio.ensure_future(done)

    def _serialize_message(self, data: Any) -> dict[str, Any]:
        """As pygls, with control characters removed from what people will read."""
        return control_characters.cleaned(super()._serialize_message(data))

    def _untimely(self, method: str) -> tuple[int, str] | None:
        """Why a request cannot be answered now."""
        if self._shutdown:
            return _INVALID_REQUEST, "the server is shut down"
        if self._workspace is None and method not in _LIFELESS:
            return types.ErrorCodes.ServerNotInitialized.value, "the server waits for initialize"
        if self._workspace is not None and method == types.INITIALIZE:
            return _INVALID_REQUEST, "the server is initialized already"
        return None

    def _refuse(self, number: Any, code: int, message: str) -> None:
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": {"code": code, "message": message}})

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """As pygls, with secrets removed from errors."""
        if isinstance(result, Raw) and error is None:
            self._result_types.pop(msg_id, None)
            self._send_text(f'{{"jsonrpc": "2.0", "id": {json.dumps(msg_id)}, "result": {result.text}}}')
            return
        if error is not None:
            error = types.ResponseError(error.code, redact(error.message))
        self._tracing.answered(msg_id, error)
        super()._send_response(msg_id, result, error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        """As pygls, but do not log a refusal that tells the user why."""
        if not future.cancelled() and isinstance(error := future.exception(), JsonRpcException):
            self._request_futures.pop(msg_id, None)
            self._send_response(msg_id, error=error.to_response_error())
            return
        super()._send_handler_result(future, msg_id=msg_id)

    def _handle_cancel_notification(self, msg_id: object) -> None:
        """As pygls, which lets any value through for an id, but without a warning where the answer was on its way."""
        if isinstance(msg_id, int | str) and msg_id in self._request_futures:
            super()._handle_cancel_notification(msg_id)

    def _execute_handler(self, msg_id: str | int, *arguments: Any, **options: Any) -> None:
        """As pygls, which forgets what works for a request, but never what works for a notification or a command."""
        super()._execute_handler(msg_id, *arguments, **options)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(partial(self._forget, msg_id))

    def _forget(self, msg_id: str | int, future: Future[Any]) -> None:
        if self._request_futures.get(msg_id) is future:  # the client may have used the number again
            del self._request_futures[msg_id]

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """As pygls, but cancelling the request also cancels the handler that works for it, such as a command."""
        before = set(self._request_futures)
        super()._run_generator(future, gen=gen, result_future=result_future)
        for number in set(self._request_futures) - before:
            result_future.add_done_callback(partial(_cancel_too, self._request_futures[number]))

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *arguments: Any) -> Generator[Any, Any, None]:
        """As pygls, which stumbles where what it cancels ends at once, such as a command."""
        if (handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            yield handler, arguments, None
        for number, future in list(self._request_futures.items()):
            if number != self.msg_id and not future.done():
                future.cancel()
        self._shutdown = True

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Call our handler only: pygls would keep a second copy of the text."""
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Call our handler only."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Call our handler only."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)


def _cancel_too(inner: Future[Any], outer: Future[Any]) -> None:
    """Cancel what works for a request that was cancelled."""
    if outer.cancelled():
        inner.cancel()
