"""Bodies that no command can be read from: each is a 4xx with a problem, and leaves nothing behind."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from neurohub.contract.commands import BATCH_MAX_BYTES, EVENT_MAX_BYTES
from support.floor import Floor, new_id
from support.problems import refused

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def floor(base):
    """One floor for the file: signing in again for each of many bodies would take most of the time."""
    made = Floor(base)
    yield made
    made.close()


def send(floor, body, path="/process/start", who="ST-01", method="POST", **headers):
    return floor.client.request(method, path, content=body, headers=floor.headers(who) | JSON | headers)


def event(unit, **more):
    return {"event_id": new_id(), "unit": unit, "process": 1, "operator": "worker"} | more


def completion(unit, data=b"{}"):
    return json.dumps(event(unit, result="FAIL")).encode()[:-1] + b',"process_data":' + data + b"}"


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"}",
            b"null",
            b"[]",
            b'"text"',
            b"7",
            b"not json",
            b"{}",
            b"[{}]",
            b"{'a': 1}",
            b"\x00",
        ),
        *(b"\xff\xfe{}", b'{"unit": "\xff"}', b'{"unit": "\xed\xa0\x80"}', '{"a":1}'.encode("utf-16")),
        *(b'{"unit": "\\ud800"}', b'{"unit": "\\udc00\\ud800"}', b'{"unit": "\\u12"}'),
        *(b'{"process": NaN}', b'{"process": Infinity}', b'{"process": 1e999}', b'{"process": 01}'),
        *(b"[" * 30000, b'{"a":' * 10000, b"[" * 30000 + b"]" * 30000, b'{"a":' * 900 + b"1" + b"}" * 900),
        b'{"a": "' + b"\\u0000" + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("path", ["/process/start", "/process/complete", "/process/undo", "/process/events"])
def test_body_that_is_no_command_is_refused(floor, path, body):
    assert refused(send(floor, body, path)).code == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"event_id": "x"},
            {"event_id": 7},
            {"event_id": None},
            {"unit": 7},
            {"unit": None},
            {"unit": ["x"]},
        ),
        *({"process": "1"}, {"process": 0}, {"process": 9}, {"process": 1.5}, {"process": 10**400}),
        *({"process": True}, {"process": -(2**63)}, {"station_seq": 0}, {"station_seq": 2**63}),
        *({"operator": {}}, {"equipment": 7}),
        *({"occurred_at": "2026-01-01"}, {"occurred_at": "2026-01-01T00:00:00"}, {"occurred_at": 0}),
        *({"occurred_at": "2026-13-01T00:00:00Z"}, {"mac": "zz"}, {"equipment": "\x00"}, {"unknown": 1}),
        *({"kind": "complete"}, {"": 1}, {"event_id ": 1}),
    ],
    ids=repr,
)
def test_field_of_wrong_shape_is_refused(floor, wrong):
    answer = floor.post("/process/start", event("WIP-KR01PSA2511001-001") | wrong, "ST-01")
    assert refused(answer).code == "INVALID_REQUEST"


def test_last_of_two_equal_keys_counts(floor):
    unit = floor.unit()
    twice = json.dumps(event("no barcode"))[:-1] + f', "unit": "{unit}"}}'
    assert send(floor, twice.encode()).status_code == 201


@pytest.mark.parametrize(
    "data",
    [
        *(b'{"a\\u0000b": 1}', b'{"marking_result": "\\u0000"}', b'{"a": {"b": ["\\u0000"]}}'),
        b'{"a": "\\\\\\u0000"}',
        b'{"a": ' + b"[" * 80 + b"]" * 80 + b"}",
    ],
    ids=lambda data: repr(data[:30]),
)
def test_process_data_that_cannot_be_kept_is_refused(floor, data):
    unit = floor.unit()
    floor.start(unit, 1)
    answer = send(floor, completion(unit, data), "/process/complete")
    assert refused(answer).code == "INVALID_REQUEST"
    assert floor.get(f"/units/{unit}").json()["open_process"] == 1


@pytest.mark.parametrize(
    "data",
    [
        *(
            b'{"a": "\\\\u0000"}',
            b"[]",
            b'{"lot_number_engraved": 1}',
            b'{"lot_number_engraved": "\\ud83d\\ude00"}',
        ),
        *(b'{"unknown": null}', b'{"marking_result": "MAYBE"}', b'{"marking_result": {"a": 1}}'),
        b'{"lot_number_engraved": "' + b"9" * 5000 + b'"}',
        b'{"a": 123456789012345678901234567890}',
    ],
    ids=lambda data: repr(data[:30]),
)
def test_process_data_of_wrong_shape_leaves_the_step_open(floor, data):
    unit = floor.unit()
    floor.start(unit, 1)
    assert 400 <= refused(send(floor, completion(unit, data), "/process/complete")).status < 500
    assert floor.get(f"/units/{unit}").json()["open_process"] == 1


@pytest.mark.parametrize("path", ["/process/start", "/auth/login", "/lots"])
def test_body_over_the_limit_is_too_large(floor, path):
    body = b'{"a": "' + b"x" * EVENT_MAX_BYTES + b'"}'
    whole = send(floor, body, path, who="admin" if path == "/lots" else "ST-01")
    assert refused(whole).code == "TOO_LARGE"
    chunked = send(floor, iter([body]), path, who="admin" if path == "/lots" else "ST-01")
    assert refused(chunked).code == "TOO_LARGE"


def test_batch_over_the_limit_is_too_large(floor):
    body = b'{"events": ["' + b"x" * BATCH_MAX_BYTES + b'"]}'
    assert refused(send(floor, body, "/process/events")).code == "TOO_LARGE"


def test_announced_length_over_the_limit_is_refused_before_the_body_is_read(floor, base):
    address = urlsplit(base)
    head = (
        f"POST /api/v1/process/start HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: {floor.headers('ST-01')['Authorization']}\r\nContent-Length: 10000000000\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(head.encode() + b'{"a":')
        assert connection.recv(64).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "x"],
)
def test_body_of_another_type_is_refused_as_such(floor, content_type):
    answer = send(floor, b"{}", **{"content-type": content_type})
    assert refused(answer) == (415, "INVALID_REQUEST")


def test_client_that_hangs_up_halfway_breaks_nothing(floor, base):
    address = urlsplit(base)
    head = (
        f"POST /api/v1/auth/login HTTP/1.1\r\nHost: {address.netloc}\r\n"
        "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(head.encode() + b'{"username":')
    assert floor.get("/lots").status_code == 200


@pytest.mark.parametrize("path", ["/units/{unit}/scrap", "/units/{unit}/rework", "/lots/{lot}/close"])
@pytest.mark.parametrize("reason", ["\x00", "", " \n", 7, "x" * 501, ["x"]], ids=ascii)
def test_decision_with_an_unusable_reason_changes_nothing(floor, path, reason):
    unit = floor.unit()
    answer = floor.post(path.format(unit=unit, lot=unit[4:18]), {"reason": reason})
    assert refused(answer).code == "INVALID_REQUEST"
    assert floor.get(f"/units/{unit}").json()["status"] == "CREATED"


def test_one_bad_event_of_a_batch_leaves_its_neighbours_alone(floor):
    good = [event(floor.unit(), kind="start") for _ in range(3)]
    bad = [
        json.dumps(event("a\x00b", kind="start")),
        json.dumps(event(good[0]["unit"], kind="complete", result="FAIL", process_data={"\x00": 1})),
        json.dumps(event(good[0]["unit"], kind="start"))[:-1] + ', "station_seq": 1e999}',
        json.dumps(event("x", kind="start"))[:-1] + ', "a": ' + "[" * 100 + "]" * 100 + "}",
        *('{"kind": "nothing"}', "{}", "[]", "7", "null", '{"kind": "start", "event_id": "x"}'),
    ]
    mixed = [json.dumps(good[0]), *bad[:5], json.dumps(good[1]), *bad[5:], json.dumps(good[2])]
    answer = send(floor, ('{"events": [' + ",".join(mixed) + "]}").encode(), "/process/events")
    assert answer.status_code == 200, answer.text
    statuses = [result["status"] for result in answer.json()["results"]]
    assert statuses == [201, *[400] * 5, 201, *[400] * 5, 201]
    assert all(r["body"]["code"] for r in answer.json()["results"] if r["status"] == 400)


def test_refused_events_of_a_batch_are_named_by_their_ids(floor):
    broken = event("x", kind="start", operator="a b")
    results = floor.post("/process/events", {"events": [broken, {}]}, "ST-01").json()["results"]
    assert [result["event_id"] for result in results] == [broken["event_id"], None]


@pytest.mark.parametrize("events", [[], [{}] * 501, {}, None, "x", 7], ids=lambda e: repr(e)[:20])
def test_batch_is_one_to_500_events(floor, events):
    assert refused(floor.post("/process/events", {"events": events}, "ST-01")).code == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "login", [{"username": "a\x00b", "password": "x"}, {"username": "worker", "password": "\x00"}]
)
def test_name_that_cannot_be_kept_is_no_name(floor, login):
    assert refused(floor.client.post("/auth/login", json=login)).code == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        *(
            ("2026-01-01T00:00:00+23:59", 201),
            ("2026-01-01T00:00:00-23:59", 201),
            ("0477-08-01T00:00:00Z", 201),
        ),
        *(
            ("9999-12-31T23:59:59.999999Z", 201),
            ("0001-01-01T00:00:00+00:01", 400),
            ("9999-12-31T23:59:59-00:01", 400),
        ),
        *(("2026-06-30T23:59:60Z", 400), ("2026-02-30T00:00:00Z", 400)),
    ],
)
def test_odd_instant_is_kept_or_refused_and_touches_no_neighbour(floor, instant, status):
    odd, plain = (event(floor.unit(), kind="start") for _ in range(2))
    results = floor.post(
        "/process/events", {"events": [odd | {"occurred_at": instant}, plain]}, "ST-01"
    ).json()["results"]
    assert [result["status"] for result in results] == [status, 201]
