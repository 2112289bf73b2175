"""Two transactions at once, held where it hurts: what the second one sees."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from neurohub.storage.pool import conninfo
from support import sql_machine as machine


@pytest.fixture
def second(module_database_url):
    with psycopg.connect(conninfo(module_database_url), autocommit=True) as connection:
        yield connection


def _wait_until_blocked(connection, pid):
    """Return once backend `pid` waits for a lock."""
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    for _ in range(10_000):
        if connection.execute(query, (pid,)).fetchone()[0]:
            return
    raise AssertionError("nobody waits")


def _behind(owner, app, second, *, first, then):
    """Run `first` in a transaction of `app`, `then` on `second` while it is open; return what `then` found."""
    with ThreadPoolExecutor(1) as pool:
        with app.transaction():
            assert machine.record(app, first)[0].code is None
            later = pool.submit(machine.record, second, then)
            _wait_until_blocked(owner, second.info.backend_pid)
        return later.result(10)[0]


def _at_process_4(app, lot):
    for process in (1, 2, 3):
        machine.record(app, machine.item("START", lot, process=process))
        machine.record(app, machine.completion(app, lot, process, "PASS"))
    machine.record(app, machine.item("START", lot, process=4))
    return lot


def test_second_unit_with_the_same_board_waits_and_is_refused(owner, app, second):
    lots = [_at_process_4(app, machine.open_lot(app, 1)) for _ in range(2)]
    passes = [machine.completion(app, lot, 4, "PASS", board_serial="BRD-ONE") for lot in lots]
    found = _behind(owner, app, second, first=passes[0], then=passes[1])
    assert found.code == "INVALID_PROCESS_DATA"


def test_second_delivery_of_an_event_waits_and_is_replayed(owner, app, second):
    start = machine.item("START", machine.open_lot(app, 1), process=1)
    found = _behind(owner, app, second, first=start, then=start)
    assert (found.code, found.replayed) == (None, True)


def test_same_id_for_another_unit_waits_and_is_refused(owner, app, second):
    event_id = machine.new_id()
    starts = [machine.item("START", machine.open_lot(app, 1), process=1, event_id=event_id) for _ in range(2)]
    found = _behind(owner, app, second, first=starts[0], then=starts[1])
    assert found.code == "EVENT_ID_REUSED"


def test_undo_in_a_batch_is_locked_in_the_order_of_all_units(owner, app, second):
    """Undo names its unit by an event only; a batch that waits for a unit holds none behind it."""
    lots = [machine.open_lot(app, 1) for _ in range(2)]
    starts = [machine.item("START", lot, process=1) for lot in lots]
    machine.record(app, *starts)
    batch = [machine.undo(starts[0].event_id), machine.item("START", lots[1], process=1)]
    lock = "select u.lot_id from unit u join lot l on l.id = u.lot_id where l.lot_number = %s for update of u"
    with ThreadPoolExecutor(1) as pool:
        with app.transaction():
            app.execute(lock, (lots[0],))
            later = pool.submit(machine.record, second, *batch)
            _wait_until_blocked(owner, second.info.backend_pid)
            assert app.execute(f"{lock} skip locked", (lots[1],)).fetchone() is not None
        answers = later.result(10)
    assert [a.code for a in answers] == [None, "ALREADY_STARTED"]


def test_stale_limits_are_answered_with_limits_changed(app):
    lot = machine.open_lot(app, 1)
    machine.record(app, machine.item("START", lot, process=1))
    stale = machine.item("COMPLETE", lot, process=1, result="PASS", limits_version=0)
    assert machine.record(app, stale)[0].code == "LIMITS_CHANGED"
    assert machine.record(app, machine.completion(app, lot, 1, "PASS"))[0].code is None
