"""A manager at a desk: looks at units, LOTs and the board, opens LOTs and has their units generated.

The tasks come from a shuffled deck, so that a run has exactly its mix. A read must show at least what was
acknowledged before it was asked. Who calls it: `bench.generator`.
"""

import random
from collections.abc import Callable
from typing import ClassVar, Final, TypeVar

import msgspec
from locust import FastHttpUser, task
from uuid_utils.compat import uuid7

from bench.api import Page
from bench.plan import LOT_WORK, READS
from bench.users.call import LostAnswerError, Request, WrongAnswerError, call, expect, spread
from bench.users.floor import LOT_TARGET, UNITS_AT_ONCE, Floor, Lot
from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import Decide, GenerateUnits, OpenLot
from neurohub.contract.enums import Shift
from neurohub.contract.views import DashboardSummary, LotView, UnitView

T = TypeVar("T")

_encode: Final = msgspec.json.Encoder().encode
_unit: Final = msgspec.json.Decoder(UnitView).decode
_lot: Final = msgspec.json.Decoder(LotView).decode
_summary: Final = msgspec.json.Decoder(DashboardSummary).decode
_units: Final = msgspec.json.Decoder(Page[UnitView]).decode
_lots: Final = msgspec.json.Decoder(Page[LotView]).decode
LIST_LIMIT: Final = 20

# Of READS + LOT_WORK = 30 hundredths, times eight to have whole cards.
_DECK: Final = {"look_up_a_unit": 120, "look_at_a_lot": 40, "look_at_the_board": 40}
_LOT_DECK: Final = {"open_a_lot": 1, "have_units_generated": 20, "list_the_lots": 19}
if (sum(_DECK.values()), sum(_LOT_DECK.values())) != (READS * 8, LOT_WORK * 8):
    raise ValueError("the managers' deck is not the mix of the plan")


