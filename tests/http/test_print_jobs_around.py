"""Print jobs beside their way to the label: voids, lists, rights, many who claim at once, the printers."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.master import code_of, name, send
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


def test_a_manager_voids_what_waits_and_the_station_prints_it_no_more(line):
    station = line.station()
    line.printer(station)
    line.ordered("wip", line.unit())
    job = only(line.claim(station))
    assert refused(line.report(job, "void", station)) == (403, "FORBIDDEN")
    assert line.report(job, "void", "manager", detail="wrong model").json()["status"] == "void"
    assert refused(line.report(job, "sent", station)) == (409, "CONFLICT")


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "99999999999999999999", "-1", "x"])
def test_a_job_that_is_not_there_is_not_found(floor, number):
    answer = floor.post(f"/print-jobs/{number}/result", {"status": "void"}, "manager")
    assert refused(answer) == (404, "NOT_FOUND")


def test_jobs_are_listed_newest_first_page_by_page(line):
    units = [line.unit() for _ in range(3)]
    made = [line.ordered("wip", unit)["id"] for unit in units]
    found, cursor = [], None
    for _ in itertools.count():
        params = {"line": line.code, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = line.floor.get("/print-jobs", "manager", **params).json()
        found += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == made[::-1]


def test_rights(floor):
    for who in ("viewer", "worker"):
        assert refused(floor.get("/print-jobs", who)) == (403, "FORBIDDEN")
        assert refused(floor.post("/print-jobs", {"kind": "lot", "code": "x"}, who)) == (403, "FORBIDDEN")
    for who in ("manager", "admin"):
        assert refused(floor.post("/print-jobs/claim", {}, who)) == (403, "FORBIDDEN")
    assert floor.post("/print-jobs/claim", None, "ST-01").status_code == 200


def test_many_claim_at_once_and_each_job_goes_to_one(line):
    stations = [line.station() for _ in range(4)]
    for station in stations:
        line.printer(station, "wip")
    lot = line.floor.lot(0, line=line.code, target=60)
    line.floor.post(f"/lots/{lot}/units", {"quantity": 60, "print_labels": True})
    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(lambda n: line.claim(stations[n % 4], 4), range(20)))
    got = [job["code"] for jobs in claims for job in jobs]
    assert sorted(got) == [f"WIP-{lot}-{n:03d}" for n in range(1, 61)]


def test_a_printer_knows_its_labels_and_its_station(floor):
    body = {
        "code": name("PR"),
        "name": "x",
        "address": "x",
        "kinds": ["wip", "lot", "wip"],
        "station": "ST-01",
    }
    made = send(floor, "POST", "/printers", body).json()
    assert (made["kinds"], made["station"]) == (["lot", "wip"], "ST-01")
    path = f"/printers/{body['code']}"
    changed = send(floor, "PATCH", path, {"station": None, "kinds": ["serial"]}).json()
    assert (changed["kinds"], changed["station"]) == (["serial"], None)
    assert code_of(send(floor, "PATCH", path, {"kinds": []})) == (400, "INVALID_REQUEST")
    assert code_of(send(floor, "PATCH", path, {"station": "ST-NONE"})) == (404, "NOT_FOUND")
