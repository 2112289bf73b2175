"""Alerts that are found by looking: begun once, over once, begun again; and the judgement of a day."""

from datetime import UTC, datetime, timedelta

import pytest

from support import sql_machine as machine


@pytest.fixture
def floor(app):
    """Look at the floor; return what is raised of a kind: does it last, is it unread."""

    def look(kind):
        app.execute("select watch_floor()")
        found = app.execute(
            "select cause, over_at is null, read_at is null from alert where kind = %s", (kind,)
        )
        return {cause: (lasts, unread) for cause, lasts, unread in found}

    return look


def beat(connection, station, *, age_s=0, oldest_unsent_s=None):
    connection.execute(
        "insert into station_beat (station, at, version, queue_depth, oldest_unsent_s, scanner, printer, folder)"
        " values (%s, clock_timestamp() - %s * interval '1 second', '1', 3, %s, 'OK', 'OK', 'OFF')"
        " on conflict (station) do update set at = excluded.at, oldest_unsent_s = excluded.oldest_unsent_s",
        (station, float(age_s), oldest_unsent_s),
    )


def test_a_station_is_silent_after_two_minutes_until_it_is_heard_again(app, floor):
    silent = "STATION_SILENT:ST-01"
    beat(app, "ST-01", age_s=110)
    assert silent not in floor("STATION_SILENT")
    beat(app, "ST-01", age_s=130)
    assert floor("STATION_SILENT")[silent] == (True, True)
    app.execute("update alert set read_at = clock_timestamp() where cause = %s", (silent,))
    assert floor("STATION_SILENT")[silent] == (True, False)  # what lasts is not raised again
    beat(app, "ST-01")
    assert floor("STATION_SILENT")[silent] == (False, False)
    beat(app, "ST-01", age_s=130)
    assert floor("STATION_SILENT")[silent] == (True, True)  # what comes back is unread again
    assert not [cause for cause in floor("STATION_SILENT") if "ST-02" in cause]  # was never there


def test_an_outbox_that_does_not_drain_is_told(app, floor):
    beat(app, "ST-03", oldest_unsent_s=299)
    assert floor("OUTBOX_GROWING") == {}
    beat(app, "ST-03", oldest_unsent_s=301)
    assert floor("OUTBOX_GROWING") == {"OUTBOX_GROWING:ST-03": (True, True)}
    beat(app, "ST-03", oldest_unsent_s=301, age_s=500)  # silent now: nothing is known of its outbox
    assert floor("OUTBOX_GROWING") == {"OUTBOX_GROWING:ST-03": (False, True)}


def test_a_step_is_delayed_past_half_again_its_standard_time(app, floor):
    lot = machine.open_lot(app, 2, line="KR02", model="WFO")
    for age_s, sequence in ((80, 1), (100, 2)):  # the standard time of process 1 is 60 s
        begun = datetime.now(UTC) - timedelta(seconds=age_s)
        machine.record(
            app,
            machine.item("START", lot, sequence=sequence, process=1, station="ST-99", occurred_at=begun),
        )
    assert list(floor("PROCESS_DELAYED").values()) == [(True, True)]
    (late,) = app.execute("select facts ->> 'wip_id' from alert where kind = 'PROCESS_DELAYED'").fetchall()
    assert late == (f"WIP-{lot}-002",)
    given = machine.completion(app, lot, 1, "ERROR", sequence=2, station="ST-99")
    assert machine.record(app, given)[0].code is None
    assert list(floor("PROCESS_DELAYED").values()) == [(False, True)]


def judged(connection, now):
    connection.execute("select judge_targets(%s)", (now,))
    return {
        facts["date"]: (facts["passed"], facts["target"])
        for (facts,) in connection.execute("select facts::jsonb from alert where kind = 'TARGET_NOT_MET'")
    }


def test_a_day_is_judged_when_its_last_shift_is_over_where_there_was_work(owner, app):
    machine.open_lot(app, 1, line="KR01")
    lot = machine.open_lot(app, 1, line="KR01")
    machine.record(app, machine.item("START", lot, process=1))
    (tomorrow,) = owner.execute(
        "select ((clock_timestamp() at time zone timezone - day_shift_starts)::date + 1 + day_shift_starts)"
        " at time zone timezone from plant"
    ).fetchone()
    assert judged(owner, tomorrow - timedelta(minutes=1)) == {}
    assert judged(owner, tomorrow + timedelta(hours=2)) == {}
    found = judged(owner, tomorrow + timedelta(minutes=1))
    assert list(found.values()) == [(0, 100)]  # KR02 did not work, KR01 passed nothing
    assert judged(owner, tomorrow + timedelta(minutes=2)) == found


def test_the_service_makes_the_quarters_to_come_without_being_their_owner(app, owner):
    app.execute("select ensure_history_quarters('2031-01-01Z', 2)")
    found = owner.execute(
        "select relname, pg_get_userbyid(relowner) from pg_class where relname in ('history_2031q1', 'history_2031q2')"
    ).fetchall()
    assert sorted(found) == [("history_2031q1", "neurohub_owner"), ("history_2031q2", "neurohub_owner")]