class Manager(FastHttpUser):
    """One task run is one request: the next card of the deck."""

    floor: ClassVar[Floor]
    rate: ClassVar[float]
    network_timeout = 15.0
    connection_timeout = 5.0
    insecure = False

    def on_start(self) -> None:
        number = self.floor.next_number()
        self.dice = random.Random(self.floor.plan.seed * 2000 + number)
        self.key = self.floor.plan.managers[number % len(self.floor.plan.managers)].name
        self.cards: list[str] = []
        spread(self.dice, self.rate)

    @task
    def work(self) -> None:
        if not self.cards:
            self.cards = [name for name, n in (_DECK | _LOT_DECK).items() for _ in range(n)]
            self.dice.shuffle(self.cards)
        try:
            getattr(self, self.cards.pop())()
        except (LostAnswerError, WrongAnswerError):
            return  # counted as an error by the call

    def look_up_a_unit(self) -> None:
        unit = self.dice.choice(self.floor.seen)
        passed_before = unit.passed
        code = unit.serial if unit.serial and self.dice.random() < 0.5 else unit.wip_id

        def read(status: int, content: bytes) -> None:
            expect(status == 200, "200", status)
            view = _unit(content)
            expect(view.wip_id == unit.wip_id, unit.wip_id, view.wip_id)
            expect(view.lot_number == unit.lot_number, unit.lot_number, view.lot_number)
            # One completion may be committed and not yet answered.
            held = passed_before <= view.passed_process <= unit.passed + 1
            expect(held, f"{passed_before}..{unit.passed + 1} passed", view.passed_process)

        self._get("look up a unit", f"/api/v1/units/{code}", read)

    def look_at_a_lot(self) -> None:
        number = self.dice.choice(self.floor.lots)

        def read(status: int, content: bytes) -> None:
            expect(status == 200, "200", status)
            view = _lot(content)
            expect(view.lot_number == number, number, view.lot_number)
            expect(view.unit_count <= view.target_quantity, "units within the target", view.unit_count)
            expect(view.passed == view.by_process[7].passed, "passed = passed process 8", view.passed)

        self._get("look at a LOT", f"/api/v1/lots/{number}", read)

    def look_at_the_board(self) -> None:
        def read(status: int, content: bytes) -> None:
            expect(status == 200, "200", status)
            view = _summary(content)
            processes = [p.process for p in view.processes]
            expect(processes == list(range(1, 9)), "processes 1..8", processes)
            expect(view.completed <= view.started, "not more completed than started", view.completed)

        self._get("look at the board", "/api/v1/dashboard/summary", read)

    def open_a_lot(self) -> None:
        place = self.floor.place()
        command = OpenLot(line=place.line, model=place.model, target_quantity=LOT_TARGET, shift=Shift.DAY)

        def read(status: int, content: bytes) -> Lot:
            expect(status == 201, "201", status)
            view = _lot(content)
            seen = (view.line, view.model, view.target_quantity, view.unit_count)
            expect(seen == (place.line, place.model, LOT_TARGET, 0), "the LOT asked for", seen)
            return Lot(lot_number=view.lot_number, line=view.line, target=view.target_quantity)

        lot = self._post("open a LOT", "/api/v1/lots", command, read)
        self.floor.lots.append(lot.lot_number)
        self.floor.filling.append(lot)

    def have_units_generated(self) -> None:
        if not self.floor.filling:
            self.open_a_lot()
            return
        lot = self.floor.filling.popleft()

        def read(status: int, content: bytes) -> list[str]:
            expect(status == 201, "201", status)
            views = _units(content).items
            numbers = [parse_unit(view.wip_id).sequence for view in views]
            wanted = list(range(lot.units + 1, lot.units + UNITS_AT_ONCE + 1))
            expect(numbers == wanted, f"units {wanted}", numbers)
            expect({v.lot_number for v in views} == {lot.lot_number}, lot.lot_number, views)
            return [view.wip_id for view in views]

        command = GenerateUnits(quantity=UNITS_AT_ONCE)
        path = f"/api/v1/lots/{lot.lot_number}/units"
        self.floor.add_units(lot, self._post("have units generated", path, command, read))

    def list_the_lots(self) -> None:
        if self.floor.defected:
            self.approve_a_rework()
            return
        place = self.floor.place()

        def read(status: int, content: bytes) -> None:
            expect(status == 200, "200", status)
            views = _lots(content).items
            expect(0 < len(views) <= LIST_LIMIT, f"1..{LIST_LIMIT} LOTs", len(views))
            expect({v.line for v in views} == {place.line}, place.line, views)

        self._get("list the LOTs", f"/api/v1/lots?line={place.line}&limit={LIST_LIMIT}", read)

    def approve_a_rework(self) -> None:
        """Decide on a defect: comes before the list when one waits."""
        unit = self.floor.defected.popleft()

        def read(status: int, content: bytes) -> UnitView:
            expect(status == 200, "200", status)
            view = _unit(content)
            seen = (view.wip_id, view.status, view.rework_count, view.due_process)
            wanted = (unit.wip_id, "REWORK", unit.reworks + 1, unit.due)
            expect(seen == wanted, repr(wanted), seen)
            return view

        command = Decide(reason="load: repaired at the bench")
        view = self._post("approve a rework", f"/api/v1/units/{unit.wip_id}/rework", command, read)
        unit.status, unit.reworks = view.status, view.rework_count
        self.floor.waiting.append(unit)

    def _get(self, sentence: str, path: str, read: Callable[[int, bytes], None]) -> None:
        request = Request(sentence, "GET", path, self.floor.headers[self.key])
        call(self, request, read)

    def _post(self, sentence: str, path: str, command: object, read: Callable[[int, bytes], T]) -> T:
        headers = self.floor.headers[self.key] | {"Idempotency-Key": str(uuid7())}
        request = Request(sentence, "POST", path, headers, _encode(command))
        return call(self, request, read)
