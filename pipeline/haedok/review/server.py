"""The review page over HTTP, for a browser on this machine and nobody else.

The server listens on the loopback address only. A page of another site that the reviewer's browser
has open must not reach it either: requests have to name this server as their host (DNS rebinding)
and as their origin (cross-site requests), and what changes something has to be JSON, which a
browser sends to another site only if that site agreed. Nothing of a request becomes a path.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
import webbrowser
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from haedok.errors import HaedokError, UsageError
from haedok.repair.ledger import Decision
from haedok.review.desk import Desk, RefusedError

HOST = "127.0.0.1"
PORT = 8765
TRIES = 20
"""Ports from the usual one on, before any free one is taken."""
LARGEST = 64 * 1024
"""Bytes of a request; a decision has some hundred."""

ASSETS = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
JSON = "application/json"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Answer = tuple[HTTPStatus, str, bytes]
"""Status, content type, body."""


class ReviewServer(ThreadingHTTPServer):
    """The desk of one document, served on the loopback address."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int | None = None) -> None:
        """Bind; with port 0 to any free one, without a port to the first free one from 8765 on.

        Raises:
            UsageError: the port is taken, or may not be used.
        """
        self.desk = desk
        wanted = [port] if port is not None else [*range(PORT, PORT + TRIES), 0]
        for at in wanted:
            try:
                super().__init__((HOST, at), _Handler)
            except OSError as error:
                failure = error
            else:
                return
        raise UsageError(
            f"port {port}: {failure.strerror}", "choose another with --port, or leave that out"
        )

    def server_bind(self) -> None:
        """Bind without asking the network for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no news."""

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        return f"http://{HOST}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a request may call this server."""
        return frozenset(f"{name}:{self.server_port}" for name in (HOST, "localhost"))


def serve(desk: Desk, port: int | None, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; what was decided by then is written.

    Raises:
        UsageError: the port cannot be had.
    """
    with ReviewServer(desk, port) as server:
        say(f"review of {desk.name} at {server.address} (Ctrl-C ends it)")
        if browser:  # a browser of the terminal keeps who opens it waiting
            threading.Thread(target=webbrowser.open, args=[server.address], daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    desk.file.finish()
    say(_told(desk))


def _told(desk: Desk) -> str:
    file = desk.file
    text = f"{file.written} decision{'' if file.written == 1 else 's'} written to {file.path}"
    if file.taken_back:
        text += f", {file.taken_back} taken back"
    if file.written or file.taken_back:
        text += f"\napply them with: haedok run {desk.source}"
    return text


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """The page, its style and script, data of a page, pictures of lines."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """A decision, or one taken back."""
        self._answer(self._post)

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal belongs to the reviewer."""

    def _answer(self, find: Callable[[], Answer]) -> None:
        try:
            status, kind, body = self._refusal() or find()
        except RefusedError as error:
            status, kind, body = _problem(HTTPStatus.CONFLICT, str(error))
        except HaedokError as error:
            status, kind, body = _problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        except Exception as error:  # as at the command line: a line, not a traceback
            message = f"internal error: {type(error).__name__}: {error}"
            status, kind, body = _problem(HTTPStatus.INTERNAL_SERVER_ERROR, message)
        if status >= HTTPStatus.BAD_REQUEST:
            self.close_connection = True  # what was not read of the request is not taken for one
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _refusal(self) -> Answer | None:
        """The answer to a request that another site may have made."""
        hosts = self.server.hosts
        origins = self.headers.get_all("Origin", [])
        if self.headers.get_all("Host", []) not in [[host] for host in hosts]:
            return _problem(HTTPStatus.FORBIDDEN, "this server is for this machine alone")
        if any(origin not in {f"http://{host}" for host in hosts} for origin in origins):
            return _problem(HTTPStatus.FORBIDDEN, "this server is for its own page alone")
        return None

    def _get(self) -> Answer:
        path = self.path.partition("?")[0]
        desk = self.server.desk
        if path in ASSETS:
            name, kind = ASSETS[path]
            return HTTPStatus.OK, kind, Path(__file__).with_name(name).read_bytes()
        if path == "/api/document":
            desk = self.server.desk = desk.fresh()
            return _json(desk.overview())
        if found := re.fullmatch(r"/api/pages/(\d{1,6})", path, re.ASCII):
            return _json(desk.page(int(found[1])))
        if found := re.fullmatch(r"/api/pages/(\d{1,6})/lines/(\d{1,6})\.jpg", path, re.ASCII):
            return HTTPStatus.OK, "image/jpeg", desk.picture(int(found[1]), int(found[2]))
        return _problem(HTTPStatus.NOT_FOUND, "there is no such page")

    def _post(self) -> Answer:
        acts = {"/api/decide": self.server.desk.decide, "/api/undo": self.server.desk.take_back}
        if self.path not in acts:
            return _problem(HTTPStatus.NOT_FOUND, "there is no such page")
        if self.headers.get_content_type() != JSON:
            return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "this takes JSON only")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            return _problem(HTTPStatus.LENGTH_REQUIRED, "this takes a body of stated length only")
        if int(length[:20]) > LARGEST:
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "this is too much")
        try:
            asked = msgspec.json.decode(self.rfile.read(int(length)), type=Decision)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _problem(HTTPStatus.BAD_REQUEST, str(error))
        return _json(acts[self.path](asked))


def _json(content: Any) -> Answer:
    return HTTPStatus.OK, JSON, msgspec.json.encode(content)


def _problem(status: HTTPStatus, message: str) -> Answer:
    return status, JSON, msgspec.json.encode({"error": message})
