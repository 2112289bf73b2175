"""What is around the work: chips, banners, diagnostics, the clock, and what comes back after a restart."""

from datetime import timedelta

import msgspec
import pytest

from neurohub.contract.enums import Role
from neurohub.contract.printing import JobStatus, LabelKind
from neurohub.contract.stations import DeviceState
from station import flow
from station.flow.effects import MakeCard, SetUp
from station.flow.facts import (
    Briefed,
    Device,
    DeviceSaid,
    FirmwareSaid,
    JobSaid,
    QueueSaid,
    ServerSaid,
    ServerState,
)
from station.flow.ids import Ids, new_id
from station.flow.words import word
from support.operator import NOW, WIP, Operator, briefing


def chip(operator: Operator, key: str) -> tuple[str, str]:
    found = next(chip for chip in operator.screen.chips if chip.key == key)
    return found.word, found.tone


def test_server_queue_scanner_folder_and_printer_are_always_in_sight():
    operator = Operator(5)
    assert [chip.key for chip in operator.screen.chips] == ["server", "queue", "scanner", "folder", "printer"]
    operator.gets(DeviceSaid(device=Device.GAUGE, state=DeviceState.OK))
    assert chip(operator, "gauge") == ("Gauge ready", "good")
    operator.gets(DeviceSaid(device=Device.GAUGE, state=DeviceState.OFF))
    assert "gauge" not in [chip.key for chip in operator.screen.chips]


@pytest.mark.parametrize("server", ServerState)
def test_every_state_of_the_server_has_a_word_and_a_tone(server):
    operator = Operator(5)
    operator.gets(ServerSaid(state=server))
    assert all(chip(operator, "server"))


def test_the_queue_shows_depth_age_and_what_was_refused():
    operator = Operator(5)
    assert chip(operator, "queue") == ("All sent", "good")
    operator.gets(QueueSaid(depth=3, oldest_s=72.4, refused=2))
    assert chip(operator, "queue") == ("3 to send · 1:12", "saved")
    assert chip(operator, "refused") == ("2 refused", "bad")


@pytest.mark.parametrize(
    "state", [state for state in DeviceState if state not in {DeviceState.OK, DeviceState.OFF}]
)
@pytest.mark.parametrize("device", Device)
def test_a_device_in_trouble_is_a_banner_with_what_to_do_until_it_is_well(device, state):
    operator = Operator(7)
    operator.gets(DeviceSaid(device=device, state=state))
    assert operator.screen.banner.detail
    assert operator.screen.banner.button is None
    assert chip(operator, device)[1] == "bad"
    operator.gets(DeviceSaid(device=device, state=DeviceState.OK))
    assert operator.screen.banner is None


def test_a_printer_in_trouble_is_a_banner_only_where_a_label_is_due():
    operator = Operator(5)
    operator.gets(DeviceSaid(device=Device.PRINTER, state=DeviceState.PAPER_OUT))
    assert operator.screen.banner is None
    assert chip(operator, "printer")[1] == "bad"
    waiting = JobSaid(job=1, kind=LabelKind.WIP, code=WIP, printer="ZT-1", status=JobStatus.QUEUED)
    operator.gets(waiting)
    assert operator.screen.banner.word == "Printer out of labels"
    operator.gets(msgspec.structs.replace(waiting, status=JobStatus.PRINTED))
    assert operator.screen.banner is None


@pytest.mark.parametrize(
    ("own", "newest", "is_said"),
    [("1.9.3", "1.10.0", True), ("1.10.0", "1.10.0", False), ("2.0", "1.10.0", False), ("", "1.0", False)],
)
def test_a_newer_program_is_said_between_two_units(own, newest, is_said):
    operator = Operator(5)
    operator.state = flow.start(now=NOW, seed=b"seed", version=own, kept={"language": "en"})
    operator.gets(Briefed(briefing=msgspec.structs.replace(briefing(5), newest_version=newest)))
    assert bool(operator.screen.banner) == is_said
    operator.scans("BADGE-LEE")
    assert bool(operator.screen.banner) == is_said
    operator.starts()
    assert operator.screen.banner is None


def test_a_manager_sets_up_the_pc_and_whoever_is_there_before_the_first_briefing():
    operator = Operator(5)
    assert operator.presses("set-up") == []
    assert operator.screen.headline == "Set-up is for a manager"
    told = briefing(5)
    people = [msgspec.structs.replace(person, role=Role.MANAGER) for person in told.people]
    operator.gets(Briefed(briefing=msgspec.structs.replace(told, people=people)))
    assert operator.presses("settings", "set-up") == [SetUp()]
    nobody = Operator(signed_in=False)
    assert "set-up" in nobody.keys
    assert nobody.presses("set-up") == [SetUp()]


def test_the_card_of_this_station_is_asked_for_in_the_help():
    operator = Operator(5)
    operator.presses("help")
    assert "card" in operator.keys
    assert operator.presses("card") == [MakeCard()]


def test_a_clock_far_off_is_said_and_holds_nothing_up():
    operator = Operator(5)
    operator.gets(ServerSaid(state=ServerState.ONLINE, clock_ahead_s=299))
    assert operator.screen.banner is None
    operator.gets(ServerSaid(state=ServerState.ONLINE, clock_ahead_s=-3600))
    assert operator.screen.banner.detail.startswith("-60 min off")
    assert operator.scans(WIP)


