"""A floor of operators over HTTP: sign in, open LOTs, scan. Answers come back as they are."""

import random
from typing import Any
from uuid import UUID

import httpx
import uuid_utils

from neurohub.contract.barcode import UnitCode, parse_unit
from neurohub.demo.reports import passing
from support.databases import PASSWORD

OF_PROCESS = {process: f"ST-{process:02d}" for process in range(1, 9)}
_draw = random.Random(2026)


def new_id() -> str:
    return str(UUID(int=uuid_utils.uuid7().int))


def good(process: int, code: str) -> dict[str, Any]:
    """Return the process data of a PASS of the unit."""
    return passing(parse_unit(code), process, _draw)


class Floor:
    """One client with the tokens of everybody."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=f"{base}/api/v1", timeout=30)
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        self.client.close()

    def token(self, who: str) -> str:
        """Return the access token of a person or, for `ST-..`, a station."""
        if who not in self._tokens:
            if who.startswith("ST-"):
                answer = self.client.post("/auth/station", json={"station": who, "secret": PASSWORD})
            else:
                answer = self.client.post("/auth/login", json={"username": who, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self._tokens[who] = answer.json()["access_token"]
        return self._tokens[who]

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(who)}"}

    def get(self, path: str, who: str = "viewer", **params: Any) -> httpx.Response:
        return self.client.get(path, headers=self.headers(who), params=params)

    def post(self, path: str, body: Any, who: str = "manager", **headers: str) -> httpx.Response:
        return self.client.post(path, json=body, headers=self.headers(who) | headers)

    def lot(
        self, quantity: int = 1, *, line: str = "KR01", model: str = "PSA", target: int | None = None
    ) -> str:
        """Open a LOT and generate its units; return its number."""
        command = {"line": line, "model": model, "target_quantity": target or quantity, "shift": "D"}
        answer = self.post("/lots", command)
        assert answer.status_code == 201, answer.text
        number = answer.json()["lot_number"]
        if quantity:
            assert self.post(f"/lots/{number}/units", {"quantity": quantity}).status_code == 201
        return number

    def unit(self, *, line: str = "KR01", passed: int = 0) -> str:
        """Return the WIP id of a new unit that has passed `passed` processes."""
        code = UnitCode(self.lot(line=line), 1, is_serial=False).wip_id
        for process in range(1, passed + 1):
            self.through(code, process)
        return code

    def start(self, code: str, process: int, who: str | None = None, **more: Any) -> httpx.Response:
        who = who or OF_PROCESS[process]
        body = {"event_id": new_id(), "unit": code, "process": process, **_operator(who), **more}
        return self.post("/process/start", body, who)

    def complete(
        self,
        code: str,
        process: int,
        result: str = "PASS",
        data: Any = None,
        who: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        who = who or OF_PROCESS[process]
        if data is None:
            data = good(process, code) if result == "PASS" else {}
        body = {
            "event_id": new_id(),
            "unit": code,
            "process": process,
            "result": result,
            "process_data": data,
        }
        return self.post("/process/complete", body | _operator(who) | more, who)

    def through(self, code: str, process: int, result: str = "PASS", **more: Any) -> dict[str, Any]:
        """Start and complete one process; return the completed step."""
        started = self.start(code, process)
        assert started.status_code == 201, started.text
        done = self.complete(code, process, result, **more)
        assert done.status_code == 200, done.text
        return done.json()


def _operator(who: str) -> dict[str, str]:
    return {"operator": "worker"} if who.startswith("ST-") else {}
