"""`neurohub-observe`: generate the boards and rules, publish them, mark a deploy, or bring it all up here.

For people and for deploys; the service does not call it.
"""

import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec
import platformdirs
import yaml
from msgspec import Struct

from observability import alerting, generate, publish, stack

PORTS: Final = {
    "prometheus": 9090,
    "alertmanager": 9093,
    "node": 9100,
    "postgres": 9187,
    "redis": 9121,
    "nginx": 9113,
    "grafana": 3000,
}

LOAD: Final = "127.0.0.1:9646"  # where `just load` exports


class _Running(Struct, frozen=True):
    """What `neurohub up` leaves in its data directory."""

    database_url: str | None = None
    redis_url: str | None = None


@click.group()
def main() -> None:
    """Watch a NeuroHub: rules, boards and who hears of what."""


@main.command("generate")
def generate_files() -> None:
    """Write generated/ anew from the code."""
    print("\n".join(generate.write()) or "nothing changed")


@main.command("publish")
@click.option("--url", required=True, help="Grafana's address.")
@click.option("--token", required=True, envvar="GRAFANA_TOKEN", help="Token of a service account.")
@click.option("--prometheus", default="http://127.0.0.1:9090", help="Prometheus, as Grafana reaches it.")
def publish_boards(url: str, token: str, prometheus: str) -> None:
    """Bring folder, data source and boards to a running Grafana; a second time changes nothing."""
    for what, done in publish.publish(publish.connect(url, token), prometheus).items():
        print(f"{done:10} {what}")


@main.command("mark")
@click.argument("kind", type=click.Choice([kind.value for kind in publish.Mark]))
@click.argument("text")
@click.option("--url", required=True, help="Grafana's address.")
@click.option("--token", required=True, envvar="GRAFANA_TOKEN", help="Token of a service account.")
@click.option("--begun", type=click.DateTime(), help="When it began (UTC); now when not given.")
@click.option("--ended", type=click.DateTime(), help="When it ended (UTC).")
def mark(kind: str, text: str, url: str, token: str, begun: datetime | None, ended: datetime | None) -> None:
    """Mark a deploy or a load run on the boards."""
    since = begun.replace(tzinfo=UTC) if begun else datetime.now(UTC)
    until = ended.replace(tzinfo=UTC) if ended else None
    publish.mark(publish.connect(url, token), publish.Mark(kind), text, since, until)


@main.command("alertmanager")
def alertmanager() -> None:
    """Print Alertmanager's settings for the receivers in the environment."""
    to = alerting.receivers()
    if not (to.slack_url or to.discord_url or to.email_to):
        print(
            "nobody will hear an alert: set SLACK_WEBHOOK_URL, DISCORD_WEBHOOK_URL or ALERT_EMAIL_TO",
            file=sys.stderr,
        )
    print(yaml.safe_dump(alerting.config(to), allow_unicode=True, sort_keys=False), end="")


@main.command("up")
@click.option(
    "--metrics", default=f"127.0.0.1:{os.environ.get('METRICS_PORT', '9464')}", help="The metrics page."
)
@click.option("--folder", type=click.Path(path_type=Path), help="Where series and logs are kept.")
def up(metrics: str, folder: Path | None) -> None:
    """Bring up Prometheus, Alertmanager, exporters and Grafana beside a service on this machine."""
    if missing := stack.missing():
        raise SystemExit(f"missing: {' '.join(missing)}; run: sudo apt-get install {' '.join(missing)}")
    data = Path(
        os.environ.get("NEUROHUB_DATA_DIR") or platformdirs.user_data_dir("neurohub", appauthor=False)
    )
    service = _running(data)
    plan = stack.Plan(
        folder=folder or data / "observe",
        metrics=metrics,
        database_url=os.environ.get("DATABASE_URL") or service.database_url,
        redis_url=os.environ.get("REDIS_URL") or service.redis_url,
        nginx_url=os.environ.get("NGINX_STATUS_URL"),
        textfiles=_textfiles(),
        load=LOAD,
        ports=PORTS,
        receivers=alerting.receivers(),
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with stack.running(plan) as lines:
        print("\n".join(lines))
        print("\nCtrl-C stops everything.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


def _textfiles() -> Path | None:
    """Return where `neurohub backup` leaves its word, as it is told too."""
    given = os.environ.get("NEUROHUB_BACKUP_METRICS")
    return Path(given) if given else None


def _running(data: Path) -> _Running:
    path = data / "run.json"
    return msgspec.json.decode(path.read_bytes(), type=_Running) if path.exists() else _Running()
