"""Operators who open LOTs and scan their units, each on a connection of its own, and write down every answer."""

import contextlib
import threading
import time

import httpx

from neurohub.contract.barcode import UnitCode
from support.floor import Floor, good, new_id

OPERATORS = 6
LOT_SIZE = 25
PACE_S = 0.05


class Operator(threading.Thread):
    """Opens LOTs and scans their units through nginx, on one connection, until the shift ends."""

    def __init__(self, base, verify, tokens, ends):
        super().__init__()
        self.answers = []  # (what was asked, status or what went wrong, seconds)
        self._tokens, self._ends = tokens, ends
        self._client = httpx.Client(base_url=f"{base}/api/v1", verify=verify, timeout=15)

    def run(self):
        with self._client:
            while not self._ends.is_set():
                order = {"line": "KR01", "model": "PSA", "target_quantity": LOT_SIZE, "shift": "D"}
                opened = self._ask("/lots", "manager", order)
                if opened is not None:
                    self._ask(f"/lots/{opened['lot_number']}/units", "manager", {"quantity": LOT_SIZE})
                    self._scan(opened["lot_number"])

    def _scan(self, lot):
        for number in range(1, LOT_SIZE + 1):
            code = UnitCode(lot, number, is_serial=False).wip_id
            scan = {"unit": code, "process": 1, "operator": "worker"}
            self._ask("/process/start", "ST-01", {**scan, "event_id": new_id()})
            done = {**scan, "result": "PASS", "process_data": good(1, code), "event_id": new_id()}
            self._ask("/process/complete", "ST-01", done)
            self._ask(f"/units/{code}", "manager", None)
            if self._ends.wait(PACE_S):
                return

    def _ask(self, path, who, body):
        """Ask, write down what came of it, and return what was made."""
        begun, method = time.monotonic(), "GET" if body is None else "POST"
        answer = None
        try:
            answer = self._client.request(method, path, json=body, headers=self._tokens[who])
            status = answer.status_code
        except httpx.TransportError as error:
            status = repr(error)
        self.answers.append((f"{method} {path}", status, time.monotonic() - begun))
        return answer.json() if status in (200, 201) else None


@contextlib.contextmanager
def shift(base, verify, signed_in_at):
    """Yield operators at work at `base`, each with a sign-in of its own: a limit by credential holds for each."""
    ends = threading.Event()
    operators = [Operator(base, verify, _tokens(signed_in_at), ends) for _ in range(OPERATORS)]
    for operator in operators:
        operator.start()
    try:
        yield operators
    finally:
        ends.set()
        for operator in operators:
            operator.join()


def _tokens(base):
    with contextlib.closing(Floor(base)) as floor:
        return {who: floor.headers(who) for who in ("ST-01", "manager")}
