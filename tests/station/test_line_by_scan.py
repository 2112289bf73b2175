"""The flow against the real service: a unit through the plant by scans, and what refusals look like there."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import UndoStart
from neurohub.contract.stations import Briefing
from neurohub.demo.reports import FIRMWARE_VERSION
from station.flow.effects import Record
from station.flow.facts import Briefed, FirmwareSaid, GaugeRead, Saved, ServerSaid, ServerState, Ticked
from station.link.answers import Again, judge_list
from support.master import add, user
from support.master import station as new_station
from support.operator import Operator


class Station(Operator):
    """An operator whose events go to the service at once, as those of a station of all processes."""

    def __init__(self, floor, processes=range(1, 9)):
        super().__init__(signed_in=False)
        self.badge = uuid4().hex[:16]
        self.person = add(floor, "/users", user(badge=self.badge))["username"]
        made = add(floor, "/stations", new_station(processes=list(processes)))
        self.code = made["code"]
        self.client = floor.client
        body = {"station": self.code, "secret": made["secret"]}
        token = self.client.post("/auth/station", json=body).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        answer = self.client.get("/stations/briefing", headers=self.headers)
        self.gets(Briefed(briefing=msgspec.json.decode(answer.content, type=Briefing)))
        self.gets(
            ServerSaid(state=ServerState.ONLINE),
            FirmwareSaid(model="PSA", version=FIRMWARE_VERSION, progress=1),
        )
        self.scans(self.badge, "CMD-LANGUAGE")

    def gets(self, *facts):
        """Let facts happen now, and deliver what they record."""
        told = []
        for fact in facts:
            told += super().gets(Ticked(now=datetime.now(UTC)), fact)
            for record in [effect for effect in told if isinstance(effect, Record)]:
                super().gets(Saved(event=record.event), self._deliver(record.event))
                told.remove(record)
        return told

    def pauses(self):
        """Let the two seconds pass in which the same code is the same scan."""
        self.state = replace(self.state, scan="")

    def _deliver(self, event) -> object:
        kind = {"kind": event.__struct_config__.tag}
        body = {"events": [msgspec.to_builtins(event) | kind]}
        answer = self.client.post("/process/events", json=body, headers=self.headers)
        (verdict,) = judge_list([event], answer.content)
        return verdict.refusal if isinstance(verdict, Again) else verdict


@pytest.fixture
def station(floor):
    return Station(floor)


def do(station: Station, process: int, unit: str) -> None:
    """Do one process by hand, as its operator would."""
    station.scans(f"CMD-PROCESS-{process}", unit)
    assert station.screen.tone == "work", station.screen.headline
    match process:
        case 2:
            station.scans(f"BUS-{uuid4().hex[:6]}", f"SMA-{uuid4().hex[:6]}")
        case 3:
            station.gets(GaugeRead(value=60.0, unit="C"))
            station.scans("CMD-YES")
        case 4:
            station.scans(f"BRD-{uuid4().hex[:12]}")
        case 6:
            station.gets(*(GaugeRead(value=force, unit="kgf") for force in (12.8, 14.5, 16.0)))
        case 7:
            station.scans(parse_unit(unit).serial_number)
    if station.state.job is not None:
        station.scans("CMD-PASS")


def test_a_unit_goes_through_all_eight_processes_by_scan_alone(floor, station):
    wip = floor.unit()
    for process in range(1, 8):
        do(station, process, wip)
        assert (station.screen.tone, station.screen.headline) == ("good", "PASS"), station.screen.detail
        assert station.screen.detail[0].startswith(f"Next → {process + 1} ")
    do(station, 8, parse_unit(wip).serial_number)
    assert station.screen.headline == "FINISHED"
    assert [count.value for count in station.screen.counts] == ["8", "0", "0"]
    trace = floor.get(f"/units/{wip}/trace").json()
    assert trace["status"] == "PASSED"
    assert {step["operator"] for step in trace["steps"]} == {station.person}


def test_a_unit_that_comes_too_early_is_sent_to_the_station_where_it_is_due(floor, station):
    station.scans("CMD-PROCESS-5", floor.unit(passed=2))
    assert station.screen.headline == "An earlier process is due"
    assert station.screen.arrow.startswith("3 Sensor test · ")
    assert "ST-03" in station.screen.arrow
    assert station.state.job is None


def test_a_unit_that_passed_here_is_sent_on(floor, station):
    station.scans("CMD-PROCESS-2", floor.unit(passed=2))
    assert station.screen.headline == "Already passed here"
    assert station.screen.arrow.startswith("3 ")


def test_a_unit_in_work_elsewhere_names_the_station(floor, station):
    wip = floor.unit()
    floor.start(wip, 1)
    station.scans("CMD-PROCESS-1", wip)
    assert (station.screen.headline, station.screen.arrow) == ("In work elsewhere", "ST-01")


def test_a_step_this_station_forgot_is_found_again(floor, station):
    wip = floor.unit()
    station.scans("CMD-PROCESS-1", wip)
    forgetful = station.state.briefing
    station.state = Operator(signed_in=False).state
    station.gets(Briefed(briefing=forgetful))
    station.scans(station.badge, "CMD-LANGUAGE", "CMD-PROCESS-1", wip)
    assert station.screen.headline == "Go on with this unit"
    station.scans("CMD-PASS")
    assert station.screen.headline == "PASS"


def test_a_value_out_of_limits_is_shown_beside_its_field_and_then_judged(floor, station):
    station.scans("CMD-PROCESS-3", floor.unit(passed=2))
    station.gets(GaugeRead(value=61.5, unit="C"))
    station.scans("CMD-YES", "CMD-PASS")
    assert station.screen.headline == "Check the data"
    assert station.screen.fields[0].problem == "61.5 degC is outside 59.0..61.0"
    station.scans("DEF-SENSOR_TEMP_FAIL")
    assert station.screen.headline == "FAIL"
    assert next((limit.range, limit.tone) for limit in station.screen.limits) == ("59 .. 61", "bad")
    assert station.screen.detail[0] == "Put it on the defect rack; a manager decides"


def test_rework_undo_and_error_are_what_the_service_makes_of_them(floor, station):
    wip = floor.unit(passed=4)
    station.scans("CMD-PROCESS-5", wip, "CMD-REWORK")
    assert station.screen.headline == "REWORK · start again"
    station.pauses()
    station.scans(wip, "CMD-UNDO")
    assert isinstance(station.state.outcome.event, UndoStart)
    assert station.screen.headline == "Start taken back"
    station.pauses()
    station.scans(wip, "CMD-ERROR")
    assert station.screen.headline == "NO VERDICT · start again"


def test_a_unit_that_does_not_exist_and_a_board_that_is_taken_are_refused(floor, station):
    station.scans("CMD-PROCESS-1", "WIP-KR01PSA9912999-001")
    assert station.screen.headline == "No such unit"
    board = f"BRD-{uuid4().hex[:12]}"
    station.scans("CMD-PROCESS-4", floor.unit(passed=3), board, "CMD-PASS")
    assert station.screen.headline == "PASS"
    station.pauses()
    station.scans(floor.unit(passed=3), board)
    station.pauses()
    station.scans("CMD-PASS")
    assert station.screen.fields[0].problem == "this board is in another unit"
