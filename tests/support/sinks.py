"""Who alerts are told to, played: chats and webhooks over HTTP, mail over SMTP. They keep what they are told."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Told:
    """What came, by the path of a webhook (`/slack`) or `mail`; and the page of metrics at `/metrics`."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {}
        self.page = ""

    def of(self, where: str) -> str:
        return "\n".join(self.heard.get(where, []))

    def keep(self, where: str, text: str) -> None:
        self.heard.setdefault(where, []).append(text)


@contextmanager
def http(told: Told) -> Iterator[str]:
    """Serve webhooks and the page of metrics; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(told.page.encode(), "text/plain; version=0.0.4")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            told.keep(self.path, json.dumps(json.loads(body), ensure_ascii=False))
            self._answer(b"ok", "text/plain")

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address


@contextmanager
def smtp(told: Told) -> Iterator[str]:
    """Take mail as a server without TLS and passwords does; yield the address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mail = list(iter(self.rfile.readline, b".\r\n"))
                    told.keep("mail", b"".join(mail).decode())
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as address:
        yield address


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
