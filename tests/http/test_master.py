"""Master data over HTTP: rights, lists, adds, changes, deactivation, audit, keys used again."""

from uuid import uuid4

import msgspec
import pytest

from neurohub.domain.limits import STANDARD
from support.databases import PASSWORD
from support.master import add, code_of, name, send, station, user

LIMITS = msgspec.to_builtins(STANDARD)


KINDS = [
    "lines",
    "models",
    "processes",
    "limits",
    "defect-codes",
    "equipment",
    "printers",
    "stations",
    "users",
]


@pytest.mark.parametrize("kind", KINDS)
def test_managers_read_and_nobody_below(floor, kind):
    assert [send(floor, "GET", f"/{kind}", who=who).status_code for who in ("admin", "manager")] == [200, 200]
    for who in ("worker", "viewer", "ST-01"):
        assert code_of(send(floor, "GET", f"/{kind}", who=who)) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/lines"),
        ("PATCH", "/models/PSA"),
        ("DELETE", "/printers/X"),
        ("POST", "/users"),
        ("PATCH", "/processes/1"),
        ("POST", "/limits"),
        ("PATCH", "/stations/ST-01"),
        ("DELETE", "/users/viewer"),
    ],
)
def test_managers_change_nothing(floor, method, path):
    body = {} if method != "DELETE" else None
    assert code_of(send(floor, method, path, body, "manager")) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "path",
    [
        "/lines/XX99",
        "/models/QQQ",
        "/printers/none",
        "/equipment/none",
        "/stations/none",
        "/users/none",
        "/limits/999999999",
        "/processes/9",
        "/defect-codes/9/X",
        "/defect-codes/1/X",
        "/lines/%00",
        "/users/a%00b",
        "/limits/99999999999999999999",
        "/defect-codes/99999999999999999999/X",
    ],
)
def test_an_unknown_key_is_not_found(floor, path):
    assert code_of(send(floor, "GET", path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/lines/XX99", "/equipment/none", "/stations/none", "/users/none"])
def test_changing_and_deactivating_an_unknown_key_is_not_found(floor, path):
    assert code_of(send(floor, "PATCH", path, {"name": "x"})) == (404, "NOT_FOUND")
    assert code_of(send(floor, "DELETE", path)) == (404, "NOT_FOUND")


def test_a_list_is_read_page_by_page_once_each(floor):
    made = sorted(add(floor, "/equipment", {"code": name("PAGE"), "name": "x"})["code"] for _ in range(5))
    found, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = floor.get("/equipment", "manager", **params).json()
        assert len(page["items"]) <= 2
        found += [item["code"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert [code for code in found if code.startswith("PAGE")] == made
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=!!", "cursor=bnVsbA", "line=%00"]
)
def test_a_bad_page_is_an_invalid_request(floor, query):
    assert code_of(send(floor, "GET", f"/equipment?{query}")) == (400, "INVALID_REQUEST")


def test_a_change_keeps_what_it_does_not_name_and_null_clears(floor):
    code = name()
    body = {"code": code, "name": "Rig", "line": "KR01", "process": 3, "maintenance_due": "2020-02-29"}
    made = add(floor, "/equipment", body)
    assert made == body | {"maintenance_is_due": True, "active": True}
    changed = send(floor, "PATCH", f"/equipment/{code}", {"name": "검사기", "line": None}).json()
    assert changed == made | {"name": "검사기", "line": None}
    assert send(floor, "PATCH", f"/equipment/{code}", {}).json() == changed


def test_deactivating_keeps_the_row_and_may_be_repeated_and_undone(floor):
    code = add(floor, "/printers", {"code": name("PR"), "name": "x", "address": "127.0.0.1:9100"})["code"]
    assert [send(floor, "DELETE", f"/printers/{code}").status_code for _ in range(2)] == [204, 204]
    assert floor.get(f"/printers/{code}", "manager").json()["active"] is False
    assert send(floor, "PATCH", f"/printers/{code}", {"active": True}).json()["active"] is True


def test_the_same_key_twice_is_a_conflict(floor):
    body = {"code": name(), "name": "x"}
    add(floor, "/equipment", body)
    again = send(floor, "POST", "/equipment", body)
    assert code_of(again) == (409, "CONFLICT")
    assert again.json()["detail"] == f"There is already equipment {body['code']}"


def test_an_idempotency_key_repeats_the_answer_and_refuses_another_command(floor):
    body, key = {"code": name(), "name": "x"}, {"Idempotency-Key": uuid4().hex}
    first = send(floor, "POST", "/equipment", body, **key)
    again = send(floor, "POST", "/equipment", body, **key)
    assert (again.status_code, again.content, again.headers["idempotent-replay"]) == (
        201,
        first.content,
        "true",
    )
    assert code_of(send(floor, "POST", "/equipment", body | {"name": "y"}, **key)) == (422, "EVENT_ID_REUSED")


def test_equipment_due_within_7_days_or_overdue_is_listed(floor, sql):
    (today,) = sql("select plant_today()").fetchone()
    codes = {days: name(f"DUE{i}") for i, days in enumerate((-400, 0, 7, 8))}
    for days, code in codes.items():
        due = sql("select (%s::date + %s)::text", today, days).fetchone()[0]
        add(floor, "/equipment", {"code": code, "name": "x", "maintenance_due": due})
    add(floor, "/equipment", {"code": (never := name("DUE")), "name": "x"})
    send(floor, "DELETE", f"/equipment/{codes[0]}")
    found = {
        e["code"]
        for e in floor.get("/equipment", "manager", maintenance_due="true", limit=200).json()["items"]
    }
    assert found & {*codes.values(), never} == {codes[-400], codes[7]}


def test_a_resource_the_client_has_is_not_sent_again(floor):
    first = floor.get("/lines/KR01", "manager")
    again = send(floor, "GET", "/lines/KR01", None, "manager", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_processes_are_paged_and_one_has_a_tag(floor):
    first = floor.get("/processes", "manager", limit=5).json()
    rest = floor.get("/processes", "manager", limit=5, cursor=first["next"]).json()
    assert [p["process"] for p in first["items"] + rest["items"]] == list(range(1, 9))
    assert rest["next"] is None
    etag = floor.get("/processes/1", "manager").headers["etag"]
    for held in (etag, f'"x", W/{etag}', "*"):
        again = send(floor, "GET", "/processes/1", None, "manager", **{"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
    other = send(floor, "GET", "/processes/1", None, "manager", **{"If-None-Match": etag[:-2] + '"'})
    assert other.status_code == 200


def test_stations_are_no_users(floor):
    assert code_of(send(floor, "GET", "/users?role=station")) == (400, "INVALID_REQUEST")


BAD = [
    ("POST", "/lines", {"code": "kr01", "name": "x"}),
    ("POST", "/lines", {"code": "KR09\n", "name": "x"}),
    ("POST", "/lines", {"code": "KR09", "name": ""}),
    ("POST", "/lines", {"code": "KR09", "name": "a\x00b"}),
    ("POST", "/lines", {"code": "KR09", "name": "x\n"}),
    ("POST", "/lines", {"code": "KR09", "name": "x", "daily_target": 0}),
    ("POST", "/lines", {"code": "KR09", "name": "x", "unknown": 1}),
    ("POST", "/models", {"code": "PSAX", "name": "x"}),
    ("POST", "/models", []),
    ("POST", "/defect-codes", {"process": 9, "code": "X", "name_ko": "x", "name_en": "x"}),
    ("POST", "/equipment", {"code": "a b", "name": "x"}),
    ("POST", "/equipment", {"code": "EQ-X", "name": "x", "maintenance_due": "2026-02-30"}),
    ("POST", "/printers", {"code": "PR-X", "name": "x", "address": "x", "dpi": 600}),
    ("POST", "/stations", {"code": "ST-X", "name": "x", "line": "KR01", "processes": []}),
    ("POST", "/stations", {"code": "ST-X", "name": "x", "line": "KR01", "processes": [0]}),
    ("POST", "/users", {"username": "Kim", "name": "x", "role": "viewer", "password": PASSWORD}),
    ("POST", "/users", {"username": "kim", "name": "x", "role": "station", "password": PASSWORD}),
    ("POST", "/users", {"username": "kim", "name": "x", "role": "worker", "password": PASSWORD}),
    ("POST", "/users", {"username": "kim", "name": "x", "role": "viewer", "password": "short"}),
    ("POST", "/users", {"username": "kim", "name": "x", "role": "viewer", "password": "x" * 129}),
    ("PATCH", "/lines/KR01", {"name": None}),
    ("PATCH", "/lines/KR01", {"code": "KR03"}),
    ("PATCH", "/users/viewer", {"username": "other"}),
    ("PATCH", "/users/worker", {"line": None}),
    ("PATCH", "/processes/2", {"standard_s": 0}),
    ("PATCH", "/processes/2", {"model": "PSA", "name_en": "x"}),
    ("POST", "/limits", {"model": "PSA", "limits": {}}),
    ("POST", "/limits", {"model": "PSA", "limits": LIMITS | {"unknown": 1}}),
    ("POST", "/limits", {"model": "PSA", "limits": LIMITS | {"plausible_force_kgf": {"low": 2, "high": 1}}}),
]


@pytest.mark.parametrize(("method", "path", "body"), BAD)
def test_bad_input_is_refused_and_nothing_is_written(floor, sql, method, path, body):
    (before,) = sql("select count(*) from audit").fetchone()
    assert code_of(send(floor, method, path, body)) == (400, "INVALID_REQUEST")
    assert sql("select count(*) from audit").fetchone() == (before,)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/equipment", {"code": "EQ-L", "name": "x", "line": "XX99"}),
        ("/stations", station(line="XX99")),
        ("/users", user(line="XX99")),
        ("/limits", {"model": "XXX", "limits": LIMITS}),
    ],
)
def test_a_line_or_model_that_is_not_there_is_not_found(floor, path, body):
    answer = send(floor, "POST", path, body)
    assert code_of(answer) == (404, "NOT_FOUND")
    assert any(word in answer.json()["detail"] for word in ("XX99", "XXX"))


def test_the_route_of_one_model_changes_alone_and_can_be_reset(floor):
    model = add(floor, "/models", {"code": "RTE", "name": "Route"})["code"]
    before = floor.get("/processes/5", "manager").json()
    changed = send(floor, "PATCH", "/processes/5", {"model": model, "standard_s": 1800}).json()
    assert changed == before | {"model": model, "standard_s": 1800}
    assert send(floor, "PATCH", "/processes/5", {"model": model, "rework": False}).json() == changed | {
        "rework": False
    }
    assert floor.get("/processes/5", "manager").json() == before
    assert len(floor.get("/processes", "manager", model=model).json()["items"]) == 8
    assert send(floor, "DELETE", f"/processes/5/route/{model}").status_code == 204
    assert floor.get("/processes/5", "manager", model=model).json() == before | {"model": model}


def test_limits_are_versions_and_the_newest_is_in_force(floor):
    model = add(floor, "/models", {"code": "LIM", "name": "Limits"})["code"]
    (given,) = floor.get("/limits", "manager", model=model).json()["items"]
    assert (given["limits"], given["current"]) == (LIMITS, True)
    first = add(floor, "/limits", {"model": model, "limits": LIMITS})
    tighter = LIMITS | {"measured_temp_degc": {"low": 59.5, "high": 60.5}}
    second = add(floor, "/limits", {"model": model, "limits": tighter})
    assert (first["created_by"], second["limits"]) == ("user:admin", tighter)
    found = floor.get("/limits", "manager", model=model).json()["items"]
    assert [(i["version"], i["current"]) for i in found] == [
        (second["version"], True),
        (first["version"], False),
        (given["version"], False),
    ]
    only = floor.get("/limits", "manager", model=model, current="true").json()["items"]
    assert [i["version"] for i in only] == [second["version"]]
    assert floor.get(f"/limits/{first['version']}", "manager").json()["current"] is False
