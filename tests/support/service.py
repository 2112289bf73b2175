"""A service under test: real Granian workers on a free loopback port, ended by pid."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import httpx
import psutil

SECRET_KEY = "a secret key of the tests, 32 or more"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    database_url: str, redis_url: str | None, *, workers: int = 2, log: Path | None = None, **environment: str
) -> Iterator[str]:
    """Serve `database_url`; yield the base URL once `/health` answers. What it says goes to `log`, if there is one."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        output = ending.enter_context(log.open("wb")) if log is not None else None
        yield from _served(database_url, redis_url, workers, {"FIRMWARE_DIR": folder} | environment, output)


def _served(
    database_url: str,
    redis_url: str | None,
    workers: int,
    environment: dict[str, str],
    output: IO[bytes] | None,
) -> Iterator[str]:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("NEUROHUB_", "API_", "METRICS_"))}
    env |= {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "API_PORT": str(port),
        "METRICS_PORT": "0",
        "NEUROHUB_WORKERS": str(workers),
        "NEUROHUB_COOKIE_SECURE": "false",
        "NEUROHUB_LOG_LEVEL": "WARNING",
        **environment,
    }
    env.pop("REDIS_URL", None)
    if redis_url is not None:
        env["REDIS_URL"] = redis_url
    process = subprocess.Popen([sys.executable, "-m", "neurohub", "serve"], env=env, stdout=output)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(process, base)
        yield base
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], base: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"{base}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start (exit code {process.poll()})")
        time.sleep(0.1)


def parent_of(metrics_port: int) -> psutil.Process:
    """Return the process that serves the page of metrics: the workers' parent."""
    (process,) = _listening(metrics_port)
    return process


def workers_of(port: int) -> list[psutil.Process]:
    """Return the workers of the service one of whose addresses has this port."""
    found = _listening(port)
    family = found + [child for process in found for child in process.children()]
    return [process for process in family if "spawn_main" in " ".join(process.cmdline())]


def _listening(port: int) -> list[psutil.Process]:
    listening = {
        connection.pid
        for connection in psutil.net_connections("tcp4")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    }
    return [psutil.Process(pid) for pid in listening - {None}]
