"""A line of its own with stations and printers, so that a test claims nobody else's print jobs."""

import itertools
from typing import Any
from uuid import uuid4

import httpx

from support.floor import Floor
from support.master import add

_numbers = itertools.count(1)


class PrintingLine:
    """A line; stations and printers are added as a test needs them."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.code = f"PJ{next(_numbers):02d}"
        add(floor, "/lines", {"code": self.code, "name": "라인 ^XA~_"})

    def station(self, *processes: int) -> str:
        """Add a station of this line and sign it in; return its code."""
        code = f"ST-{self.code}-{uuid4().hex[:8]}"
        body = {"code": code, "name": "PC", "line": self.code, "processes": list(processes or range(1, 9))}
        secret = add(self.floor, "/stations", body)["secret"]
        answer = self.floor.client.post("/auth/station", json={"station": code, "secret": secret})
        self.floor._tokens[code] = answer.json()["access_token"]
        return code

    def printer(self, station: str | None, *kinds: str, dpi: int = 203) -> str:
        """Add a printer that `station` drives; return its code."""
        body: dict[str, Any] = {"code": f"P-{uuid4().hex[:8]}", "name": "ZT", "line": self.code, "dpi": dpi}
        body |= {"address": "127.0.0.1:9100", "station": station}
        return add(self.floor, "/printers", body | ({"kinds": list(kinds)} if kinds else {}))["code"]

    def unit(self) -> str:
        return self.floor.unit(line=self.code)

    def order(self, kind: str, code: str, who: str = "manager", **more: Any) -> httpx.Response:
        headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
        return self.floor.post("/print-jobs", {"kind": kind, "code": code, **more}, who, **headers)

    def ordered(self, kind: str, code: str, **more: Any) -> dict[str, Any]:
        answer = self.order(kind, code, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def claim(self, who: str, limit: int = 50) -> list[dict[str, Any]]:
        answer = self.floor.post("/print-jobs/claim", {"limit": limit}, who)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def report(self, job: dict[str, Any], status: str, who: str, **more: Any) -> httpx.Response:
        return self.floor.post(f"/print-jobs/{job['id']}/result", {"status": status, **more}, who)
