"""Heartbeats: kept in place, shown with the station, refused when they are not one."""

from datetime import UTC, datetime, timedelta

import pytest

from neurohub import __version__
from support.problems import refused

BEAT = {
    "version": "1.2.3",
    "queue_depth": 4,
    "oldest_unsent_s": 12.5,
    "scanner": "OK",
    "printer": "PAPER_OUT",
    "folder": "OFF",
}


def beat(floor, who="ST-06", **changes):
    return floor.post("/stations/heartbeat", BEAT | changes, who)


def test_a_heartbeat_is_answered_with_the_time_and_the_newest_version(floor):
    answer = beat(floor)
    assert answer.status_code == 200
    assert answer.json()["newest_version"] == __version__
    server_time = datetime.fromisoformat(answer.json()["server_time"])
    assert abs(datetime.now(UTC) - server_time) < timedelta(seconds=30)


def test_the_last_heartbeat_is_shown_with_the_station(floor):
    beat(floor, queue_depth=9)
    at = beat(floor).json()["server_time"]
    shown = floor.get("/stations/ST-06", "manager").json()
    assert {key: shown[key] for key in BEAT} == BEAT
    assert shown["last_seen_at"] == at
    listed = {item["code"]: item for item in floor.get("/stations", "manager", limit=200).json()["items"]}
    assert listed["ST-06"] == shown
    assert listed["ST-08"]["last_seen_at"] is None


def test_heartbeats_are_overwritten_in_place_and_not_audited(floor, sql):
    beat(floor, "ST-07")
    for depth in range(20):
        beat(floor, "ST-07", queue_depth=depth)
    assert sql("select count(*) from station_beat where station = 'ST-07'").fetchone() == (1,)
    assert sql("select count(*) from audit where object = 'station_beat'").fetchone() == (0,)


def test_a_heartbeat_touches_no_index(floor, sql):
    beat(floor, "ST-07")
    for _ in range(20):
        sql("update station_beat set at = clock_timestamp(), queue_depth = 1 where station = 'ST-07'")
    sql("select pg_stat_force_next_flush()")
    updates, hot = sql(
        "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'station_beat'"
    ).fetchone()
    assert hot == updates >= 20


@pytest.mark.parametrize(
    "changes",
    [
        {"version": ""},
        {"version": "a\nb"},
        {"queue_depth": -1},
        {"queue_depth": 10_000_001},
        {"oldest_unsent_s": -0.1},
        {"scanner": "WELL"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_is_no_heartbeat_is_refused(floor, changes):
    assert refused(beat(floor, **changes)) == (400, "INVALID_REQUEST")
