"""Who hears an alert: Alertmanager's configuration for the receivers that a plant has. No alert, no threshold.

Secrets come from the environment and go into the file that `neurohub-observe alertmanager` prints, nowhere else.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from observability.slo import Severity

_TITLE: Final = '{{ if eq .Status "resolved" }}✔ {{ end }}{{ .CommonLabels.alertname }}'
_TEXT: Final = (
    "{{ range .Alerts }}{{ .Annotations.summary_ko }}\n{{ .Annotations.summary }}\n"
    "→ {{ .Annotations.action_ko }}\n→ {{ .Annotations.action }}\n%s{{ .Annotations.runbook }}\n\n{{ end }}"
)


class Receivers(Struct, frozen=True, kw_only=True):
    """Where alerts go; what is None is not used. `watchdog_url` hears every minute that watching works."""

    slack_url: str | None = None
    discord_url: str | None = None
    email_to: str | None = None
    email_from: str = "neurohub@localhost"
    smtp: str = "localhost:25"
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_tls: bool = True
    watchdog_url: str | None = None
    grafana_url: str = "http://localhost:3000"


def receivers(environment: Mapping[str, str] = os.environ) -> Receivers:
    """Return the receivers that the environment names."""
    keys = {
        "slack_url": "SLACK_WEBHOOK_URL",
        "discord_url": "DISCORD_WEBHOOK_URL",
        "email_to": "ALERT_EMAIL_TO",
        "email_from": "ALERT_EMAIL_FROM",
        "smtp": "SMTP_ADDRESS",
        "smtp_user": "SMTP_USERNAME",
        "smtp_password": "SMTP_PASSWORD",
        "watchdog_url": "ALERT_WATCHDOG_URL",
        "grafana_url": "GRAFANA_URL",
    }
    said: dict[str, Any] = {field: environment[key] for field, key in keys.items() if environment.get(key)}
    return Receivers(**said, smtp_tls=environment.get("SMTP_TLS", "true") != "false")


def config(to: Receivers, *, wait: str = "15s", patience: str = "2m") -> dict[str, Any]:
    """Return Alertmanager's configuration: how long a page and a ticket wait for others of their cause."""
    return {
        "route": {
            "receiver": "ticket",
            "group_by": ["alertname", "slo"],
            "group_wait": patience,
            "group_interval": "10m",
            "repeat_interval": "24h",
            "routes": [
                _route(Severity.HEARTBEAT, "watchdog", wait="0s", interval="1m", repeat="1m"),
                _route(Severity.PAGE, "page", wait=wait, interval="2m", repeat="1h"),
            ],
        },
        "inhibit_rules": _inhibitions(),
        "receivers": [
            {"name": "page"} | _everywhere(to),
            {"name": "ticket"} | _quietly(to),
            {"name": "watchdog"}
            | (
                {"webhook_configs": [{"url": to.watchdog_url, "send_resolved": False}]}
                if to.watchdog_url
                else {}
            ),
        ],
    }


def _route(severity: Severity, receiver: str, *, wait: str, interval: str, repeat: str) -> dict[str, Any]:
    return {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": receiver,
        "group_wait": wait,
        "group_interval": interval,
        "repeat_interval": repeat,
    }


def _inhibitions() -> list[dict[str, Any]]:
    """Return what is not said because something worse explains it."""

    def explains(cause: str, *effects: str) -> dict[str, Any]:
        return {"source_matchers": [cause], "target_matchers": list(effects)}

    of_service = 'slo=~"errors|latency|cache|floor|refusals"'
    return [
        explains('alertname="NeuroHubDown"', of_service),
        explains('alertname="NeuroHubDown"', 'alertname="NeuroHubInstanceDown"'),
        explains('alertname="NeuroHubDatabaseDown"', of_service),
        explains('alertname="NeuroHubDatabaseDown"', 'slo="database"', 'alertname!="NeuroHubDatabaseDown"'),
        explains('severity="page"', 'severity="ticket"') | {"equal": ["slo"]},
    ]


def _everywhere(to: Receivers) -> dict[str, Any]:
    return _chat(to) | _mail(to)


def _quietly(to: Receivers) -> dict[str, Any]:
    """Return the receivers of tickets: mail where there is one, else the chats."""
    return _mail(to) or _chat(to)


def _chat(to: Receivers) -> dict[str, Any]:
    text = _TEXT % to.grafana_url.rstrip("/")
    found: dict[str, Any] = {}
    if to.slack_url:
        found["slack_configs"] = [
            {"api_url": to.slack_url, "send_resolved": True, "title": _TITLE, "text": text}
        ]
    if to.discord_url:
        found["discord_configs"] = [
            {"webhook_url": to.discord_url, "send_resolved": True, "title": _TITLE, "message": text}
        ]
    return found


def _mail(to: Receivers) -> dict[str, Any]:
    if not to.email_to:
        return {}
    mail: dict[str, Any] = {
        "to": to.email_to,
        "from": to.email_from,
        "smarthost": to.smtp,
        "require_tls": to.smtp_tls,
        "send_resolved": True,
        "headers": {"Subject": _TITLE},
        "text": _TEXT % to.grafana_url.rstrip("/"),
        "html": "",
    }
    if to.smtp_user:
        mail |= {"auth_username": to.smtp_user, "auth_password": to.smtp_password or ""}
    return {"email_configs": [mail]}
