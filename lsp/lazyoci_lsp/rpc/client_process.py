"""Ends the server when the client's process has ended, even where another process keeps the server's input open.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#initializeParams
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

_INTERVAL = 2.0  # seconds between looks


async def watch(process: int) -> None:
    """End the server soon after a process has ended. Call it only for a process that `is_alive` sees."""
    while is_alive(process):
        await asyncio.sleep(_INTERVAL)
    raise SystemExit(1)


def is_alive(process: int) -> bool:
    """Whether a process still runs."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    try:  # a zombie has ended: its parent has not yet waited for it
        return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[:1] != [b"Z"]
    except OSError:
        return True  # no /proc here


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]  # Windows only
    handle = kernel.OpenProcess(0x00100000, False, process)  # SYNCHRONIZE
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == 0x102)  # WAIT_TIMEOUT: it still runs
    finally:
        kernel.CloseHandle(handle)
