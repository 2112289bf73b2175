"""Print jobs over HTTP: order, claim, report; each label is printed by one station and never twice by itself."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from support.floor import new_id
from support.master import send
from support.printing import PrintingLine
from support.problems import refused


@pytest.fixture
def line(floor):
    return PrintingLine(floor)


@pytest.fixture
def aged(sql):
    """Let time pass for a job: a claim and what was last heard of it are a minute older."""
    return lambda job: sql(
        "update print_job set claimed_at = claimed_at - interval '61 s', changed_at = changed_at - interval '61 s'"
        " where id = %s",
        job["id"],
    )


def only(jobs):
    (job,) = jobs
    return job


def test_a_job_goes_from_the_order_to_the_scan_of_the_label(line):
    station = line.station()
    printer = line.printer(station, "wip", dpi=300)
    unit = line.unit()
    ordered = line.ordered("wip", unit)
    assert (ordered["status"], ordered["code"], ordered["is_reprint"]) == ("queued", unit, False)
    assert "zpl" not in ordered
    job = only(line.claim(station))
    assert job["id"] == ordered["id"]
    assert (job["printer"], job["claimed_by"], job["dpi"]) == (printer, station, 300)
    assert job["zpl"].startswith("^XA^CI28^PW472^LL236")
    assert job["zpl"].count(f"^FD{unit}^FS") == 2
    for status in ("sent", "printed"):
        assert line.report(job, status, station).json()["status"] == status
    done = line.report(job, "verified", station, verified_code=f" {unit.lower()} ", detail="ok")
    assert (done.json()["status"], done.json()["detail"]) == ("verified", "ok")
    assert line.claim(station) == []


def test_the_label_of_another_unit_verifies_nothing(line):
    station = line.station()
    line.printer(station)
    unit = line.unit()
    line.ordered("wip", unit)
    job = only(line.claim(station))
    line.report(job, "sent", station)
    for more in ({}, {"verified_code": unit[:-1] + "2"}, {"verified_code": unit[4:18]}):
        answer = line.report(job, "verified", station, **more)
        assert refused(answer) == (422, "INVALID_LABEL_DATA")
        assert answer.json()["expected"] == unit
    assert line.report(job, "sent", station).status_code == 200


REPORTS = ("queued", "sent", "printed", "verified", "failed", "unknown", "void")
MAY_BECOME = {
    "queued": {"sent", "failed", "void"},
    "sent": {"printed", "verified", "failed", "unknown"},
    "unknown": {"printed", "verified", "failed"},
    "printed": {"verified", "failed"},
}


@pytest.mark.parametrize("was", REPORTS)
def test_a_job_becomes_only_what_it_may(line, sql, was):
    station = line.station()
    line.printer(station)
    unit = line.unit()
    job = line.ordered("wip", unit)
    for status in REPORTS:
        sql("update print_job set status = %s, changed_at = now() where id = %s", was, job["id"])
        answer = line.report(job, status, "manager", verified_code=unit)
        if status == was or status in MAY_BECOME.get(was, ()):
            assert answer.json()["status"] == status
        else:
            assert refused(answer) == (409, "CONFLICT"), f"{was} -> {status}"


def test_a_second_label_needs_a_reason_and_is_marked(line):
    unit = line.unit()
    line.ordered("wip", unit)
    assert refused(line.order("wip", unit)) == (400, "INVALID_REQUEST")
    again = line.ordered("wip", unit, reason="torn")
    assert (again["is_reprint"], again["reason"], again["requested_by"]) == (True, "torn", "user:manager")
    assert line.ordered("lot", unit[4:18])["is_reprint"] is False


def test_an_order_that_is_repeated_is_one_job(line):
    unit, key = line.unit(), uuid4().hex
    first, again = (line.order("wip", unit, key=key) for _ in range(2))
    assert (again.content, again.headers["idempotent-replay"]) == (first.content, "true")
    assert refused(line.order("lot", unit[4:18], key=key)) == (422, "EVENT_ID_REUSED")


def test_two_first_orders_at_once_are_one_label_and_one_refusal(line):
    units = [line.unit() for _ in range(5)]
    for unit in units:
        line.floor.token("manager")
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda unit: line.order("wip", unit).status_code, [unit] * 8))
        assert sorted(answers) == [201] + [400] * 7


def test_a_station_reprints_for_its_own_line_and_says_why(line):
    station = line.station()
    line.printer(station)
    unit = line.unit()
    assert refused(line.order("wip", unit, station)) == (400, "INVALID_REQUEST")
    job = line.ordered("wip", unit, who=station, reason="dirty")
    assert (job["requested_by"], job["station"]) == (f"station:{station}", station)
    assert refused(line.order("wip", line.floor.unit(), station, reason="x")) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("wip", "KR01PSA2511999", (400, "INVALID_BARCODE")),
        ("lot", "WIP-KR01PSA2511999-001", (400, "INVALID_BARCODE")),
        ("lot", "KR01PSA2511999", (404, "LOT_NOT_FOUND")),
        ("wip", "WIP-KR01PSA2511999-001", (404, "UNIT_NOT_FOUND")),
        ("serial", "KR01PSA25119990001", (404, "UNIT_NOT_FOUND")),
        ("box", "KR01PSA2511999", (400, "INVALID_REQUEST")),
    ],
)
def test_a_label_of_nothing_is_not_ordered(floor, kind, code, expected):
    assert refused(floor.post("/print-jobs", {"kind": kind, "code": code}, "manager")) == expected


def test_a_unit_without_a_serial_number_gets_no_serial_label_and_a_scrapped_one_none(line):
    unit = line.unit()
    assert refused(line.order("serial", unit)) == (404, "UNIT_NOT_FOUND")
    line.floor.post(f"/units/{unit}/scrap", {"reason": "x"})
    assert refused(line.order("wip", unit)) == (409, "UNIT_NOT_ACTIVE")


def test_a_printer_that_is_named_must_be_able_to(line):
    station = line.station()
    other = PrintingLine(line.floor)
    unit = line.unit()
    named = {
        "P-NONE": (404, "PRINTER_NOT_FOUND"),
        line.printer(station, "lot"): (409, "CONFLICT"),
        line.printer(None): (409, "CONFLICT"),
        other.printer(other.station()): (409, "CONFLICT"),
    }
    for printer, expected in named.items():
        assert refused(line.order("wip", unit, printer=printer)) == expected
    gone = line.printer(station)
    send(line.floor, "DELETE", f"/printers/{gone}")
    assert refused(line.order("wip", unit, printer=gone)) == (404, "PRINTER_NOT_FOUND")


def test_a_job_goes_to_the_printer_that_is_named_else_to_one_that_is_loaded(line):
    here, there, bare = line.station(), line.station(), line.station()
    line.printer(here, "lot")
    chosen = line.printer(there, "wip", "lot")
    unit = line.unit()
    wip, lot = line.ordered("wip", unit), line.ordered("lot", unit[4:18], printer=chosen)
    assert line.claim(here) == line.claim(bare) == []
    assert [(job["id"], job["printer"]) for job in line.claim(there)] == [
        (wip["id"], chosen),
        (lot["id"], chosen),
    ]


def test_work_of_a_station_is_printed_beside_it(line):
    mine, other, bare = line.station(), line.station(), line.station()
    for station in (mine, other):
        line.printer(station)
    unit = line.unit()
    for who in (mine, bare):
        line.ordered("wip", unit, who=who, reason="x")
    assert [job["station"] for job in line.claim(other)] == [bare]
    assert [job["station"] for job in line.claim(mine)] == [mine]


def test_the_serial_label_is_queued_by_the_start_for_its_station_and_voided_by_the_undo(line):
    station, other = line.station(), line.station()
    for who in (station, other):
        line.printer(who, "serial")
    unit = line.unit()
    for process in range(1, 7):
        line.floor.start(unit, process, station)
        assert line.floor.complete(unit, process, who=station).status_code == 200
    start = line.floor.start(unit, 7, station).json()
    queued = only(line.floor.get("/print-jobs", "manager", line=line.code).json()["items"])
    assert (queued["kind"], queued["station"], queued["code"]) == (
        "serial",
        station,
        start["unit"]["serial_number"],
    )
    undo = {"event_id": new_id(), "undo": start["event_id"], "operator": "worker"}
    assert line.floor.post("/process/undo", undo, station).status_code == 200
    assert line.claim(station) == []
    assert only(line.floor.get(f"/units/{unit}/trace").json()["labels"])["status"] == "void"


def test_generated_units_have_labels_for_the_station_that_generated_them(line):
    station = line.station(1)
    other = line.station(1)
    for who in (station, other):
        line.printer(who, "wip")
    lot = line.floor.lot(0, line=line.code, target=3)
    line.floor.post(f"/lots/{lot}/units", {"quantity": 3, "print_labels": True}, station)
    assert line.claim(other) == []
    assert [job["code"][-3:] for job in line.claim(station)] == ["001", "002", "003"]


def test_a_claim_lapses_unless_it_was_sent(line, aged):
    here, there = line.station(), line.station()
    line.printer(here)
    line.printer(there)
    line.ordered("wip", line.unit())
    job = only(line.claim(here))
    assert line.claim(there) == line.claim(here) == []
    aged(job)
    assert only(line.claim(there))["id"] == job["id"]
    assert refused(line.report(job, "sent", here)) == (409, "CONFLICT")
    assert line.report(job, "sent", there).status_code == 200
    aged(job)
    assert line.claim(here) == line.claim(there) == []


def test_a_job_that_was_sent_and_never_reported_is_unknown_until_somebody_says(line, aged):
    station = line.station()
    line.printer(station)
    unit = line.unit()
    line.ordered("wip", unit)
    job = only(line.claim(station))
    line.report(job, "sent", station)
    aged(job)
    listed = line.floor.get("/print-jobs", "manager", line=line.code, status="unknown").json()["items"]
    assert [(item["id"], item["status"]) for item in listed] == [(job["id"], "unknown")]
    assert only(line.floor.get(f"/units/{unit}/trace").json()["labels"])["status"] == "unknown"
    assert refused(line.report(job, "sent", station)) == (409, "CONFLICT")
    assert line.report(job, "unknown", station).json()["status"] == "unknown"
    assert line.report(job, "printed", station).json()["status"] == "printed"
