"""Prometheus, Alertmanager, exporters and, where there is one, Grafana, beside the service on this machine.

For a look at a service that `neurohub up` runs; a plant's server has them as units (`deploy`). Programs come from
Debian's packages; every one listens on loopback alone and ends with this process.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import yaml
from msgspec import Struct

from observability import alerting
from observability.generate import GENERATED, HERE, RULES

HOST: Final = "127.0.0.1"
STOP_S: Final = 10
START_S: Final = 30
PROGRAMS: Final = {
    "prometheus": "prometheus",
    "alertmanager": "prometheus-alertmanager",
    "node": "prometheus-node-exporter",
    "postgres": "prometheus-postgres-exporter",
    "redis": "prometheus-redis-exporter",
    "nginx": "prometheus-nginx-exporter",
}
TEXTFILES: Final = "textfiles"
GRAFANA: Final = "grafana-server"


class Plan(Struct, frozen=True, kw_only=True):
    """What is watched, and where everything listens. `ports` are by the names of `PROGRAMS`."""

    folder: Path
    metrics: str
    database_url: str | None
    redis_url: str | None
    nginx_url: str | None = None  # its stub_status
    load: str | None = None  # where load runs export
    ports: Mapping[str, int]
    receivers: alerting.Receivers = alerting.Receivers()
    rules: Path = GENERATED / RULES
    textfiles: Path | None = None  # where those who are not asked leave their numbers: the backup
    every: str = "15s"
    wait: str = "15s"
    patience: str = "2m"


def missing() -> list[str]:
    """Return the Debian packages that are not installed."""
    return [package for package in PROGRAMS.values() if shutil.which(package) is None]


@contextmanager
def running(plan: Plan) -> Iterator[list[str]]:
    """Start everything; yield a line for each of what it is and where. It ends when the block does."""
    prepare(plan)
    commands = _commands(plan)
    with ExitStack() as ending:
        for name, (command, environment) in commands.items():
            log = ending.enter_context((plan.folder / f"{name}.log").open("wb"))
            ending.enter_context(_child(command, environment, log.fileno()))
        for name in commands:
            _wait(plan.ports[name], plan.folder / f"{name}.log")
        yield [f"{name:13} http://{HOST}:{plan.ports[name]}" for name in commands]


def prepare(plan: Plan) -> None:
    """Write what the programs read: the committed settings, with the addresses of this plan."""
    for folder in (plan.folder / "targets", plan.textfiles or plan.folder / TEXTFILES):
        folder.mkdir(parents=True, exist_ok=True)
    settings = yaml.safe_load((HERE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    settings["global"] = {"scrape_interval": plan.every, "evaluation_interval": plan.every}
    (plan.folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    shutil.copy(plan.rules, plan.folder / RULES)
    pages = {"neurohub": plan.metrics, "load": plan.load}
    pages |= {kind: f"{HOST}:{plan.ports[kind]}" for kind in PROGRAMS if _is_there(plan, kind)}
    for kind in ("neurohub", "load", *PROGRAMS):
        known = [{"targets": [address]}] if (address := pages.get(kind)) else []
        (plan.folder / "targets" / f"{kind}.yml").write_text(yaml.safe_dump(known))
    told = alerting.config(plan.receivers, wait=plan.wait, patience=plan.patience)
    (plan.folder / "alertmanager.yml").write_text(yaml.safe_dump(told, allow_unicode=True))


def _is_there(plan: Plan, kind: str) -> bool:
    of = {"postgres": plan.database_url, "redis": plan.redis_url, "nginx": plan.nginx_url}
    return of.get(kind, "always") is not None


def _commands(plan: Plan) -> dict[str, tuple[list[str], dict[str, str]]]:
    at = {name: f"{HOST}:{port}" for name, port in plan.ports.items()}
    flags = {
        "prometheus": [
            f"--config.file={plan.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={plan.folder / 'series'}",
            f"--web.listen-address={at['prometheus']}",
            f"--rules.alert.resend-delay={plan.every}",  # or an Alertmanager that starts later waits a minute
        ],
        "alertmanager": [
            f"--config.file={plan.folder / 'alertmanager.yml'}",
            f"--storage.path={plan.folder / 'alerts'}",
            f"--web.listen-address={at['alertmanager']}",
            "--cluster.listen-address=",
        ],
        "node": [
            f"--web.listen-address={at['node']}",
            f"--collector.textfile.directory={plan.textfiles or plan.folder / TEXTFILES}",
        ],
        "postgres": [f"--web.listen-address={at['postgres']}"],
        "redis": [f"-web.listen-address={at['redis']}", f"-redis.addr={plan.redis_url}"],
        "nginx": [f"-web.listen-address={at['nginx']}", f"-nginx.scrape-uri={plan.nginx_url}"],
    }
    needs = {"postgres": {"DATA_SOURCE_NAME": _for_exporter(plan.database_url or "")}}
    found = {
        name: ([PROGRAMS[name], *more], needs.get(name, {}))
        for name, more in flags.items()
        if _is_there(plan, name)
    }
    return found | _grafana(plan)


def _grafana(plan: Plan) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return Grafana's command where it is installed; its boards and its data source come from files."""
    program, home = shutil.which(GRAFANA), Path("/usr/share/grafana")
    if program is None or "grafana" not in plan.ports:
        return {}
    environment = {
        "GF_SERVER_HTTP_ADDR": HOST,
        "GF_SERVER_HTTP_PORT": str(plan.ports["grafana"]),
        "GF_PATHS_DATA": str(plan.folder / "grafana"),
        "GF_PATHS_PROVISIONING": str(HERE / "grafana" / "provisioning"),
        "GF_AUTH_ANONYMOUS_ENABLED": "true",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": str(GENERATED / "boards" / "neurohub-floor.json"),
        "NEUROHUB_PROMETHEUS_URL": f"http://{HOST}:{plan.ports['prometheus']}",
        "NEUROHUB_BOARDS": str(GENERATED / "boards"),
    }
    return {"grafana": ([program, "--homepath", str(home)], environment)}


def _for_exporter(url: str) -> str:
    """Return a PostgreSQL URL as the exporter's driver takes it: it asks for TLS unless told otherwise."""
    parts = urlsplit(url)
    asked = f"{parts.query}&" if parts.query else ""
    if "sslmode=" in parts.query:
        return url
    user = parts.netloc.rpartition("@")[0]
    place = parts.netloc.rpartition("@")[2] or ":5432"  # on a socket, the port names the file
    return f"{parts.scheme}://{user}@{place}{quote(parts.path)}?{asked}sslmode=disable"


@contextmanager
def _child(command: list[str], environment: dict[str, str], log: int) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"nothing listens on {HOST}:{port}: {error}; see {log}") from None
            time.sleep(0.1)
        else:
            return
