"""A unit through all eight processes, over HTTP."""


def test_unit_passes_eight_processes_and_its_lot_completes(floor):
    lot = floor.lot()
    code = f"WIP-{lot}-001"
    for process in range(1, 9):
        step = floor.through(code, process)
        assert step["unit"]["passed_process"] == process
    assert step["unit"]["status"] == "PASSED"
    assert floor.get(f"/lots/{lot}").json()["status"] == "COMPLETED"
    closed = floor.post(f"/lots/{lot}/close", {})
    assert closed.status_code == 200
    assert closed.json()["status"] == "CLOSED"
    trace = floor.get(f"/units/{lot}0001/trace").json()
    assert [s["process"] for s in trace["steps"]] == list(range(1, 9))
    assert floor.get("/dashboard/summary").status_code == 200
