"""Methods, paths, parameters and headers no route takes: each is a 4xx with a problem."""

import httpx
import pytest

from support.floor import Floor
from support.problems import refused


@pytest.fixture(scope="module")
def floor(base):
    """One floor for the file: signing in again for each of many bodies would take most of the time."""
    made = Floor(base)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/process/start", {"POST"}),
        ("GET", "/process/start", {"POST"}),
        ("DELETE", "/lots", {"GET", "POST"}),
        ("POST", "/units/x", {"GET"}),
        ("OPTIONS", "/lots", {"GET", "POST"}),
        ("TRACE", "/lots", {"GET", "POST"}),
        ("FOO", "/lots", {"GET", "POST"}),
    ],
)
def test_method_that_a_route_does_not_serve_gets_405_with_allow(floor, method, path, allowed):
    answer = floor.client.request(method, path, headers=floor.headers("admin"))
    assert refused(answer) == (405, "INVALID_REQUEST")
    assert allowed <= set(answer.headers["allow"].split(", ")) <= allowed | {"HEAD"}


def test_head_is_get_without_its_body(floor):
    got, head = (
        floor.client.request(m, "/lots?limit=1", headers=floor.headers("admin")) for m in ("GET", "HEAD")
    )
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/api",
        "/api/v1",
        "/api/v2/lots",
        "/metrics",
        "/schema/x",
        "/schema/x.yaml",
        "/docs/x",
    ]
    + [
        "/docs/assets/x",
        "/docs/assets/..%2f..%2fx",
        "/docs/assets/%00",
        "/.env",
        "/api/v1/lots/%2e%2e/%2e%2e",
    ],
)
def test_unknown_route_is_not_found(base, path):
    assert refused(httpx.get(base + path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/units/%00",
        "/units/%20",
        "/units/%0a",
        "/units/%ff",
        "/units/%ED%A0%80",
        "/lots/%00",
        "/lots/x",
        "/units/" + "A" * 5000,
    ]
    + ["/units/WIP-KR01PSA2511001-000", "/units/WIP-KR01PSA2511001-101", "/units/WIP-KR01PSA2511001-001%00"]
    + ["/lots/KR01PSA2511000", "/lots/KR01PSA2513001", "/units/x/trace"],
)
def test_path_that_is_no_barcode_is_named_so(floor, path):
    assert refused(floor.get(path)) == (400, "INVALID_BARCODE")


@pytest.mark.parametrize(
    "path",
    [
        "/units/a%2Fb",
        "/units/..%2f..",
        "/limits/x",
        "/limits/-1",
        "/limits/99999999999999999999",
        "/users/a%00b",
    ]
    + [
        "/stations/%00",
        "/stations/" + "x" * 5000,
        "/lines/%E2%80%AE",
        "/processes/0",
        "/processes/9",
        "/processes/1e3",
    ]
    + ["/processes/99999999999999999999", "/defect-codes/1/%00", "/defect-codes/99/X", "/models/%ED%A0%80"],
)
def test_path_that_names_nothing_is_not_found(floor, path):
    assert refused(floor.get(path, "admin")) == (404, "NOT_FOUND")


@pytest.mark.parametrize("component", ["%00", "x" * 41, "%ED%A0%80", "a_b", "%EB%AA%A8"])
def test_text_that_is_no_component_lot_is_refused(floor, component):
    assert refused(floor.get(f"/components/{component}/units")) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "limit=" + "9" * 40,
        "limit=%00",
        "limit=1%00",
    ]
    + [
        "cursor=rubbish",
        "cursor=",
        "cursor=%00",
        "cursor=IlwiIg",
        "cursor=" + "x" * 300,
        "cursor=LTE",
        "cursor=e30",
    ]
    + ["cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "cursor=%ff", "cursor=%ED%A0%80"]
    + [
        "status=FOO",
        "status=",
        "status=created",
        "line=%00",
        "line=KR1",
        "line=kr01",
        "line=%ED%A0%80",
        "line=KR01%0a",
    ]
    + [
        "model=%00",
        "model=" + "A" * 5000,
        "bogus=1",
        "Limit=1",
        "limit=5&=",
        "limit=1&limit=2",
        "line=null",
        "status=NULL",
        "%00=1",
        "%ff=1",
    ],
)
def test_query_that_a_list_does_not_take_is_refused(floor, query):
    assert refused(floor.client.get(f"/lots?{query}", headers=floor.headers("viewer"))) == (
        400,
        "INVALID_REQUEST",
    )


@pytest.mark.parametrize("cursor", ["MQ", "ImEi", "bnVsbA", "W10", "%00"])
@pytest.mark.parametrize("path", ["/lines", "/users", "/defect-codes", "/limits", "/equipment", "/defects"])
def test_cursor_of_another_list_is_no_accident(floor, path, cursor):
    answer = floor.client.get(f"{path}?cursor={cursor}", headers=floor.headers("admin"))
    assert answer.status_code == 200 or refused(answer) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("query", ["process=0", "process=9", "process=x", "status=open"])
def test_filter_out_of_its_range_is_refused(floor, query):
    assert (
        refused(floor.client.get(f"/defects?{query}", headers=floor.headers("viewer"))).code
        == "INVALID_REQUEST"
    )


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"x",
        b"Basic eDp4",
        b"Bearer",
        b"Bearer a.b.c",
        b"Bearer \xe9",
        b"Bearer " + b"x" * 5000,
        b"bearer\tx",
    ],
)
def test_authorization_that_is_no_token_is_not_authenticated(base, value):
    answer = httpx.get(f"{base}/api/v1/lots", headers={b"authorization": value})
    assert refused(answer) == (401, "NOT_AUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [b"", b"x" * 201])
def test_idempotency_key_of_no_use_is_refused(floor, key):
    lot = {"line": "KR01", "model": "PSA", "target_quantity": 1, "shift": "D"}
    headers = {k.encode(): v.encode() for k, v in floor.headers("manager").items()} | {
        b"idempotency-key": key
    }
    assert refused(floor.client.post("/lots", json=lot, headers=headers)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "change",
    [
        {"line": "KR1"},
        {"line": "kr01"},
        {"line": None},
        {"model": "PS"},
        {"model": "\x00\x00\x00"},
        {"shift": "X"},
        {"a": 1},
    ]
    + [{"target_quantity": q} for q in (0, -1, 101, 1.5, "1", None, 10**30, True)],
    ids=repr,
)
def test_lot_of_wrong_shape_is_not_opened(floor, sql, change):
    before = sql("select count(*) from lot").fetchone()
    lot = {"line": "KR01", "model": "PSA", "target_quantity": 1, "shift": "D"} | change
    assert refused(floor.post("/lots", lot)) == (400, "INVALID_REQUEST")
    assert sql("select count(*) from lot").fetchone() == before
