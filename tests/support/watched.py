"""A service with a floor at work, watched by a real Prometheus with its exporters. Everything ends with the block."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from neurohub.backup import metric
from neurohub.contract.barcode import UnitCode
from observability import alerting, stack
from support import service
from support.floor import Floor
from support.servers import Servers

EVERY = "1s"
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{status}; location / {{ stub_status; }} }}
    server {{ listen 127.0.0.1:{door}; location / {{ proxy_pass {base}; }} }}
}}
"""


def ports() -> dict[str, int]:
    return {name: service.free_port() for name in stack.PROGRAMS}


@contextmanager
def prometheus(
    folder: Path,
    metrics: str,
    servers: Servers | None = None,
    receivers: alerting.Receivers | None = None,
    **more: Any,
) -> Iterator[stack.Plan]:
    """Watch the page at `metrics`, and the servers where there are any, every second. `more` is of the plan."""
    plan = stack.Plan(
        folder=folder,
        metrics=metrics,
        database_url=servers and servers.database_url,
        redis_url=servers and servers.redis_url,
        ports=ports(),
        receivers=receivers or alerting.Receivers(),
        wait="0s",
        patience="0s",
        **{"every": EVERY} | more,
    )
    with stack.running(plan):
        yield plan


@contextmanager
def nginx(folder: Path, base: str) -> Iterator[tuple[str, str]]:
    """Run nginx before the service at `base`; yield its own address and that of its status."""
    folder.mkdir()
    door, status = service.free_port(), service.free_port()
    settings = _NGINX.format(folder=folder, door=door, status=status, base=base)
    (folder / "nginx.conf").write_text(settings)
    process = subprocess.Popen(["/usr/sbin/nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")])
    try:
        assert until(lambda: _listens(door) and _listens(status), 20)
        yield f"http://127.0.0.1:{door}", f"http://127.0.0.1:{status}/"
    finally:
        process.terminate()
        process.wait(20)


def back_up(plan: stack.Plan) -> None:
    """Say what a backup and a drill say that have just succeeded."""
    for done in (metric.MADE, metric.TRIED):
        metric.tell(plan.folder / stack.TEXTFILES, done, datetime.now(UTC))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(plan: stack.Plan, expression: str) -> list[Any]:
    """Return the series of an expression over the last seconds; fail when Prometheus does not take it."""
    now = time.time()
    asked = {"query": expression.replace("$__rate_interval", "10s"), "start": now - 8, "end": now, "step": 2}
    url = f"http://{stack.HOST}:{plan.ports['prometheus']}/api/v1/query_range"
    answer = httpx.post(url, data=asked, timeout=10).json()
    assert answer["status"] == "success", (expression, answer)
    found: list[Any] = answer["data"]["result"]
    return found


def until(holds: Callable[[], bool], within_s: float, every_s: float = 0.25) -> bool:
    """Ask again and again; return whether it held in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(every_s)
    return holds()


def work(floor: Floor) -> None:
    """Play a minute of the floor in a second or two: scans, refusals, polls, heartbeats, labels."""
    command = {"line": "KR01", "model": "PSA", "target_quantity": 4, "shift": "D", "print_labels": True}
    lot = floor.post("/lots", command).json()["lot_number"]
    floor.post(f"/lots/{lot}/units", {"quantity": 4, "print_labels": True})
    codes = [UnitCode(lot, number, is_serial=False).wip_id for number in (1, 2, 3, 4)]
    for code in codes:
        floor.through(code, 1)
        assert floor.start(code, 3).status_code == 409
        assert floor.get("/dashboard/summary").status_code == 200
        assert floor.get(f"/units/{code}").status_code == 200
        assert floor.get(f"/lots/{lot}").status_code == 200
    for number in (1, 2, 3):
        beat = {
            "version": "0.1.0",
            "queue_depth": number,
            "oldest_unsent_s": 4.0 * number,
            "scanner": "OK",
            "printer": "OK",
            "folder": "OFF",
        }
        said = floor.post("/stations/heartbeat", beat, f"ST-{number:02d}")
        assert said.status_code == 200, said.text
