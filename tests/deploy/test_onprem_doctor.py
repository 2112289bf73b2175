"""`neurohub doctor` on a server whose instances run: their port is taken, and that is as it should be."""

import http.server
import threading

from neurohub import cli_doctor, settings

NEEDED = {"DATABASE_URL": "postgresql:///", "SECRET_KEY": "-" * 32}


def looked_at(port):
    return cli_doctor._port(settings.read(NEEDED | {"API_PORT": str(port)}), None)


def test_a_port_that_the_service_has_is_no_problem(base):
    check = looked_at(base.rpartition(":")[2])
    assert (check.ok, check.text.startswith("the service answers at 127.0.0.1:")) == (True, True)


def test_a_port_that_a_stranger_has_is_one():
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as stranger:
        thread = threading.Thread(target=stranger.handle_request)
        thread.start()
        check = looked_at(stranger.server_port)
        thread.join()
    assert (check.ok, "API_PORT" in check.text) == (False, True)