@pytest.mark.parametrize(
    ("detail", "word"),
    [
        ("certificate", "The server cannot be trusted"),
        ("not_the_service", "Something else answers as the server"),
        ("ConnectError", None),
        ("status 502", None),
    ],
)
def test_what_answers_in_the_place_of_the_server_is_said_and_a_server_that_is_away_is_no_news(detail, word):
    operator = Operator(5)
    operator.gets(ServerSaid(state=ServerState.OFFLINE, detail=detail))
    assert chip(operator, "server") == ("Server offline", "warn")
    banner = operator.screen.banner
    assert (banner and banner.word) == word


def test_a_server_that_refuses_this_station_is_said():
    operator = Operator(5)
    operator.gets(ServerSaid(state=ServerState.REFUSES))
    assert operator.screen.banner.word == "The server refuses this station"
    assert operator.scans(WIP), "work goes on, into the outbox"


def test_a_disk_that_fills_up_and_an_outbox_that_was_damaged_are_said():
    operator = Operator(5)
    operator.gets(QueueSaid(depth=0, oldest_s=None, refused=0, disk_low=True))
    assert operator.screen.banner.word == "Little room on the disk"
    operator.gets(QueueSaid(depth=0, oldest_s=None, refused=0, disk_low=True, moved_aside="outbox.bad"))
    assert "outbox.bad" in operator.screen.banner.detail


def test_diagnostics_and_help_hold_what_is_known():
    operator = Operator(4)
    operator.gets(
        FirmwareSaid(model="PSA", version="v1.0.0", progress=0.5, problem="cut"),
        DeviceSaid(device=Device.PRINTER, state=DeviceState.HEAD_OPEN, detail="10.0.0.7"),
    )
    operator.presses("diagnostics")
    rows = [row.cells for row in operator.screen.sheet.rows]
    assert ("Firmware", "PSA v1.0.0 50% cut") in rows
    assert ("Printer", "head open 10.0.0.7") in rows
    operator.presses("help")
    assert ("CMD-PASS", "F5", "PASS") in [row.cells for row in operator.screen.sheet.rows]
    unbriefed = Operator(signed_in=False)
    unbriefed.presses("diagnostics")
    assert unbriefed.screen.sheet.rows


def test_the_half_done_unit_and_the_choices_come_back_after_a_restart():
    operator = Operator(2)
    start = operator.starts()
    operator.scans("SMA-1")
    again = Operator(2, signed_in=False, kept=operator.kept)
    assert again.screen.code == WIP
    assert again.screen.language == "en"
    again.scans("BADGE-LEE", "BUS-1")
    event = again.completes("pass")
    assert event.start_event_id == start.event_id
    assert event.process_data["sma_spring_lot"] == "SMA-1"
    assert again.kept["job"] == ""


def test_a_start_that_was_not_on_the_disk_is_not_kept():
    operator = Operator(2)
    operator.scans(WIP)
    assert "job" not in operator.kept


def test_what_was_refused_beside_the_fields_is_kept_with_the_unit():
    operator = Operator(2)
    operator.starts()
    operator.presses("pass")
    again = Operator(2, kept=operator.kept)
    assert again.state.job == operator.state.job


@pytest.mark.parametrize(
    "kept",
    [
        {"job": "{"},
        {"job": "\udcff"},
        {"job": '{"unit": "x"}'},
        {"language": "fr", "process": "many", "theme": "light"},
    ],
)
def test_what_cannot_be_read_any_more_is_left_out(kept):
    operator = Operator(signed_in=False, kept=kept)
    assert operator.state.job is None
    assert operator.state.choices.language == "ko"
    assert operator.screen.theme == kept.get("theme", "dark")


@pytest.mark.parametrize(("unit", "process"), [("NONSENSE", 5), (WIP, 9)])
def test_a_kept_unit_that_is_none_is_left_out(unit, process):
    operator = Operator(5)
    operator.starts()
    job = msgspec.json.decode(operator.kept["job"]) | {"unit": unit, "process": process}
    assert Operator(5, kept={"job": msgspec.json.encode(job).decode()}).state.job is None


def test_a_new_day_counts_from_nothing_in_plant_time():
    operator = Operator(5)
    operator.starts()
    operator.completes("pass")
    operator.waits((timedelta(hours=13, minutes=59)).total_seconds())
    assert operator.screen.clock == "23:59"
    assert operator.screen.counts[0].value == "1"
    operator.waits(60)
    assert operator.screen.counts[0].value == "0"


def test_ids_are_those_of_the_clock_and_the_seed():
    ids, first = new_id(Ids(b"a"), NOW)
    _, second = new_id(ids, NOW)
    assert first == new_id(Ids(b"a"), NOW)[1]
    assert len({first, second, new_id(Ids(b"b"), NOW)[1]}) == 3
    assert first.int >> 80 == int(NOW.timestamp() * 1000)
    assert (first.version, first.variant) == (7, "specified in RFC 4122")


def test_what_the_briefing_does_not_know_is_shown_as_it_is():
    operator = Operator(5)
    assert word(operator.state, "arrow.process", process=9, stations="X") == "9 · X"
    poor = briefing(5)
    operator.gets(Briefed(briefing=msgspec.structs.replace(poor, processes=[], defect_codes=[], people=[])))
    operator.starts()
    assert operator.screen.progress is None
    assert operator.screen.operator == "lee"
    assert "rework" not in operator.keys
