"""A sandbox on a port, for the demo and for clients outside the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .kernel import Sandbox


class _Handler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """The ledger is the log."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without this machine's Date: a pretend vendor tells its own time, and HTTP allows one Date."""
        self.send_response_only(code, message)

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Hang up: left open, the connection would keep the client waiting for its timeout."""
        self.close_connection = True


def server(sandbox: Sandbox, host: str, port: int) -> BaseWSGIServer:
    """A threaded server, not yet running: call `serve_forever`, and `shutdown` from another thread."""
    return make_server(host, port, sandbox, threaded=True, request_handler=_Handler)


@contextmanager
def served(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from threads of this process; gives the address. Port 0: any that is free."""
    web = server(sandbox, host, port)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{web.server_port}"
    finally:
        web.shutdown()
        thread.join()
        web.server_close()
