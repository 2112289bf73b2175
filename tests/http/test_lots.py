"""LOTs over HTTP: open, generate, list, read, close."""

import pytest

OPEN = {"line": "KR01", "model": "PSA", "target_quantity": 10, "shift": "D"}


def _labels(sql, lot):
    found = sql(
        "select j.kind, count(*) from print_job j join lot l on l.id = j.lot_id"
        " where l.lot_number = %s group by 1 order by 1",
        lot,
    )
    return dict(found.fetchall())


def test_new_lot_is_created_with_the_next_number_of_line_model_and_month(floor, sql):
    month = sql("select to_char(plant_today(), 'YYMM')").fetchone()[0]
    first, second = (floor.post("/lots", OPEN).json() for _ in range(2))
    assert first["lot_number"].startswith(f"KR01PSA{month}")
    assert int(second["lot_number"][11:]) == int(first["lot_number"][11:]) + 1
    assert (first["status"], first["unit_count"], first["started_at"]) == ("CREATED", 0, None)
    assert [p["process"] for p in first["by_process"]] == list(range(1, 9))


@pytest.mark.parametrize(
    "wrong",
    [{"target_quantity": 0}, {"target_quantity": 101}, {"shift": "X"}, {"line": "kr01"}, {"surprise": 1}],
)
def test_lot_of_a_wrong_shape_is_refused(floor, wrong):
    answer = floor.post("/lots", OPEN | wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(("table", "code"), [("line", "KR77"), ("model", "OLD")])
def test_lot_needs_an_active_line_and_model(floor, sql, table, code):
    named = {table: code}
    assert floor.post("/lots", OPEN | named).json()["code"] == "CONFLICT"
    sql(f"insert into {table} (code, name, active) values (%s, 'x', false) on conflict do nothing", code)
    assert floor.post("/lots", OPEN | named).json()["code"] == "CONFLICT"


@pytest.mark.parametrize("who", ["worker", "viewer", "ST-01"])
def test_only_managers_open_and_close_lots(floor, who):
    assert floor.post("/lots", OPEN, who).json()["code"] == "FORBIDDEN"
    assert floor.post(f"/lots/{floor.lot()}/close", {}, who).json()["code"] == "FORBIDDEN"


def test_labels_are_queued_when_asked_for(floor, sql):
    lot = floor.post("/lots", OPEN | {"print_labels": True}).json()["lot_number"]
    floor.post(f"/lots/{lot}/units", {"quantity": 3, "print_labels": True})
    floor.post(f"/lots/{lot}/units", {"quantity": 2})
    assert _labels(sql, lot) == {"lot": 1, "wip": 3}
    quiet = floor.lot(2)
    assert _labels(sql, quiet) == {}


def test_units_are_generated_in_sequence_up_to_the_target(floor):
    lot = floor.lot(0, target=5)
    first = floor.post(f"/lots/{lot}/units", {"quantity": 2}).json()["items"]
    second = floor.post(f"/lots/{lot}/units", {"quantity": 3}, "ST-01").json()["items"]
    assert [u["wip_id"] for u in first + second] == [f"WIP-{lot}-{n:03d}" for n in range(1, 6)]
    assert {u["status"] for u in first} == {"CREATED"}
    over = floor.post(f"/lots/{lot}/units", {"quantity": 1})
    assert (over.status_code, over.json()["code"]) == (409, "WIP_LIMIT_EXCEEDED")
    assert (over.json()["unit_count"], over.json()["target_quantity"]) == (5, 5)
    shown = floor.get(f"/lots/{lot}").json()
    assert (shown["status"], shown["unit_count"], shown["started_at"] is None) == ("IN_PROGRESS", 5, False)


@pytest.mark.parametrize("who", ["ST-02", "ST-99", "worker", "viewer"])
def test_units_are_generated_by_managers_and_stations_of_process_1_of_the_line(floor, who):
    answer = floor.post(f"/lots/{floor.lot(0, target=1)}/units", {"quantity": 1}, who)
    assert answer.json()["code"] == "FORBIDDEN"


def test_unknown_lot_is_not_found_and_nonsense_is_no_barcode(floor):
    for path in ("", "/units", "/close"):
        call = floor.get if path != "/close" else lambda p: floor.post(p, {})
        assert call(f"/lots/KR01PSA9901001{path}").json()["code"] == "LOT_NOT_FOUND"
        assert call(f"/lots/KR01PSA9913001{path}").json()["code"] == "INVALID_BARCODE"
    assert floor.get("/lots/KR01PSA9901000").json()["code"] == "INVALID_BARCODE"


def test_more_than_a_hundred_units_are_over_the_limit_of_the_lot(floor):
    answer = floor.post(f"/lots/{floor.lot()}/units", {"quantity": 101})
    assert (answer.status_code, answer.json()["code"]) == (409, "WIP_LIMIT_EXCEEDED")


def test_lot_closes_without_a_body(floor):
    lot = floor.unit(passed=8)[4:18]
    closed = floor.client.post(f"/lots/{lot}/close", headers=floor.headers("manager"))
    assert (closed.status_code, closed.json()["status"]) == (200, "CLOSED")


def test_lot_closes_when_completed(floor):
    lot = floor.lot(1)
    early = floor.post(f"/lots/{lot}/close", {"reason": "now"})
    assert early.json()["code"] == "LOT_NOT_ACTIVE"
    floor.post(f"/units/WIP-{lot}-001/scrap", {"reason": "x"})
    assert floor.get(f"/lots/{lot}").json()["status"] == "COMPLETED"
    assert floor.post(f"/lots/{lot}/close", {}).json()["status"] == "CLOSED"
    assert floor.post(f"/lots/{lot}/close", {}).json()["code"] == "LOT_NOT_ACTIVE"


@pytest.mark.parametrize("units", [0, 1])
def test_short_lot_closes_with_a_reason_once_its_units_have_ended(floor, units):
    lot = floor.lot(units, target=3)
    if units:
        floor.post(f"/units/WIP-{lot}-001/scrap", {"reason": "x"})
    assert floor.post(f"/lots/{lot}/close", {}).json()["code"] == "INVALID_REQUEST"
    closed = floor.post(f"/lots/{lot}/close", {"reason": "no more parts"})
    assert closed.json()["status"] == "CLOSED"
    assert floor.post(f"/lots/{lot}/units", {"quantity": 1}).json()["code"] == "LOT_NOT_ACTIVE"


def test_completed_lot_raises_one_alert_that_comes_back_after_a_reopen(floor, sql):
    def alerts():
        return sql(
            "select severity, read_at is null from alert where kind = 'LOT_COMPLETED' and cause like %s",
            f"%{lot}",
        ).fetchall()

    code = floor.unit(passed=7)
    lot = code[4:18]
    assert alerts() == []
    floor.through(code, 8)
    assert alerts() == [("low", True)]
    sql("update alert set read_at = clock_timestamp() where cause like %s", f"%{lot}")
    floor.post(f"/units/{code}/reopen", {"reason": "x"})
    floor.through(code, 8)
    assert alerts() == [("low", True)]


def test_lot_counts_its_units_by_process_and_status(floor):
    lot = floor.lot(4)
    codes = [f"WIP-{lot}-{n:03d}" for n in range(1, 5)]
    floor.through(codes[0], 1)
    floor.through(codes[1], 1)
    floor.start(codes[1], 2)
    floor.through(codes[2], 1)
    floor.through(codes[2], 2, "FAIL", defect={"code": "PART_DEFECT"})
    shown = floor.get(f"/lots/{lot}").json()
    assert (shown["in_progress"], shown["defected"], shown["passed"], shown["scrapped"]) == (2, 1, 0, 0)
    assert shown["by_process"][0] == {"process": 1, "waiting": 1, "open": 0, "passed": 3}
    assert shown["by_process"][1] == {"process": 2, "waiting": 1, "open": 1, "passed": 0}


def test_lists_are_paged_by_keyset_and_filtered(floor):
    lots = [floor.lot(0, line="KR02", model="WFO", target=1) for _ in range(5)]
    seen, cursor = [], None
    while len(seen) < 5:
        more = {"cursor": cursor} if cursor else {}
        page = floor.get("/lots", limit=2, line="KR02", model="WFO", status="CREATED", **more).json()
        assert len(page["items"]) <= 2
        seen += [item["lot_number"] for item in page["items"]]
        cursor = page["next"]
    assert seen[:5] == lots[::-1]
    units = floor.lot(3)
    first = floor.get(f"/lots/{units}/units", limit=2).json()
    rest = floor.get(f"/lots/{units}/units", limit=2, cursor=first["next"]).json()
    assert [u["sequence"] for u in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"cursor": "%%%"}, {"status": "LOST"}])
def test_wrong_list_parameter_is_refused(floor, query):
    assert floor.get("/lots", **query).json()["code"] == "INVALID_REQUEST"


def test_worker_and_station_see_their_own_line_only(floor):
    other, own = floor.lot(line="KR02"), floor.lot()
    for who in ("worker", "ST-01"):
        assert floor.get(f"/lots/{own}", who).status_code == 200
        assert floor.get(f"/lots/{own}/units", who).status_code == 200
        for path in (f"/lots/{other}", f"/lots/{other}/units", f"/units/WIP-{other}-001"):
            assert floor.get(path, who).json()["code"] == "FORBIDDEN"
        assert {item["line"] for item in floor.get("/lots", who).json()["items"]} == {"KR01"}
        assert floor.get("/lots", who, line="KR02").json()["code"] == "FORBIDDEN"
    assert floor.get(f"/units/WIP-{other}-001/trace", "worker").json()["code"] == "FORBIDDEN"
