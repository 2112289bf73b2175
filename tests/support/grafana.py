"""A stand-in for Grafana's HTTP API: the part that the publisher uses, as strict as the real one about its contract."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "glsa_of_a_service_account"


class Kept:
    """What this Grafana holds, and every write that came."""

    def __init__(self) -> None:
        self.folders: dict[str, Any] = {}
        self.sources: dict[str, Any] = {}
        self.boards: dict[str, Any] = {}
        self.annotations: list[Any] = []
        self.writes: list[str] = []
        self.refused: list[str] = []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method != "GET":
            self.writes.append(f"{method} {path}")
        kind, _, key = path.removeprefix("/api/").partition("/uid/")
        if kind in {"dashboards", "datasources"} and key and method == "GET":
            held = (self.boards if kind == "dashboards" else self.sources).get(key)
            return (404, {"message": "not found"}) if held is None else (200, held)
        if path.startswith("/api/folders/") and method == "GET":
            held = self.folders.get(path.rpartition("/")[2])
            return (404, {"message": "folder not found"}) if held is None else (200, held)
        return self._write(method, path, body)

    def _write(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        match method, path.removeprefix("/api/").split("/"):
            case "POST", ["folders"] if body["uid"] not in self.folders:
                self.folders[body["uid"]] = body | {"version": 1, "id": 7}
            case "PUT", ["folders", uid] if uid in self.folders and body.get("overwrite"):
                self.folders[uid]["title"] = body["title"]
            case "POST", ["datasources"] if body["uid"] not in self.sources:
                self.sources[body["uid"]] = body | {"id": 3, "readOnly": False, "version": 1}
            case "PUT", ["datasources", "uid", uid] if uid in self.sources:
                self.sources[uid] |= body
            case "POST", ["dashboards", "db"]:
                return self._keep_board(body)
            case "POST", ["annotations"] if {"time", "timeEnd", "tags", "text"} <= body.keys():
                self.annotations.append(body)
            case _:
                return 400, {"message": f"{method} {path} is not in the contract"}
        return 200, {"message": "done"}

    def _keep_board(self, body: Any) -> tuple[int, Any]:
        board = body["dashboard"]
        held = self.boards.get(board["uid"])
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        if held is not None and not body.get("overwrite"):
            return 412, {
                "message": "the dashboard has been changed by someone else",
                "status": "version-mismatch",
            }
        version = 1 if held is None else held["dashboard"]["version"] + 1
        self.boards[board["uid"]] = {
            "dashboard": board | {"id": len(self.boards) + 1, "version": version},
            "meta": {"folderUid": body["folderUid"], "provisioned": False},
        }
        return 200, {"status": "success", "uid": board["uid"], "version": version}


@contextmanager
def running() -> Iterator[tuple[str, Kept]]:
    """Serve a fresh Grafana; yield its address and what it keeps."""
    kept = Kept()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, said = 401, {"message": "Unauthorized"}
            if self.headers.get("authorization") == f"Bearer {TOKEN}":
                status, said = kept.answer(self.command, self.path, body)
            if status not in {200, 404}:
                kept.refused.append(f"{status} {self.command} {self.path}")
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 (names of the standard library)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
