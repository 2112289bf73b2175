"""Work: reads of units, LOTs and the board, encoded beforehand, round and round. Who calls it: `raw.generator`."""

import time
from itertools import cycle
from typing import Final

from bench.driver import Answer, Request
from bench.plan import Plan
from bench.raw.record import Notes, Record, code_of
from bench.raw.tape import Tape
from neurohub.contract.barcode import parse_unit

UNITS_A_TURN: Final = 4  # four units, a LOT, the board


class Read(Notes):
    """The reads of a generator."""

    def __init__(self, record: Record, tape: Tape, plan: Plan) -> None:
        super().__init__(record)
        self._turn = cycle(_requests(tape, plan))

    def next(self) -> Request:
        wire, name = next(self._turn)
        return Request(wire, name, time.monotonic())

    def answered(self, request: Request, answer: Answer) -> None:
        self.note(request.name, request, answer, request.tag)
        if answer.status != 200 or not answer.body.startswith(b"{"):
            self.record.error(f"{request.name}: {answer.status} {code_of(answer)}")


def _requests(tape: Tape, plan: Plan) -> list[tuple[bytes, str]]:
    made = []
    for number, unit in enumerate(plan.units):
        who = plan.managers[number % len(plan.managers)].name
        made.append((tape.get(f"/api/v1/units/{unit.wip_id}", who), "look up a unit"))
        if number % UNITS_A_TURN == 0:
            lot = parse_unit(unit.wip_id).lot_number
            made.append((tape.get(f"/api/v1/lots/{lot}", who), "look at a LOT"))
            made.append((tape.get("/api/v1/dashboard/summary", who), "look at the board"))
    return made
