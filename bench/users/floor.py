"""The floor as one generator knows it: units with the state last acknowledged, LOTs, sign-ins, the ledger.

Shared by all users of the generator; greenlets of one thread, so no locks. Who calls it: operator, manager.
"""

import random
from collections import deque
from typing import Final

from msgspec import Struct

from bench.ledger import Ledger
from bench.plan import Place, Plan, Section
from bench.users.samples import Samples
from neurohub.contract.barcode import parse_unit

LOT_TARGET: Final = 50
UNITS_AT_ONCE: Final = 2


class Unit(Struct, kw_only=True):
    """A unit as its last acknowledged answer showed it."""

    line: str
    lot_number: str
    wip_id: str
    serial: str = ""
    status: str = "CREATED"
    passed: int = 0
    open: int | None = None
    reworks: int = 0

    @property
    def due(self) -> int:
        return self.passed + 1

    def scan(self, process: int, *, starting: bool) -> str:
        """Return the code the station asks for: the serial from the completion of process 7 on."""
        return self.serial if process > 7 or (process == 7 and not starting) else self.wip_id


class Lot(Struct, kw_only=True):
    """A LOT of ours that still takes units."""

    lot_number: str
    line: str
    target: int
    units: int = 0


def unit(line: str, wip_id: str) -> Unit:
    return Unit(line=line, lot_number=parse_unit(wip_id).lot_number, wip_id=wip_id)


class Floor:
    """What the users of one generator share."""

    def __init__(self, plan: Plan, ledger: Ledger, headers: dict[str, dict[str, str]]) -> None:
        self.plan = plan
        self.ledger = ledger
        self.headers = headers
        self.samples = Samples()
        self.dice = random.Random(plan.seed)
        self.waiting = deque(unit(u.line, u.wip_id) for u in plan.units)
        self.seen: list[Unit] = list(self.waiting)
        self.filling = deque(
            Lot(lot_number=number, line=number[:4], target=LOT_TARGET) for number in plan.empty_lots
        )
        self.defected: deque[Unit] = deque()
        self.lots = sorted({u.lot_number for u in self.seen} | {lot.lot_number for lot in self.filling})
        self._turn = 0

    def section_of(self, line: str, number: int) -> Section:
        """Return one of the line's sections; operators are spread over them by number."""
        there = [section for section in self.plan.sections if section.line == line]
        return there[number % len(there)]

    def next_number(self) -> int:
        self._turn += 1
        return self._turn

    def place(self) -> Place:
        return self.dice.choice(self.plan.places)

    def take_unit(self) -> Unit | None:
        return self.waiting.popleft() if self.waiting else None

    def add_units(self, lot: Lot, wip_ids: list[str]) -> None:
        """New units wait for an operator; a full LOT takes no more."""
        lot.units += len(wip_ids)
        added = [unit(lot.line, wip_id) for wip_id in wip_ids]
        self.waiting.extend(added)
        self.seen.extend(added)
        if lot.units < lot.target:
            self.filling.append(lot)
