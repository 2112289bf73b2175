"""What is known of a unit afterwards: who did which step, what it holds, and where a component lot went."""

from support.floor import good, new_id


def _trace(floor, code):
    return floor.get(f"/units/{code}/trace").json()


def test_board_and_component_lots_are_what_was_scanned_in_capitals(floor):
    unit, other = floor.unit(passed=1), floor.unit(passed=3)
    lot, board = f"SMA-{unit[4:18]}", f"BRD-{new_id()}".upper()
    floor.through(unit, 2, data=good(2, unit) | {"sma_spring_lot": f" {lot.lower()} "})
    assert _trace(floor, unit)["steps"][-1]["components"]["sma_spring"] == lot
    floor.through(unit, 3)
    floor.through(unit, 4, data=good(4, unit) | {"board_serial": board})
    floor.start(other, 4)
    for scanned in (f"{board.lower()}\n", "  "):
        answer = floor.complete(other, 4, data=good(4, other) | {"board_serial": scanned})
        assert [f["name"] for f in answer.json()["fields"]] == ["board_serial"]


def test_recall_finds_every_unit_that_holds_a_component_lot_now(floor):
    lot = floor.lot(3)
    spring = f"SMA-{lot}"
    for n in (1, 2):
        code = f"WIP-{lot}-{n:03d}"
        floor.through(code, 1)
        floor.through(code, 2, data=good(2, code) | {"sma_spring_lot": spring})
    page = floor.get(f"/components/{spring.lower()}/units", limit=1).json()
    rest = floor.get(f"/components/{spring}/units", limit=1, cursor=page["next"]).json()
    assert [h["unit"]["sequence"] for h in page["items"] + rest["items"]] == [1, 2]
    assert page["items"][0]["kinds"] == ["sma_spring"]
    code = f"WIP-{lot}-001"
    floor.post(f"/units/{code}/reopen", {"reason": "other spring"})
    floor.through(code, 2)
    assert [h["unit"]["sequence"] for h in floor.get(f"/components/{spring}/units").json()["items"]] == [2]


def test_recall_names_a_unit_once_that_holds_the_lot_in_two_parts(floor):
    lot = floor.lot(3)
    part = f"P-{lot}"
    for n in (1, 2, 3):
        code = f"WIP-{lot}-{n:03d}"
        floor.through(code, 1)
        floor.through(code, 2, data=good(2, code) | {"sma_spring_lot": part, "busbar_lot": part})
    page = floor.get(f"/components/{part}/units", limit=1).json()
    rest = floor.get(f"/components/{part}/units", cursor=page["next"]).json()
    assert [h["unit"]["sequence"] for h in page["items"] + rest["items"]] == [1, 2, 3]
    assert page["items"][0]["kinds"] == ["busbar", "sma_spring"]


def test_recall_over_lines_goes_page_by_page_and_shows_a_worker_his_own(floor):
    part, wanted = None, []
    for line in ("KR01", "KR02", "KR01"):
        lot = floor.lot(2, line=line)
        part = part or f"P-{lot}"
        for n in (1, 2):
            code = f"WIP-{lot}-{n:03d}"
            for process, held in ((1, {}), (2, {"sma_spring_lot": part})):
                floor.start(code, process, who="manager")
                floor.complete(code, process, who="manager", data=good(process, code) | held)
            wanted.append((line, code))
    found, more = [], {}
    while len(found) < len(wanted):
        page = floor.get(f"/components/{part}/units", limit=4, **more).json()
        found += [(h["line"], h["unit"]["wip_id"]) for h in page["items"]]
        more = {"cursor": page["next"]}
    assert (found, page["next"]) == (wanted, None)
    own = floor.get(f"/components/{part}/units", "worker").json()["items"]
    assert [h["unit"]["wip_id"] for h in own] == [code for line, code in wanted if line == "KR01"]


def test_scrapped_and_undone_steps_stay_with_who_started_them(floor):
    code = floor.unit(passed=1)
    started = floor.start(code, 2, operator="admin").json()
    floor.post(
        "/process/undo", {"event_id": new_id(), "undo": started["event_id"], "operator": "worker"}, "ST-02"
    )
    floor.start(code, 2)
    floor.post(f"/units/{code}/scrap", {"reason": "fell"})
    steps = _trace(floor, code)["steps"][1:]
    assert [(s["result"], s["operator"], s["station"]) for s in steps] == [
        ("UNDONE", "admin", "ST-02"),
        ("SCRAPPED", "worker", "ST-02"),
    ]


def test_step_is_shown_under_who_completed_it(floor):
    code = floor.unit(passed=1)
    floor.start(code, 2)
    floor.complete(code, 2, who="manager")
    assert _trace(floor, code)["steps"][-1]["operator"] == "manager"


def test_trace_has_a_tag(floor):
    code = floor.unit(passed=1)
    etag = floor.get(f"/units/{code}/trace").headers["etag"]
    headers = floor.headers("viewer") | {"If-None-Match": etag}
    assert floor.client.get(f"/units/{code}/trace", headers=headers).status_code == 304
    floor.start(code, 2)
    assert floor.client.get(f"/units/{code}/trace", headers=headers).status_code == 200
