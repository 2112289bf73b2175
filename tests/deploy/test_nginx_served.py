"""The plant's nginx in front of the real service: what it lets through, what it refuses, what it writes down."""

import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from support import front as fronts
from support.floor import Floor, new_id


@contextmanager
def speaking(front):
    """Yield a floor that speaks to nginx."""
    made = Floor(front.url)
    made.client.close()
    made.client = httpx.Client(base_url=f"{front.url}/api/v1", timeout=30, verify=front.context)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def port(base):
    return int(base.rpartition(":")[2])


@pytest.fixture(scope="module")
def front(port, tmp_path_factory):
    with fronts.running(tmp_path_factory.mktemp("nginx"), [port]) as found:
        yield found


@pytest.fixture
def client(front):
    with httpx.Client(base_url=front.url, verify=front.context, timeout=30) as made:
        yield made


@pytest.fixture
def operators(front):
    with speaking(front) as made:
        yield made


def test_a_unit_goes_through_all_processes_over_tls(operators):
    unit = operators.unit(passed=8)
    assert operators.get(f"/units/{unit}").json()["status"] == "PASSED"


def test_only_tls_1_3_is_spoken_and_http_2_is_offered(front):
    with socket.create_connection(("127.0.0.1", front.port)) as plain:
        front.context.set_alpn_protocols(["h2", "http/1.1"])
        with front.context.wrap_socket(plain, server_hostname="127.0.0.1") as spoken:
            assert (spoken.version(), spoken.selected_alpn_protocol()) == ("TLSv1.3", "h2")
    front.context.set_alpn_protocols(["http/1.1"])
    old = ssl.create_default_context(cafile=front.folder / "tls" / "server.crt")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx.ConnectError, match="protocol version"):
        httpx.get(front.url, verify=old)


def test_http_is_sent_to_https(front):
    answer = httpx.post(f"{front.plain_url}/api/v1/lots?a=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "https://127.0.0.1/api/v1/lots?a=1")


@pytest.mark.parametrize("asked", ["station-07_2026.11", "<script>", None])
def test_one_request_id_is_in_the_answer_and_in_both_logs(client, front, asked):
    answer = client.get("/api/v1/lots", headers={"X-Request-ID": asked} if asked else {})
    (given,) = answer.headers.get_list("x-request-id")
    assert (given == asked) is (asked == "station-07_2026.11")
    line = _logged(front, given)
    assert (line["path"], line["status"], line["tls"]) == ("/api/v1/lots", 401, "TLSv1.3")
    assert line["duration_s"] >= 0


def _logged(front, request_id):
    """Return the line of one request; nginx writes it just after the answer."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for line in front.logged().splitlines():
            if f'"{request_id}"' in line:
                return json.loads(line)
        time.sleep(0.01)
    raise AssertionError(f"{request_id} is in no line")


def test_the_board_comes_as_it_changes(client, operators):
    with client.stream("GET", "/api/v1/dashboard/live", headers=operators.headers("manager")) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: summary"
        operators.start(operators.unit(), 1)
        assert next(line for line in lines if line.startswith("event:")) == "event: summary"


def test_who_sends_too_much_is_refused_alone(client):
    asked = [client.get("/api/v1/lots", headers={"Authorization": "Bearer loud"}) for _ in range(300)]
    refused = [answer for answer in asked if answer.status_code == 429]
    assert 0 < len(refused) < 100  # the burst of 200 and what the second brought passed
    assert refused[0].headers["retry-after"] == "1"
    assert refused[0].headers["content-type"] == "application/problem+json"
    assert refused[0].json()["code"] == "TOO_MANY_REQUESTS"
    assert client.get("/api/v1/lots", headers={"Authorization": "Bearer quiet"}).status_code == 401


def test_the_pages_of_a_whole_plant_behind_one_address_are_not_too_much(client):
    assert {client.get("/health/live").status_code for _ in range(400)} == {200}


def test_a_body_that_nobody_takes_is_refused_before_it_is_sent(client):
    answer = client.post("/api/v1/process/start", content=b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


def test_assets_are_files_kept_for_ever_and_pages_are_the_services(client, front):
    (front.folder / "dashboard" / "assets" / "index-1.js").write_text("1")
    asset, page = client.get("/assets/index-1.js"), client.get("/lots", headers={"Accept": "text/html"})
    assert (asset.text, asset.headers["cache-control"]) == ("1", "public, max-age=31536000, immutable")
    assert "content-security-policy" in page.headers
    assert all("max-age=31536000" in answer.headers["strict-transport-security"] for answer in (asset, page))
    assert client.get("/metrics").status_code == 404


def test_the_exporter_sees_connections_and_nobody_else_does(front):
    assert "Active connections" in httpx.get(f"{front.status_url}/nginx_status").text


@contextmanager
def hanging_up():
    """Yield the port of an instance that takes requests and dies over them, and what it was sent."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                with taken:
                    heard.append(taken.recv(65536).partition(b"\r\n")[0].decode())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_an_event_is_sent_again_when_an_instance_dies_and_a_command_is_not(port, floor, tmp_path):
    scan = {"event_id": new_id(), "unit": floor.unit(), "process": 1, "operator": "worker"}
    lot = {"line": "KR01", "model": "PSA", "target_quantity": 1, "shift": "D"}
    with hanging_up() as (dying, heard), fronts.running(tmp_path, [dying, port]) as front:

        def send(path, who, body):
            heard.clear()
            while not heard:  # until it is the turn of the instance that dies
                answer = httpx.post(
                    f"{front.url}/api/v1{path}", json=body, headers=floor.headers(who), verify=front.context
                )
            return answer

        event, command = send("/process/start", "ST-01", scan), send("/lots", "manager", lot)
    assert event.status_code == 201
    assert (command.status_code, command.json()["code"]) == (503, "OVERLOADED")
    assert command.headers["retry-after"] == "1"
