"""Single-worker instances of the service on ports that stay, as systemd keeps them: each can be ended and begun."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from support import bundles  # noqa: F401 (puts the scripts of the bundle in reach)
from support.service import SECRET_KEY, free_port

import install  # isort: skip


class Instances:
    """`environment` is that of the plant's unit, but for the port."""

    def __init__(self, count: int, database_url: str, redis_url: str | None, folder: str) -> None:
        self.ports = [free_port() for _ in range(count)]
        self._environment = {
            key: text for key, text in os.environ.items() if not key.startswith("NEUROHUB_")
        } | {
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET_KEY,
            "FIRMWARE_DIR": folder,
            "METRICS_PORT": "0",
            "NEUROHUB_WORKERS": "1",
            "NEUROHUB_DATABASE_CONNECTIONS": "12",
            "NEUROHUB_LOG_LEVEL": "WARNING",
        }
        if redis_url is not None:
            self._environment["REDIS_URL"] = redis_url
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int) -> None:
        environment = self._environment | {"API_PORT": str(port)}
        command = [sys.executable, "-m", "neurohub", "serve"]
        self._processes[port] = subprocess.Popen(command, env=environment)

    def stop(self, port: int) -> None:
        """Ask it to end, as systemd does, and wait until it has."""
        process = self._processes.pop(port)
        process.terminate()
        process.wait(30)

    def restart_one_by_one(self) -> None:
        """Do what the installer does at an upgrade."""
        for port in self.ports:
            self.stop(port)
            self.start(port)
            install.wait_until_healthy(f"http://127.0.0.1:{port}/health")

    def stop_all(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(30)


@contextmanager
def running(count: int, database_url: str, redis_url: str | None, folder: str) -> Iterator[Instances]:
    made = Instances(count, database_url, redis_url, folder)
    try:
        for port in made.ports:
            made.start(port)
        for port in made.ports:
            install.wait_until_healthy(f"http://127.0.0.1:{port}/health")
        yield made
    finally:
        made.stop_all()
