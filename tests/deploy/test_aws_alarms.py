"""The alarms of AWS wake for what the alerts of Prometheus do, at the same thresholds."""

import re

import pytest

from observability import alerts, slo
from support.terraform import FOLDER, at, read

ALARMS = at("alarms.tf", "local.alarms")
GIBIBYTE = 2**30
DATABASE_GB = at("database.tf", "aws_db_instance.neurohub.allocated_storage")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (FOLDER / "alerts.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
][1:]
NAMED = {name for row in ROWS for name in re.findall(r"`(neurohub-\S+)`", row[1])}
HOLDS = {alert.name: int(alert.holds.removesuffix("m")) for alert in alerts.ALL if alert.holds.endswith("m")}


def test_every_alert_is_an_alarm_or_has_a_reason_why_not() -> None:
    told = {row[0]: row for row in ROWS if row[0]}
    assert sorted(told) == sorted(alert.name for alert in alerts.ALL)
    assert [name for name, row in told.items() if not row[1] and not row[2]] == []


def test_every_alarm_is_in_the_table_and_no_other() -> None:
    single = [
        each["alarm_name"] for each in read("alarms.tf")["resource"]["aws_cloudwatch_metric_alarm"].values()
    ]
    waking = [name for name, one in at("alarms.tf", "local.errors").items() if one["wakes"]]
    fixed = [name for name in single if "$" not in name]
    behind = [at("replica.tf", "aws_cloudwatch_metric_alarm.behind.alarm_name")]
    made = {f"neurohub-{name}" for name in ALARMS} | {
        *waking,
        *fixed,
        *behind,
        *at("alarms.tf", "local.burns"),
    }
    assert made == NAMED


@pytest.mark.parametrize(
    ("alarm", "above", "alert"),
    [
        ("rds-cpu-high", slo.CPU_MAX * 100, "NeuroHubCpuHigh"),
        ("ec2-cpu-high", slo.CPU_MAX * 100, "NeuroHubCpuHigh"),
        ("ec2-memory-high", slo.MEMORY_MAX * 100, "NeuroHubMemoryHigh"),
        ("ec2-disk-high", (1 - slo.DISK_FREE_MIN) * 100, "NeuroHubDiskLow"),
        ("rds-connections-high", slo.CONNECTIONS_NEAR * slo.CONNECTIONS_MAX, "NeuroHubConnectionsNear"),
        ("alb-mean-slow", slo.MEAN_S, "NeuroHubMeanSlow"),
        ("alb-p95-slow", slo.SLOW_S, "NeuroHubSlow"),
        ("elasticache-mem-high", slo.REDIS_MEMORY_MAX * 100, "NeuroHubRedisFull"),
    ],
)
def test_an_alarm_has_the_threshold_and_the_patience_of_its_alert(
    alarm: str, above: float, alert: str
) -> None:
    assert ALARMS[alarm]["above"] == pytest.approx(above)
    assert ALARMS[alarm]["minutes"] == HOLDS[alert]


def test_the_95th_percentile_is_the_share_that_may_be_slow() -> None:
    assert ALARMS["alb-p95-slow"]["of"][2] == f"p{(1 - slo.SLOW_MAX) * 100:.0f}"


def test_little_storage_is_the_share_of_the_disk_that_must_be_free() -> None:
    free_gb = int(re.findall(r"\$\{(\d+) \* local.gibibyte\}", ALARMS["rds-storage-low"]["below"])[0])
    assert free_gb == slo.DISK_FREE_MIN * DATABASE_GB
    assert at("alarms.tf", "local.gibibyte") == "${1024 * 1024 * 1024}"
    assert ALARMS["rds-storage-low"]["minutes"] == HOLDS["NeuroHubDiskLow"]


def test_the_cache_is_cold_at_the_same_share_for_as_long() -> None:
    alarm = read("alarms.tf")["resource"]["aws_cloudwatch_metric_alarm"]["hits"]
    assert alarm["threshold"] == slo.CACHE_HITS_MIN * 100
    assert alarm["evaluation_periods"] == HOLDS["NeuroHubCacheCold"]


def test_a_budget_burns_as_fast_over_the_same_windows() -> None:
    """Both windows of the burns that wake somebody; the slower ones look back longer than an alarm can."""
    errors, burns = at("alarms.tf", "local.errors"), at("alarms.tf", "local.burns")
    pages = [burn for burn in slo.BURNS if burn.severity is slo.Severity.PAGE]
    assert [[f"neurohub-errors-{burn.long}", f"neurohub-errors-{burn.short}"] for burn in pages] == [
        *burns.values()
    ]
    for burn in pages:
        for window in (burn.short, burn.long):
            alarm = errors[f"neurohub-errors-{window}"]
            assert alarm["percent"] == pytest.approx(burn.times * slo.ERRORS_MAX * 100)
            assert alarm["seconds"] == _seconds(window)
            assert not alarm["wakes"]


def test_a_replica_is_behind_at_the_same_age_for_as_long() -> None:
    alarm = at("replica.tf", "aws_cloudwatch_metric_alarm.behind")
    assert (alarm["threshold"], alarm["evaluation_periods"]) == (
        slo.REPLICA_LAG_S,
        HOLDS["NeuroHubReplicaBehind"],
    )


def test_at_night_one_bad_request_is_no_trend() -> None:
    (share, *_) = read("alarms.tf")["resource"]["aws_cloudwatch_metric_alarm"]["errors"]["metric_query"]
    assert f"IF(all >= {slo.REQUESTS_A_SECOND_MIN} * PERIOD(requests)," in share["expression"]


def test_no_alarm_looks_back_longer_than_cloudwatch_allows() -> None:
    for alarm in at("alarms.tf", "local.errors").values():
        assert alarm["seconds"] * alarm["times"] <= 24 * 3600


def _seconds(window: str) -> int:
    return int(window[:-1]) * {"m": 60, "h": 3600}[window[-1]]
