"""Problems and request ids: what every refusal has in common, and what none of them gives away."""

import httpx
import pytest

from neurohub.contract.problems import KINDS, Code, Problem
from support.problems import refused


@pytest.mark.parametrize("code", Code)
def test_every_code_makes_a_whole_problem(code):
    import msgspec

    body = msgspec.json.decode(Problem(code, "why").body())
    assert body == {
        "type": f"/docs/problems#{code}",
        "title": KINDS[code].title,
        "status": KINDS[code].status,
        "detail": "why",
        "code": code.value,
    }


@pytest.mark.parametrize("request_id", ["a", "station-07_2026.11", "x" * 64])
def test_request_id_is_echoed(base, request_id):
    answer = httpx.get(f"{base}/api/v1/lots", headers={"x-request-id": request_id})
    assert answer.headers.get_list("x-request-id") == [request_id]


@pytest.mark.parametrize("request_id", [b"", b"a b", b"x" * 65, b"<script>", b"\xff", b"a\tb", b'"'])
def test_request_id_that_is_none_is_replaced(base, request_id):
    answer = httpx.get(f"{base}/api/v1/lots", headers={b"x-request-id": request_id})
    (given,) = answer.headers.get_list("x-request-id")
    assert len(given) == 32
    assert int(given, 16)


@pytest.mark.parametrize(
    "path", ["/health", "/docs", "/schema/openapi.json", "/nothing", "/api/v1/lots?a=%00"]
)
def test_every_answer_has_a_request_id(base, path):
    assert httpx.get(base + path).headers["x-request-id"]


def test_refusals_say_nothing_of_our_insides(floor):
    answers = [
        floor.post("/lots", {"line": 1}),
        floor.post("/process/start", {"event_id": "x"}, "ST-01"),
        floor.get("/nothing"),
        floor.get("/limits/x", "admin"),
    ]
    for answer in answers:
        assert refused(answer)
        assert not any(
            word in answer.text for word in ("Traceback", "litestar", "psycopg", "neurohub.", ".py")
        )


def test_missing_body_is_named(floor):
    answer = floor.client.post("/lots", headers=floor.headers("manager"))
    assert answer.json()["detail"] == "Send a JSON body"
