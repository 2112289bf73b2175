"""Many events in one statement are worth as much as one by one; and the roll-ups say what the history says."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from neurohub.storage import rollups
from neurohub.storage.migrate import migrate
from support import sql_machine as machine

PROCESSES = 3
SHOWN = (
    "code",
    "replayed",
    "status",
    "passed_process",
    "open_process",
    "rework_count",
    "unit_attempt",
    "result",
)


def story(connection, lot, dice):
    """Return a day on three units: mostly what is due, with mistakes, undos and repeated deliveries."""
    due, told = dict.fromkeys((1, 2, 3), 1), []
    for _ in range(40):
        sequence = dice.choice((1, 2, 3))
        process = min(due[sequence] + dice.choice((0, 0, 0, 0, 1)), 8)
        start = machine.item("START", lot, sequence, process=process)
        told.append(start)
        move = dice.random()
        if move < 0.2:
            told.append(machine.undo(start.event_id, station=start.station))
        elif move < 0.9:
            result = dice.choice(("PASS", "PASS", "PASS", "ERROR", "REWORK", "FAIL"))
            told.append(machine.completion(connection, lot, process, result, sequence=sequence))
            due[sequence] += result == "PASS"
        if dice.random() < 0.2:
            told.append(dice.choice(told))
    return told


def told_of(lot, items, other):
    """Return the same story for another LOT: new ids, the same references among them."""
    ids = {item.event_id: machine.new_id() for item in items}
    return [
        type(item)(
            **{field: getattr(item, field) for field in item.__struct_fields__}
            | {"event_id": ids[item.event_id], "ref": ids.get(item.ref, item.ref)}
            | ({"lot_number": other} if item.lot_number == lot else {})
        )
        for item in items
    ]


def seen(answer):
    return tuple(getattr(answer, name) for name in SHOWN)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [2, 7, 32, 500])
def test_events_in_one_statement_equal_events_one_by_one(app, seed, size):
    dice = random.Random(seed)
    alone, together = machine.open_lot(app, 3), machine.open_lot(app, 3)
    items = story(app, alone, dice)
    expected = [seen(machine.record(app, item)[0]) for item in items]
    copied = told_of(alone, items, together)
    found = []
    for at in range(0, len(copied), size):
        found += [seen(answer) for answer in machine.record(app, *copied[at : at + size])]
    assert found == expected
    assert {code for code, *_ in expected} >= {None, "UNIT_NOT_ACTIVE"} or seed


def test_undo_of_a_start_in_the_same_statement(app):
    lot = machine.open_lot(app, 1)
    start = machine.item("START", lot, process=1)
    answers = machine.record(app, start, machine.undo(start.event_id), machine.item("START", lot, process=1))
    assert [answer.code for answer in answers] == [None, None, None]
    assert [answer.unit_attempt for answer in answers] == [1, 1, 2]


def test_units_nobody_knows_are_refused_beside_one_that_is_known(app):
    lot = machine.open_lot(app, 1)
    strangers = [machine.item("START", "KR01PSA2001001", n, process=1) for n in (1, 1, 2)]
    answers = machine.record(app, strangers[0], machine.item("START", lot, process=1), *strangers[1:])
    assert [answer.code for answer in answers] == ["UNIT_NOT_FOUND", None, "UNIT_NOT_FOUND", "UNIT_NOT_FOUND"]


def test_one_id_for_two_units_in_one_statement_is_refused(app):
    lot, event_id = machine.open_lot(app, 2), machine.new_id()
    items = [machine.item("START", lot, n, process=1, event_id=event_id) for n in (1, 2)]
    assert [answer.code for answer in machine.record(app, *items)] == [None, "EVENT_ID_REUSED"]


def counts(connection):
    by_process = """
        select day, line, model, process, sum(started), sum(passed), sum(failed), sum(repaired), sum(errors),
               sum(first_verdicts), sum(first_passes)
        from day_count group by day, line, model, process order by 1, 2, 3, 4"""
    by_bucket = """
        select day, line, model, process, bucket, sum(passed)
        from day_count where passed > 0 group by day, line, model, process, bucket order by 1, 2, 3, 4, 5"""
    return connection.execute(by_process).fetchall(), connection.execute(by_bucket).fetchall()


def recounted(connection, zone="Asia/Seoul"):
    """Return the same numbers straight from the history, by other words than the roll-ups'."""
    by_process = """
        select (h.received_at at time zone %(zone)s)::date, l.line, l.model, h.process,
               sum((h.kind = 'START')::int), sum((h.kind = 'COMPLETE' and h.result = 'PASS')::int),
               sum((h.kind = 'COMPLETE' and h.result = 'FAIL')::int),
               sum((h.kind = 'COMPLETE' and h.result = 'REWORK')::int),
               sum((h.kind = 'COMPLETE' and h.result = 'ERROR')::int), sum(h.first_verdict::int),
               sum((h.first_verdict and h.result = 'PASS')::int)
        from history h join lot l on l.id = h.lot_id
        where h.kind in ('START', 'COMPLETE') group by 1, 2, 3, 4 order by 1, 2, 3, 4"""
    by_bucket = """
        select (h.received_at at time zone %(zone)s)::date, l.line, l.model, h.process,
               duration_bucket(extract(epoch from h.occurred_at - h.started_at)), count(*)
        from history h join lot l on l.id = h.lot_id
        where h.kind = 'COMPLETE' and h.result = 'PASS' group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"""
    found = (connection.execute(query, {"zone": zone}) for query in (by_process, by_bucket))
    return tuple(cursor.fetchall() for cursor in found)


def test_rollups_are_exact_and_can_be_rebuilt(app, owner, module_database_url):
    for seed in (7, 8):
        lot = machine.open_lot(app, 3)
        machine.record(app, *story(app, lot, random.Random(seed)))
    assert counts(app) == recounted(app)
    owner.execute("update day_count set passed = passed + 5")
    assert counts(app) != recounted(app)
    rebuilt = dict(rollups.rebuild(module_database_url, rollups.days(module_database_url)))
    assert sum(rebuilt.values()) == owner.execute("select count(*) from history").fetchone()[0]
    assert counts(app) == recounted(app)


def where_it_is_another_day():
    """Return a zone whose date is not Seoul's now: one of the two ends of the world always has another."""
    today = datetime.now(ZoneInfo("Asia/Seoul")).date()
    zones = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
    return next(zone for zone in zones if datetime.now(ZoneInfo(zone)).date() != today)


def test_another_time_zone_counts_its_own_days(app, owner, module_database_url):
    lot = machine.open_lot(app, 1)
    machine.record(app, machine.item("START", lot, process=1))
    zone = where_it_is_another_day()
    migrate(module_database_url, zone)
    try:
        assert counts(app)[0] != recounted(app)[0]
        assert counts(app)[0] == recounted(app, zone)[0]
    finally:
        migrate(module_database_url, "Asia/Seoul")
    assert counts(app) == recounted(app)


@pytest.mark.parametrize("seconds", [0.01, 1, 59.9, 3600, 86400])
def test_bucket_tells_a_duration_to_within_a_fortieth(app, seconds):
    took = app.execute(
        "select bucket_seconds(duration_bucket(extract(epoch from %s::interval)))",
        (timedelta(seconds=seconds),),
    ).fetchone()[0]
    assert abs(took / seconds - 1) < 0.025


def test_sessions_at_work_count_under_shards_of_their_own(app, owner):
    first, second = (c.execute("select take_shard()").fetchone()[0] for c in (app, owner))
    assert first != second
    assert app.execute("select own_shard()").fetchone()[0] == first
