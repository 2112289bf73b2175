"""Recording rules and alerts as Prometheus reads them, and the promtool cases that prove them. Pure data.

The expressions come from `queries`, the numbers from `slo`; `generate` writes the files.
"""

import re
from typing import Any, Final

from observability import slo
from observability.alerts import ALL
from observability.alerts.alert import Alert, Case
from observability.board import RUNBOOK
from observability.queries import (
    API,
    CACHE_HIT_RATIO,
    DURATION,
    MEAN_SECONDS,
    SCAN_P99_SECONDS,
    SCANS,
    SLOW_RATIO,
    WINDOWS,
    cache_hit_share,
    error_ratio,
    error_share,
    mean,
    quantile,
    request_rate,
    requests,
    slow_share,
)

# Windows of days need no answer four times a minute, and are dear.
LONG: Final = {"6h", "1d", "3d"}
EVERY_LONG: Final = "2m"
_OF_LABEL: Final = re.compile(r"\{\{ \$labels\.(\w+) \}\}")


def rules() -> dict[str, Any]:
    """Return the rule file."""
    return {
        "groups": [
            _group("neurohub-record", _recorded(set(WINDOWS) - LONG) + _now()),
            _group("neurohub-record-long", _recorded(LONG)) | {"interval": EVERY_LONG},
            _group("neurohub-alerts", [_rule(alert) for alert in ALL]),
        ]
    }


def cases(rule_file: str, *, days: bool) -> dict[str, Any]:
    """Return promtool's test file: each alert fires in its one case and rests in its other."""
    tests = [
        _test(alert, case, fires=case is alert.fires)
        for alert in ALL
        for case in (alert.fires, alert.rests)
        if case is not None and case.days is days
    ]
    return {
        "rule_files": [rule_file],
        "evaluation_interval": "15m" if days else "1m",
        # In any order, an alert may look for what is recorded a moment later: the last is 15 min old, too old.
        "group_eval_order": [group["name"] for group in rules()["groups"]],
        "tests": tests,
    }


def panel_of(alert: Alert) -> int:
    """Return the number of the alert's panel on the runbook board."""
    return ALL.index(alert) + 1


def _group(name: str, made: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "rules": made}


def _recorded(windows: set[str]) -> list[dict[str, Any]]:
    chosen = [window for window in WINDOWS if window in windows]
    return [{"record": request_rate(window), "expr": requests(window)} for window in chosen] + [
        {"record": error_ratio(window), "expr": error_share(window)} for window in chosen
    ]


def _now() -> list[dict[str, Any]]:
    return [
        {"record": SLOW_RATIO, "expr": slow_share(slo.SLOW_S, "5m")},
        {"record": MEAN_SECONDS, "expr": mean(DURATION, API, window="5m")},
        {"record": SCAN_P99_SECONDS, "expr": quantile(0.99, DURATION, SCANS, window="5m")},
        {"record": CACHE_HIT_RATIO, "expr": cache_hit_share("5m")},
    ]


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.holds,
        "labels": _labels(alert),
        "annotations": _annotations(alert),
    }


def _labels(alert: Alert) -> dict[str, str]:
    return {"severity": alert.severity.value} | ({"slo": alert.slo} if alert.slo else {})


def _annotations(alert: Alert) -> dict[str, str]:
    return {
        "summary": alert.summary[0],
        "summary_ko": alert.summary[1],
        "action": alert.action[0],
        "action_ko": alert.action[1],
        "runbook": f"/d/{RUNBOOK}?viewPanel={panel_of(alert)}",
    }


def _test(alert: Alert, case: Case, *, fires: bool) -> dict[str, Any]:
    expected = {
        "exp_labels": _labels(alert) | case.labels,
        "exp_annotations": {
            key: _OF_LABEL.sub(lambda found: case.labels.get(found[1], ""), text)
            for key, text in _annotations(alert).items()
        },
    }
    return {
        "name": f"{alert.name} {'fires' if fires else 'rests'}",
        "interval": "5m" if case.days else "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "alert_rule_test": [
            {"eval_time": case.at, "alertname": alert.name, "exp_alerts": [expected] if fires else []}
        ],
    }
