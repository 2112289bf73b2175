"""The plant's nginx on loopback: the files of deploy/onprem with other ports and paths, and nothing else changed."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support import bundles
from support.service import free_port

import install  # isort: skip (a script of the bundle)

NGINX = Path("/usr/sbin/nginx")
SOURCE = bundles.ONPREM / "root" / "etc" / "nginx" / "neurohub"


class Front(NamedTuple):
    """`url` is its https address; `context` believes its certificate."""

    url: str
    plain_url: str
    status_url: str
    folder: Path
    context: ssl.SSLContext
    pid: int = 0

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def logged(self) -> str:
        return (self.folder / "neurohub.access.log").read_text()


def write(folder: Path, ports: list[int]) -> Front:
    """Write the plant's configuration into `folder`, for instances on `ports`; return where it will listen."""
    install._make_certificate(folder / "tls")
    https, http, status = free_port(), free_port(), free_port()
    instances = "\n".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;" for port in ports)
    (folder / "dashboard" / "assets").mkdir(parents=True)
    for path in SOURCE.iterdir():
        text = path.read_text()
        for ours, theirs in (
            ("user www-data;", "user root;"),
            ("worker_processes auto;", "worker_processes 2;"),
            ("listen 80 ", f"listen 127.0.0.1:{http} "),
            ("listen 443 ", f"listen 127.0.0.1:{https} "),
            ("127.0.0.1:8081", f"127.0.0.1:{status}"),
            ("/etc/neurohub/tls", f"{folder}/tls"),
            ("/run/nginx.pid", f"{folder}/nginx.pid"),
            ("/var/log/nginx", f"{folder}"),
            ("/opt/neurohub/current/dashboard", f"{folder}/dashboard"),
            (" buffer=64k flush=1s", ""),
        ):
            text = text.replace(ours, theirs)
        text = re.sub(r"(    server 127\.0\.0\.1:800\d .*\n)+", f"{instances}\n", text)
        (folder / path.name).write_text(text)
    context = ssl.create_default_context(cafile=folder / "tls" / "server.crt")
    address = "127.0.0.1"
    return Front(
        f"https://{address}:{https}",
        f"http://{address}:{http}",
        f"http://{address}:{status}",
        folder,
        context,
    )


def judged(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let nginx itself judge the configuration in `folder`."""
    return subprocess.run(
        [NGINX, "-t", "-c", folder / "nginx.conf", "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running(folder: Path, ports: list[int]) -> Iterator[Front]:
    """Serve what is in front of the instances on `ports`."""
    front = write(folder, ports)
    command = [NGINX, "-c", folder / "nginx.conf", "-e", folder / "start.log", "-g", "daemon off;"]
    with subprocess.Popen(command) as process:
        try:
            _wait(process, front.port)
            yield front._replace(pid=process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
            shutil.rmtree(folder / "tls", ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nginx did not start (exit code {process.poll()})")
