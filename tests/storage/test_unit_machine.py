"""The state machine in SQL against a model of one unit: any commands in any order, the same outcome."""

import itertools

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from unit_model import Unit

from support import sql_machine as machine

NEAR = st.sampled_from([0, 0, 0, 0, 0, 0, -1, 1])  # mostly the due process, sometimes a neighbour
MODELS = ("PSA", "WFO", "LNG")  # a model has 999 LOT numbers a month, a long run needs more
_lots = itertools.count()
RESULTS = st.sampled_from(["PASS", "PASS", "PASS", "FAIL", "REWORK", "ERROR"])


class UnitMachine(RuleBasedStateMachine):
    """Sends each command to the database and to the model, and compares. `seen` collects the outcomes."""

    def __init__(self, connection: psycopg.Connection, seen: set[str]) -> None:
        super().__init__()
        self.seen = seen
        self.db = connection
        self.lot = machine.open_lot(connection, 1, model=MODELS[next(_lots) // 900 % 3])
        self.model = Unit()
        self.accepted = []
        self.starts = []
        self.rows = 0

    def _near(self, step: int) -> int:
        return min(max((self.model.open or self.model.passed + 1) + step, 1), 8)

    def _send(self, item, expected):
        (found,) = machine.record(self.db, item)
        self.seen.add(expected or self.model.status)
        assert (found.code, found.replayed) == (expected, False)
        if expected is None:
            self.rows += 1
            self.accepted.append((item, found))
        seen = (found.status, found.passed_process, found.open_process, found.due_process, found.rework_count)
        assert seen == self._told()
        return found

    def _told(self):
        m = self.model
        return m.status, m.passed, m.open, m.due, m.reworks

    @rule(step=NEAR)
    def start(self, step):
        process = self._near(step)
        item = machine.item("START", self.lot, process=process)
        expected = self.model.start(process)
        found = self._send(item, expected)
        if expected is None:
            self.starts.append(item.event_id)
            assert found.attempt == self.model.attempts[process]

    @rule(
        step=NEAR, result=RESULTS, whose=st.sampled_from(["mine", "mine", "mine", "stranger", "ref", "old"])
    )
    def complete(self, step, result, whose):
        process = self._near(step)
        facts = {
            "mine": {},
            "stranger": {"station": None, "role": "worker", "line": "KR01"},
            "ref": {
                "station": None,
                "role": "worker",
                "line": "KR01",
                "ref": self.starts[-1] if self.starts else machine.new_id(),
            },
            "old": {"ref": machine.new_id()},
        }[whose]
        item = machine.completion(self.db, self.lot, process, result, **facts)
        mine = whose in {"mine", "ref"}
        self._send(item, self.model.complete(process, result, mine=mine))

    @precondition(lambda self: self.model.open is not None)
    @rule(result=st.sampled_from(["FAIL", "FAIL", "REWORK", "ERROR"]))
    def go_wrong(self, result):
        self.complete(0, result, "mine")

    @precondition(lambda self: self.model.open is None)
    @rule(step=st.sampled_from([-1, 1]))
    def start_out_of_turn(self, step):
        self.start(step)

    @precondition(lambda self: self.model.status == "DEFECTED")
    @rule()
    def repair(self):
        self.decide("REWORK", 0)

    @precondition(lambda self: self.starts)
    @rule(
        which=st.sampled_from([-1, -1, -1, 0]), seconds=st.sampled_from([0, 9, 10, 11]), foreign=st.booleans()
    )
    def undo(self, which, seconds, foreign):
        start_id = self.starts[which]
        station = f"ST-{self.model.open:02d}" if self.model.open and not foreign else "ST-99"
        operator = "manager" if foreign else "worker"
        item = machine.undo(start_id, seconds, station=station, operator=operator)
        is_open = self.model.open is not None and start_id == self.starts[-1]
        self._send(item, self.model.undo(is_open=is_open, mine=not foreign, in_time=seconds <= 10))

    @precondition(lambda self: self.model.due is not None and self.model.open is None)
    @rule(count=st.integers(1, 4))
    def pass_on(self, count):
        """Walk a few processes ahead, so that the far end is reached too."""
        for _ in range(min(count, 8 - self.model.passed)):
            self.start(0)
            self.complete(0, "PASS", "mine")

    @rule()
    def wrong_station(self):
        process = self._near(0)
        self._send(machine.item("START", self.lot, process=process, station="ST-99"), "FORBIDDEN")

    @rule(verb=st.sampled_from(["REWORK", "REWORK", "REWORK", "SCRAP", "REOPEN"]), sure=st.integers(0, 3))
    def decide(self, verb, sure):
        if verb == "SCRAP" and sure:
            return  # else every unit dies young
        expected = getattr(self.model, verb.lower())()
        assert machine.decide(self.db, verb, self.lot) == expected
        self.seen.add(expected or self.model.status)
        self.rows += expected is None

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def send_again(self, data):
        item, first = data.draw(st.sampled_from(self.accepted))
        (again,) = machine.record(self.db, item)
        assert again == first._replace(replayed=True)
        other = msgspec.structs.replace(item, command_hash="00" * 32)
        assert machine.record(self.db, other)[0].code == "EVENT_ID_REUSED"

    @invariant()
    def history_has_one_row_per_effect(self):
        query = """
            select count(*), count(voids_id),
                   (array_agg(status_after order by h.id desc))[1], (array_agg(passed_after order by h.id desc))[1]
            from history h join lot l on l.id = h.lot_id where l.lot_number = %s"""
        count, voided, status, passed = self.db.execute(query, (self.lot,)).fetchone()
        assert (count, voided) == (self.rows, self.model.voided)
        if count:
            assert (status, passed) == (self.model.status, self.model.passed)

    @invariant()
    def rework_mark_and_lot_agree(self):
        query = """
            select u.rework_marked, coalesce(u.open_is_rework, false), u.status, l.status, l.passed, l.scrapped
            from unit u join lot l on l.id = u.lot_id where l.lot_number = %s"""
        marked, open_is_rework, status, lot, passed, scrapped = self.db.execute(query, (self.lot,)).fetchone()
        assert (marked, status) == (self.model.marked, self.model.status)
        assert open_is_rework == (self.model.open is not None and self.model.open_is_rework)
        assert (passed, scrapped) == (status == "PASSED", status == "SCRAPPED")
        assert lot == ("COMPLETED" if status in {"PASSED", "SCRAPPED"} else "IN_PROGRESS")


MET_SOON = {
    "IN_PROGRESS",
    "DEFECTED",
    "SCRAPPED",
    "UNIT_NOT_ACTIVE",
    "ALREADY_STARTED",
    "PROCESS_NOT_STARTED",
}
MET_IN_TIME = MET_SOON | {
    *("REWORK", "PASSED", "PROCESS_ALREADY_PASSED", "PREVIOUS_PROCESS_NOT_COMPLETED"),
    *("INVALID_PROCESS_DATA", "CONFLICT", "FORBIDDEN"),
}


def _run(app, examples, steps, met):
    """Run the machine; it must have met the outcomes in `met`, else it proved little."""
    seen: set[str] = set()
    run_state_machine_as_test(
        lambda: UnitMachine(app, seen),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert seen >= met


def test_unit_obeys_the_model(app):
    _run(app, 80, 30, MET_SOON)


@pytest.mark.long
def test_unit_obeys_the_model_for_long(app):
    app.execute("insert into model (code, name) values ('LNG', 'Long run')")
    app.execute(
        "insert into limit_set (model, limits, created_by)"
        " select 'LNG', limits, 'test' from limit_set where model = 'PSA'"
    )
    _run(app, 2000, 40, MET_IN_TIME)
