"""A service that a test can spoil: it takes events as the real one does, and answers as it is told to.

`mood` is asked before each answer. Effects are done once per event id and written down in their order.
"""

import itertools
import json
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from neurohub.contract.problems import Code, Problem

TOKEN = {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "refresh_token": "r"}
AT = "2026-11-25T00:00:00Z"


def good(path):
    """The mood of a service that is well."""
    return "good"


class ServiceStub:
    """`refusals`: event id -> code, for as long as it is in there. `routes`: path -> (status, headers, body).

    A body may be made of the request's headers: a function that returns all three.
    """

    def __init__(self):
        self.url = ""
        self.mood = good
        self.refusals = {}
        self.routes = {}
        self.effects = {}  # event id -> event, in the order in which they were done
        self.requests = []
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.steps = itertools.count(1)

    def answer(self, event):
        """Do one event; return status and body."""
        code = self.refusals.get(event["event_id"])
        if code is not None:
            problem = Problem(Code(code), "not now", {"unit": event.get("unit")})
            return problem.http_status, json.loads(problem.body())
        self.effects.setdefault(event["event_id"], event)
        unit = {
            "wip_id": event.get("unit", ""),
            "serial_number": None,
            "lot_number": "KR01PSA2511001",
            "sequence": 1,
            "status": "IN_PROGRESS",
            "passed_process": 0,
            "open_process": 1,
            "due_process": 1,
            "rework_count": 0,
            "attempt": 1,
            "updated_at": AT,
        }
        done = {"event_id": event["event_id"], "unit": unit}
        if event["kind"] == "undo":
            return 200, done
        done |= {"process": event["process"], "step_id": next(self.steps), "attempt": 1, "started_at": AT}
        if event["kind"] == "start":
            return 201, done
        return 200, done | {"result": event["result"], "completed_at": AT, "duration_s": 1.0, "judged": []}

    def process(self, path, body):
        """Do what a POST to `/process/..` asks; return status and body."""
        if path.endswith("/events"):
            answers = [(event["event_id"], *self.answer(event)) for event in body["events"]]
            return 200, {"results": [{"event_id": i, "status": s, "body": b} for i, s, b in answers]}
        return self.answer(body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *words):
        pass

    def do_GET(self):
        self._handle(None)

    def do_POST(self):
        self._handle(json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"null"))

    def _handle(self, body):
        fake, path = self.server.fake, urlsplit(self.path).path.removeprefix("/api/v1")
        with fake.lock:
            fake.requests.append((self.command, path, dict(self.headers), body))
            fake.changed.notify_all()
            mood = fake.mood(path)
            if path.startswith("/process/") and mood in ("good", "reply_lost", "truncated", "slow_reply"):
                status, answer = fake.process(path, body)
                headers, data = {}, json.dumps(answer).encode()
            elif path.startswith("/auth/") and path not in fake.routes:
                status, headers, data = 200, {}, json.dumps(TOKEN).encode()
            else:
                status, headers, data = fake.routes.get(path, (404, {}, b"{}"))
                if callable(data):
                    status, headers, data = data(dict(self.headers))
        if not path.startswith("/process/") and path not in fake.routes:
            mood = "good"
        self._reply(mood, status, headers, data)

    def _reply(self, mood, status, headers, data):
        if mood == "good":
            return self._send(status, data, **({"content_type": "application/json"} | headers))
        if mood == "reply_lost":
            self.close_connection = True
            return None
        if mood == "truncated":
            return self._send(status, data, cut=len(data) // 2)
        if mood in ("slow", "slow_reply"):
            self.server.ends.wait(20)
            self.close_connection = True
            return None
        if mood == "html":
            return self._send(200, b"<html>Sign in to the guest network</html>", content_type="text/html")
        if mood in ("html_404", "html_502"):
            return self._send(int(mood[-3:]), b"<html>nothing here</html>", content_type="text/html")
        if mood == "garbage":
            return self._send(200, b'{"results": [{"event_id": 7}]}')
        if mood == "noise":
            self.close_connection = True
            self.wfile.write(b"\x00\xff\x13 not http at all\r\n\r\n")
            return None
        if mood == "redirect":
            return self._send(302, b"", location="http://127.0.0.1:9/")
        return self._send(int(mood), json.dumps({"status": int(mood)}).encode())

    def _send(self, status, data, *, cut=None, content_type="application/json", **headers):
        """Send `data`, all of it or the first `cut` bytes and no more."""
        self.close_connection |= cut is not None
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(data[:cut])


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that hung up


@contextmanager
def faking(certificate=None):
    """Yield a `ServiceStub` and its base URL; `certificate`: a file with its key, for TLS."""
    fake = ServiceStub()
    server = _Server(("127.0.0.1", 0), _Handler)
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.fake, server.ends = fake, threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    fake.url = f"http{'s' * (certificate is not None)}://127.0.0.1:{server.server_port}"
    try:
        yield fake, fake.url
    finally:
        server.ends.set()
        server.shutdown()
        thread.join()
        server.server_close()
