"""From a number on the metrics page to the phone: real Prometheus and Alertmanager, and receivers that listen."""

from datetime import UTC, datetime

import httpx
import pytest

from observability import stack
from observability.alerting import Receivers
from support import sinks, watched

WITHIN_S = 40
CRASHING = """
neurohub_workers 2
neurohub_worker_starts_total %d
neurohub_backup_last_success_timestamp_seconds 0
"""


@pytest.fixture(scope="module")
def told():
    return sinks.Told()


@pytest.fixture(scope="module")
def plan(told, tmp_path_factory):
    told.page = CRASHING % 2
    with sinks.http(told) as web, sinks.smtp(told) as mail:
        to = Receivers(
            slack_url=f"http://{web}/slack",
            discord_url=f"http://{web}/discord",
            email_to="ops@plant.example",
            smtp=mail,
            smtp_tls=False,
            watchdog_url=f"http://{web}/watchdog",
            grafana_url="http://grafana.plant:3000",
        )
        with watched.prometheus(tmp_path_factory.mktemp("alerts"), web, receivers=to) as plan:
            yield plan


def test_a_page_reaches_every_receiver_with_what_to_do(plan, told) -> None:
    seen = watched.until(lambda: bool(watched.ask(plan, "neurohub_worker_starts_total")), WITHIN_S)
    assert seen
    told.page = CRASHING % 200
    for where in ("/slack", "/discord", "mail"):
        assert watched.until(lambda at=where: "NeuroHubWorkersCrash" in told.of(at), WITHIN_S), where
    said = told.of("/slack")
    assert "워커가 반복해서 종료" in said
    assert "Read the log just before each" in said
    assert "http://grafana.plant:3000/d/neurohub-runbook?viewPanel=" in said


def test_a_ticket_goes_by_mail_and_wakes_nobody(plan, told) -> None:
    assert watched.until(lambda: "NeuroHubBackupOld" in told.of("mail"), WITHIN_S)
    assert "NeuroHubBackupOld" not in told.of("/slack") + told.of("/discord")


def test_the_watchdog_is_heard(plan, told) -> None:
    assert watched.until(lambda: "NeuroHubWatchdog" in told.of("/watchdog"), WITHIN_S)
    assert "NeuroHubWatchdog" not in told.of("mail") + told.of("/slack")


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        (("NeuroHubDatabaseDown", "page", "database"), ("NeuroHubErrors1h", "page", "errors")),
        (("NeuroHubDatabaseDown", "page", "database"), ("NeuroHubPoolWaiting", "page", "database")),
        (("NeuroHubDown", "page", "up"), ("NeuroHubSlow", "page", "latency")),
        (("NeuroHubErrors1h", "page", "errors"), ("NeuroHubErrors1d", "ticket", "errors")),
    ],
    ids=lambda named: named[0],
)
def test_what_a_worse_alert_explains_is_not_said(plan, told, cause, effect) -> None:
    url = f"http://{stack.HOST}:{plan.ports['alertmanager']}/api/v2/alerts"
    for alert in (cause, effect):
        assert httpx.post(url, json=[_alert(alert, of="inhibition")]).status_code == 200
    found = httpx.get(url, params={"filter": f'alertname="{effect[0]}"'}).json()
    (one,) = [alert for alert in found if alert["labels"].get("of") == "inhibition"]
    assert one["status"]["inhibitedBy"]
    found = httpx.get(url, params={"filter": f'alertname="{cause[0]}"'}).json()
    assert not any(alert["status"]["inhibitedBy"] for alert in found)
    for alert in (cause, effect):
        httpx.post(url, json=[_alert(alert, of="inhibition") | {"endsAt": datetime.now(UTC).isoformat()}])


def _alert(named: tuple[str, str, str], of: str) -> dict[str, object]:
    name, severity, promise = named
    return {
        "labels": {"alertname": name, "severity": severity, "slo": promise, "of": of},
        "annotations": {"summary": name},
        "startsAt": "2026-01-01T00:00:00Z",
    }
