"""Prometheus and Alertmanager take what we wrote, and every alert fires and rests as it says."""

import subprocess
from pathlib import Path

import pytest
import yaml

from observability import alerting, boards, generate, stack
from observability.alerting import Receivers
from observability.board import panels

EVERYBODY = Receivers(
    slack_url="http://slack.example/hook",
    discord_url="http://discord.example/hook",
    email_to="ops@plant.example",
    watchdog_url="http://elsewhere.example/alive",
)


def run(*command: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_rules_are_rules() -> None:
    assert "SUCCESS" in run("promtool", "check", "rules", generate.GENERATED / generate.RULES)


@pytest.mark.parametrize("name", sorted(generate.CASES))
def test_every_alert_fires_in_its_case_and_rests_in_its_other(name: str) -> None:
    assert "SUCCESS" in run("promtool", "test", "rules", generate.GENERATED / name)


def test_every_panel_asks_what_prometheus_understands(tmp_path: Path) -> None:
    asked = [
        {"record": f"panel:{number}", "expr": target.expr.replace("$__rate_interval", "1m")}
        for number, target in enumerate(
            target for board in boards.ALL for panel in panels(board) for target in panel.targets
        )
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": asked}]}))
    assert f"{len(asked)} rules found" in run("promtool", "check", "rules", path)


def test_prometheus_takes_its_settings(tmp_path: Path) -> None:
    stack.prepare(
        stack.Plan(
            folder=tmp_path,
            metrics="127.0.0.1:9464",
            database_url=None,
            redis_url=None,
            ports=dict.fromkeys(stack.PROGRAMS, 1),
        )
    )
    assert "SUCCESS" in run("promtool", "check", "config", tmp_path / "prometheus.yml")


@pytest.mark.parametrize("to", [Receivers(), EVERYBODY], ids=["nobody", "everybody"])
def test_alertmanager_takes_its_settings(tmp_path: Path, to: Receivers) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(alerting.config(to)))
    assert "SUCCESS" in run("amtool", "check-config", path)


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("severity=page", "page"),
        ("severity=ticket", "ticket"),
        ("severity=heartbeat", "watchdog"),
        ("", "ticket"),
    ],
)
def test_an_alert_goes_where_its_severity_says(tmp_path: Path, labels: str, receiver: str) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(alerting.config(EVERYBODY)))
    command = ["amtool", "config", "routes", "test", f"--config.file={path}", *labels.split()]
    assert run(*command).strip() == receiver
