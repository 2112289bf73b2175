"""Demo traffic: one child process that plays eight stations and a manager over HTTP at a gentle pace.

Uses the wire and `neurohub.contract` only, as any other client would. Who calls it: `neurohub up`.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from uuid_utils.compat import uuid7

from neurohub import __version__
from neurohub.contract.barcode import parse_unit
from neurohub.demo.reports import DEFECTS, DemoUnit, passing

LOT_TARGET: Final = 20
UNITS_AT_WORK_MIN: Final = 12
FAIL_SHARE: Final = 0.03
REWORK_SHARE: Final = 0.03
LEFT_TO_DECIDE: Final = 4  # defects that whoever tries the dashboard finds open
HEARTBEAT_EVERY_S: Final = 30.0
LABELLING: Final = frozenset({1, 7})  # the processes with a printer
LINE: Final = "KR01"
PASSWORD_KEY: Final = "NEUROHUB_DEMO_PASSWORD"  # noqa: S105 (the name of a key)


def run(address: str, password: str, events_per_s: float, ended: threading.Event) -> None:
    """Play until `ended` is set, in a process of its own."""
    command = [sys.executable, "-m", "neurohub.demo.traffic", address, str(events_per_s)]
    process = subprocess.Popen(
        command, env=dict(os.environ) | {PASSWORD_KEY: password}, start_new_session=True
    )
    try:
        while not ended.wait(1.0) and process.poll() is None:
            pass
    finally:
        process.terminate()
        process.wait()


class RefusedError(Exception):
    """The service refused a request; the floor goes on with other work."""


class Client:
    """One signed-in station or person."""

    def __init__(self, address: str, route: str, credential: dict[str, str]) -> None:
        self._netloc = urlsplit(address).netloc
        self._link = http.client.HTTPConnection(self._netloc, timeout=15)
        self._sign_in = (route, credential)
        self._token: str | None = None

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the decoded answer; sign in first, and again once the token has ended."""
        for _ in range(2):
            if self._token is None:
                route, credential = self._sign_in
                self._token = _checked(*self._send("POST", route, credential))["access_token"]
            status, answer = self._send(method, path, body)
            if status != http.client.UNAUTHORIZED:
                return _checked(status, answer)
            self._token = None
        raise RefusedError(path)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            content = None if body is None else json.dumps(body)
            self._link.request(method, f"/api/v1{path}", content, headers)
            answer = self._link.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (http.client.HTTPException, OSError, ValueError) as error:
            self._link.close()
            raise RefusedError(f"{path}: {error}") from None


def _checked(status: int, answer: Any) -> Any:
    if status >= http.client.BAD_REQUEST:
        raise RefusedError(f"{status} {answer}")
    return answer


class AtWork(Struct):
    """A unit on its way, the process that is due or open, and which of the two."""

    unit: DemoUnit
    process: int
    is_open: bool = False


class Floor:
    """The line: its stations, its manager, and the units at work."""

    def __init__(self, address: str, password: str) -> None:
        self._draw = random.Random()  # noqa: S311 (a play)
        self._manager = Client(address, "/auth/login", {"username": "manager", "password": password})
        self._stations = {
            process: Client(address, "/auth/station", {"station": f"ST-{process:02d}", "secret": password})
            for process in range(1, 9)
        }
        self._at_work: list[AtWork] = []
        self._heartbeat_due = 0.0

    def step(self) -> None:
        """Do one thing that happens on a line: more often at the busy processes."""
        if time.monotonic() >= self._heartbeat_due:
            self._heartbeat_due = time.monotonic() + HEARTBEAT_EVERY_S
            self._send_heartbeats()
        if len(self._at_work) < UNITS_AT_WORK_MIN:
            self._take_units()
        work = self._draw.choice(self._at_work)
        try:
            if not work.is_open:
                self._start(work)
            else:
                self._complete(work)
        except RefusedError:
            self._at_work.remove(work)  # somebody else's by now; what is true comes with the next look

    def _send_heartbeats(self) -> None:
        for process, station in self._stations.items():
            printer = "OK" if process in LABELLING else "OFF"
            said = {"version": __version__, "queue_depth": 0, "oldest_unsent_s": None, "scanner": "OK"}
            station.call("POST", "/stations/heartbeat", said | {"printer": printer, "folder": "OK"})

    def _take_units(self) -> None:
        """Take up units that wait on the line; open a new LOT when there are too few."""
        self._decide_defects()
        lots = self._manager.call("GET", f"/lots?status=IN_PROGRESS&line={LINE}&limit=20")["items"]
        known = {work.unit for work in self._at_work}
        for lot in lots:
            for unit in self._manager.call("GET", f"/lots/{lot['lot_number']}/units?limit=100")["items"]:
                self._take(unit, known)
        if len(self._at_work) < UNITS_AT_WORK_MIN:
            self._open_lot()

    def _take(self, unit: dict[str, Any], known: set[DemoUnit]) -> None:
        code = parse_unit(unit["wip_id"])
        found = DemoUnit(code.lot_number, code.sequence)
        if (process := unit["open_process"] or unit["due_process"]) is not None and found not in known:
            self._at_work.append(AtWork(found, process, unit["open_process"] is not None))

    def _decide_defects(self) -> None:
        """Decide what has waited longest."""
        path = "/defects?status=OPEN&limit=100"
        for defect in self._manager.call("GET", path)["items"][LEFT_TO_DECIDE:]:
            decision = "rework" if self._draw.random() < 0.9 else "scrap"
            path = f"/units/{defect['unit']['wip_id']}/{decision}"
            self._manager.call("POST", path, {"reason": "데모: 매니저 판단"})

    def _open_lot(self) -> None:
        model = self._draw.choice(["PSA", "PSA", "WFO"])
        command = {"line": LINE, "model": model, "target_quantity": LOT_TARGET, "shift": "D"}
        lot = self._manager.call("POST", "/lots", command)
        path = f"/lots/{lot['lot_number']}/units"
        for unit in self._manager.call("POST", path, {"quantity": LOT_TARGET})["items"]:
            self._take(unit, set())

    def _start(self, work: AtWork) -> None:
        self._stations[work.process].call("POST", "/process/start", self._event(work))
        work.is_open = True

    def _complete(self, work: AtWork) -> None:
        chance = self._draw.random()
        event = self._event(work)
        if chance < FAIL_SHARE:
            event |= {"result": "FAIL", "process_data": {}, "defect": {"code": DEFECTS[work.process]}}
        elif chance < FAIL_SHARE + REWORK_SHARE and work.process != 1:
            event |= {"result": "REWORK", "process_data": {}}
        else:
            event |= {"result": "PASS", "process_data": passing(work.unit, work.process, self._draw)}
        answer = self._stations[work.process].call("POST", "/process/complete", event)
        work.is_open, due = False, answer["unit"]["due_process"]
        if due is None or answer["unit"]["status"] == "DEFECTED":
            self._at_work.remove(work)
        else:
            work.process = due

    def _event(self, work: AtWork) -> dict[str, Any]:
        code = work.unit.code(work.process)
        return {"event_id": str(uuid7()), "unit": code, "process": work.process, "operator": "worker"}


def main() -> None:
    """Play at the address and the pace given, until terminated; gone within a second when the parent is."""
    floor = Floor(sys.argv[1], os.environ[PASSWORD_KEY])
    pace_s = 1 / float(sys.argv[2])
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            floor.step()
        except RefusedError:
            time.sleep(5)  # the service is away or the line is full: look again later
        time.sleep(pace_s)


if __name__ == "__main__":
    main()
