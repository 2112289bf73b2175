"""A LOT of 100 units over HTTP: eight processes, defects, reworks, scraps, an undo, a reopen; it completes and
closes, and every count agrees with a ledger kept here.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from neurohub.demo.reports import DEFECTS
from support import service
from support.floor import OF_PROCESS, Floor, new_id

WORKERS = 6


class Ledger:
    """What the floor was told, in our own words."""

    def __init__(self):
        self.counts = Counter()
        self.first = {}

    def started(self):
        self.counts["started"] += 1

    def completed(self, code, process, result):
        self.counts[result] += 1
        if result != "ERROR":
            self.first.setdefault((code, process), result)

    def first_pass_yield(self):
        return sum(result == "PASS" for result in self.first.values()) / len(self.first)


def _step(floor, ledger, code, process, result="PASS"):
    more = {"defect": {"code": DEFECTS[process]}} if result == "FAIL" else {}
    answer = floor.start(code, process)
    assert answer.status_code == 201, answer.text
    ledger.started()
    answer = floor.complete(code, process, result, **more)
    assert answer.status_code == 200, answer.text
    ledger.completed(code, process, result)


def _life(floor, ledger, code, number):
    """Lead one unit through its life, by its number; return the status it ends with."""
    for process in range(1, 9):
        trouble = number % 10 == 0 and process == number // 10 % 8 + 1
        if trouble and _troubled(floor, ledger, code, process, number) == "SCRAPPED":
            return "SCRAPPED"
        _step(floor, ledger, code, process)
    return "PASSED"


def _troubled(floor, ledger, code, process, number):
    """Something goes wrong at `process`: an ERROR and a REWORK, then FAILs decided by the manager."""
    _step(floor, ledger, code, process, "ERROR")
    if process > 1:
        _step(floor, ledger, code, process, "REWORK")
    _step(floor, ledger, code, process, "FAIL")
    if process == 1:
        return "SCRAPPED"
    if number >= 80:
        assert floor.post(f"/units/{code}/scrap", {"reason": "beyond repair"}).json()["status"] == "SCRAPPED"
        return "SCRAPPED"
    assert floor.post(f"/units/{code}/rework", {"reason": "again"}).json()["status"] == "REWORK"
    return "REWORK"


def _undo_once(floor, ledger, code):
    start_id = new_id()
    assert floor.start(code, 1, event_id=start_id).status_code == 201
    ledger.started()
    undo = {"event_id": new_id(), "undo": start_id, "operator": "worker"}
    assert floor.post("/process/undo", undo, OF_PROCESS[1]).status_code == 200


def _reopen_once(floor, ledger, code):
    answer = floor.post(f"/units/{code}/reopen", {"reason": "scratch seen at the gate"})
    assert answer.json()["due_process"] == 8
    _step(floor, ledger, code, 8)


@pytest.fixture
def own_floor(servers_url, fresh_database_url):
    with service.running(fresh_database_url, servers_url.redis_url) as base:
        floor = Floor(base)
        for who in ("manager", *OF_PROCESS.values()):
            floor.token(who)
        yield floor
        floor.close()


def test_lot_of_100_units_completes_and_closes_and_all_counts_agree(own_floor):
    floor, ledger = own_floor, Ledger()
    lot = floor.lot(100)
    codes = [f"WIP-{lot}-{n:03d}" for n in range(1, 101)]
    _undo_once(floor, ledger, codes[0])
    with ThreadPoolExecutor(WORKERS) as pool:
        ends = list(pool.map(lambda n: _life(floor, ledger, codes[n - 1], n), range(1, 101)))
    passed = ends.count("PASSED")
    assert floor.get(f"/lots/{lot}").json()["status"] == "COMPLETED"
    _reopen_once(floor, ledger, codes[0])

    _check_lot(floor.get(f"/lots/{lot}").json(), passed)
    _check_board(floor, ledger)
    _check_traces(floor, codes, ledger)
    closed = floor.post(f"/lots/{lot}/close", {}).json()
    assert (closed["status"], closed["passed"], closed["scrapped"]) == ("CLOSED", passed, 100 - passed)
    assert floor.get(f"/lots/{lot}").json() == closed


def _check_lot(shown, passed):
    assert (shown["status"], shown["passed"], shown["scrapped"]) == ("COMPLETED", passed, 100 - passed)
    assert (shown["defected"], shown["in_progress"], shown["unit_count"]) == (0, 0, 100)
    assert [(p["waiting"], p["open"]) for p in shown["by_process"]] == [(0, 0)] * 8
    assert shown["by_process"][7]["passed"] == passed


def _check_board(floor, ledger):
    """Nobody looked at this board before, so it is no second old."""
    board = floor.get("/dashboard/summary", "manager", line="KR01").json()
    assert board["started"] == ledger.counts["started"]
    assert board["completed"] == ledger.counts["PASS"]
    assert board["defects"] == ledger.counts["FAIL"]
    assert board["fpy"] == pytest.approx(ledger.first_pass_yield())
    assert sum(p["done_today"] for p in board["processes"]) == ledger.counts["PASS"]
    assert board["lots"] == []


def _check_traces(floor, codes, ledger):
    results = Counter()
    for code in codes:
        trace = floor.get(f"/units/{code}/trace").json()
        results.update(step["result"] for step in trace["steps"])
        assert len({e["event_id"] for e in trace["events"]}) == len(trace["events"])
    told = {result: ledger.counts[result] for result in ("PASS", "FAIL", "REWORK", "ERROR")}
    assert results == told | {"UNDONE": 1}
