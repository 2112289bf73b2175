"""Process 7 and labels: scan back, the question after a label nobody saw, reprints."""

import pytest
from msgspec.structs import replace

from neurohub.contract.printing import JobStatus, LabelKind
from station.flow.effects import Record, Report, Reprint
from station.flow.facts import Briefed, JobSaid, ServerSaid, ServerState
from support.operator import OTHER, SERIAL, WIP, Operator, briefing


def said(status: JobStatus, code: str = SERIAL, job: int = 5, kind: LabelKind = LabelKind.SERIAL) -> JobSaid:
    return JobSaid(job=job, kind=kind, code=code, printer="ZT-9", status=status, detail="PAPER_OUT")


VERIFIED = Report(job=5, status=JobStatus.VERIFIED, verified_code=SERIAL)


def test_the_label_that_is_scanned_back_completes_the_step_and_verifies_its_job():
    operator = Operator(7)
    start = operator.starts()
    assert operator.screen.headline == "Scan: Serial label"
    operator.gets(said(JobStatus.PRINTED))
    assert operator.screen.detail[0] == "Label printed · attach and scan it"
    report, record = operator.scans(SERIAL)
    assert report == VERIFIED
    assert isinstance(record, Record)
    assert record.event.start_event_id == start.event_id
    assert record.event.process_data == {"printer_id": "ZT-9", "label_printed": True, "verified_code": SERIAL}


def test_while_the_server_is_away_the_screen_says_why_no_label_comes():
    operator = Operator(7)
    operator.gets(ServerSaid(state=ServerState.OFFLINE))
    operator.starts()
    assert operator.screen.detail[0] == "The label comes once the server is back"
    operator.gets(ServerSaid(state=ServerState.ONLINE))
    assert operator.screen.detail == ("Started · confirmed by the server",)


def test_a_label_that_is_scanned_before_its_job_is_reported_is_verified_afterwards():
    operator = Operator(7)
    operator.starts()
    operator.gets(said(JobStatus.SENT))
    (record,) = operator.scans(SERIAL)
    assert isinstance(record, Record)
    assert operator.gets(said(JobStatus.PRINTED)) == [VERIFIED]
    assert operator.gets(said(JobStatus.VERIFIED)) == []


def test_the_label_of_another_unit_is_refused_and_the_step_stays_open():
    operator = Operator(7)
    operator.starts()
    assert operator.scans("KR01PSA25110010008") == []
    assert operator.screen.headline == "Label of another unit!"
    assert SERIAL in operator.screen.detail[0]
    operator.waits(3)
    assert operator.scans(WIP) == []
    assert operator.screen.headline == "This unit is already started"
    assert operator.scans(OTHER) == []
    assert operator.scans(SERIAL)


def test_a_printer_that_says_nothing_does_not_hold_the_work_up():
    operator = Operator(7)
    operator.starts()
    (record,) = operator.scans(SERIAL)
    assert record.event.process_data["printer_id"] == "ZT-1"


def test_a_plant_without_printers_labels_its_units_all_the_same():
    operator = Operator(7)
    operator.gets(Briefed(briefing=replace(briefing(7), printers=[])))
    operator.starts()
    (record,) = operator.scans(SERIAL)
    assert record.event.process_data["printer_id"] == "ST-07"


def test_a_pass_without_the_scan_back_is_not_recorded():
    operator = Operator(7)
    operator.starts()
    assert operator.presses("pass") == []
    assert operator.screen.headline == "Check: Serial label"


def test_an_unknown_label_is_asked_about_and_never_printed_again_by_itself():
    operator = Operator(7)
    operator.starts()
    assert operator.gets(said(JobStatus.UNKNOWN)) == []
    assert operator.screen.banner.word == "Did the label come out?"
    operator.presses("ok", "alarm")
    assert operator.screen.sheet.key == "label"
    assert operator.presses("cancel") == []
    assert operator.screen.banner is not None, "a question is not gone before it is answered"
    operator.presses("label")
    assert operator.presses("label-no") == [
        Report(job=5, status=JobStatus.FAILED),
        Reprint(kind=LabelKind.SERIAL, code=SERIAL, reason="Label did not come out"),
    ]
    assert operator.screen.banner is None
    assert operator.presses("label-no") == []


def test_an_unknown_label_that_came_out_is_said_so_or_scanned():
    operator = Operator(7)
    operator.gets(said(JobStatus.UNKNOWN), said(JobStatus.UNKNOWN, OTHER, 6, LabelKind.WIP))
    assert operator.scans("CMD-LABEL-YES") == [Report(job=5, status=JobStatus.PRINTED)]
    report, start = operator.scans(OTHER)
    assert report == Report(job=6, status=JobStatus.VERIFIED, verified_code=OTHER)
    assert isinstance(start, Record)
    assert operator.screen.banner is None
    operator.presses("label")
    assert [button.key for button in operator.screen.sheet.buttons] == ["cancel"]


def test_a_failed_label_raises_an_alarm():
    operator = Operator(7)
    operator.gets(said(JobStatus.FAILED))
    assert operator.screen.banner.word == "Label not printed"
    assert "out of labels Check the printer" in operator.screen.banner.detail
    operator.presses("alarm")
    assert operator.screen.banner is None


@pytest.mark.parametrize(
    ("process", "scan", "kind", "code"),
    [(7, WIP, LabelKind.SERIAL, SERIAL), (1, WIP, LabelKind.WIP, WIP), (8, SERIAL, LabelKind.SERIAL, SERIAL)],
)
def test_a_reprint_needs_a_reason(process, scan, kind, code):
    operator = Operator(process)
    operator.starts(scan)
    operator.presses("reprint")
    assert operator.screen.sheet.key == "reprint"
    assert operator.scans("CMD-REASON-DAMAGED") == [Reprint(kind=kind, code=code, reason="Label damaged")]
    assert operator.screen.headline == "Label ordered again"
    assert operator.presses("reason:boredom") == []


def test_the_label_of_the_unit_just_done_can_be_printed_again():
    operator = Operator(7)
    operator.starts()
    operator.scans(SERIAL)
    assert "reprint" in operator.keys
    operator.presses("reprint")
    assert operator.presses("reason:lost")


def test_labels_of_long_ago_are_forgotten_but_no_open_question():
    operator = Operator(7)
    operator.gets(said(JobStatus.UNKNOWN))
    for n in range(1, 81):
        operator.gets(said(JobStatus.PRINTED, f"KR01PSA2511002{n:04d}", n))
    labels = operator.state.devices.labels
    assert SERIAL in labels
    assert len(labels) <= 52
