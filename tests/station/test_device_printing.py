"""Print jobs: each label comes out once or a person is asked, whatever printer, service and program do meanwhile."""

import contextlib

import pytest

from neurohub.contract.printing import JobStatus, ReportJob
from neurohub.contract.stations import DeviceState
from station.device.printing import Times
from station.device.simulate.printer import Fault, VirtualPrinter
from station.flow.facts import DeviceSaid, JobSaid
from support.devices import Facts
from support.print_jobs import PrintJobs, printing, said_of

CODE = "KR01PSA25110010001"


@pytest.fixture
def virtual():
    made = VirtualPrinter()
    made.start()
    yield made
    made.close()


@pytest.fixture
def other():
    made = VirtualPrinter()
    made.start()
    yield made
    made.close()


@pytest.fixture
def jobs():
    return PrintJobs()


@pytest.fixture
def facts():
    return Facts()


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "labels.json"


def test_a_job_comes_out_once_and_is_reported(virtual, jobs, journal, facts):
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(job, JobStatus.PRINTED)
        assert said_of(facts, job) == [JobStatus.QUEUED, JobStatus.SENT, JobStatus.PRINTED]
        jobs.wait_for_claims(3)
    assert virtual.labels == (f"^XA^FD{CODE}^FS^XZ",)


def test_forty_jobs_come_out_in_order(virtual, jobs, journal, facts):
    ordered = [jobs.order(f"KR01PSA2511001{number:04d}") for number in range(1, 41)]
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(ordered[-1], JobStatus.PRINTED)
    assert virtual.labels == tuple(jobs.jobs[job].zpl for job in ordered)
    assert {jobs.status(job) for job in ordered} == {JobStatus.PRINTED}


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.PAPER_OUT, DeviceState.PAPER_OUT),
        (Fault.HEAD_OPEN, DeviceState.HEAD_OPEN),
        (Fault.REFUSES, DeviceState.MISSING),
    ],
)
def test_jobs_wait_while_their_printer_cannot_print(virtual, jobs, journal, facts, fault, state):
    virtual.fault = fault
    with printing(jobs, journal, facts, P1=virtual):
        said = facts.next(DeviceSaid)
        while said.state is not state:  # it takes the virtual printer a moment to switch off
            said = facts.next(DeviceSaid)
        assert said.detail == "P1"
        job = jobs.order(CODE)
        virtual.fault = Fault.NONE
        jobs.wait_for(job, JobStatus.PRINTED)
        assert facts.next(DeviceSaid).state is DeviceState.OK
    assert len(virtual.labels) == 1


def test_a_mute_printer_is_silent_and_gets_no_job(virtual, jobs, journal, facts):
    virtual.fault = Fault.MUTE
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual):
        assert facts.next(DeviceSaid).state is DeviceState.SILENT
        assert (jobs.claims, jobs.status(job)) == (0, JobStatus.QUEUED)


def test_a_printer_without_paper_does_not_keep_another_waiting(virtual, other, jobs, journal, facts):
    other.fault = Fault.PAPER_OUT
    waits = [jobs.order(f"WAITS-{number}", printer="P2") for number in range(25)]
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual, P2=other):
        jobs.wait_for(job, JobStatus.PRINTED)
        assert facts.next(DeviceSaid).detail == "P2"
        assert {jobs.status(one) for one in waits} == {JobStatus.QUEUED}
        other.fault = Fault.NONE
        jobs.wait_for(waits[-1], JobStatus.PRINTED)
    assert (len(virtual.labels), len(other.labels)) == (1, 25)


class BreaksAtLabel(VirtualPrinter):
    """Breaks the moment that a label has arrived."""

    breaks = Fault.NONE

    def _put(self, zpl):
        self.fault = self.breaks
        super()._put(zpl)


@pytest.mark.parametrize(
    ("fault", "detail"),
    [(Fault.PAPER_OUT, "PAPER_OUT"), (Fault.MUTE, "SILENT"), (Fault.REFUSES, "MISSING")],
)
def test_a_label_that_the_printer_does_not_confirm_is_unknown_and_not_printed_again(
    jobs, journal, facts, fault, detail
):
    printer = BreaksAtLabel()
    printer.breaks = fault
    printer.start()
    job = jobs.order(CODE)
    with contextlib.closing(printer), printing(jobs, journal, facts, P1=printer):
        jobs.wait_for(job, JobStatus.UNKNOWN)
        assert said_of(facts, job) == [JobStatus.QUEUED, JobStatus.SENT, JobStatus.UNKNOWN]
        assert jobs.jobs[job].detail == detail
        printer.fault = printer.breaks = Fault.NONE
        jobs.lapse_claims()
        jobs.wait_for(jobs.order("NEXT"), JobStatus.PRINTED)
        assert [label for label in printer.labels if CODE in label] == (
            [] if fault is Fault.REFUSES else [f"^XA^FD{CODE}^FS^XZ"]
        )


def test_a_slow_label_is_waited_for(jobs, journal, facts):
    slow = VirtualPrinter(label_s=0.1)
    slow.start()
    job = jobs.order(CODE)
    with contextlib.closing(slow), printing(jobs, journal, facts, P1=slow):
        jobs.wait_for(job, JobStatus.PRINTED)
        assert len(slow.labels) == 1


# --- the service


def test_a_job_that_the_service_takes_back_is_not_printed(virtual, jobs, journal, facts):
    virtual.fault = Fault.PAPER_OUT
    with printing(jobs, journal, facts, P1=virtual):
        assert facts.next(DeviceSaid).state is DeviceState.PAPER_OUT
        voided, job = jobs.order("VOIDED"), jobs.order(CODE)
        jobs.void(voided)
        virtual.fault = Fault.NONE
        jobs.wait_for(job, JobStatus.PRINTED)
    assert virtual.labels == (f"^XA^FD{CODE}^FS^XZ",)


def test_nothing_is_printed_while_the_service_does_not_know(virtual, jobs, journal, facts):
    jobs.order(CODE)
    jobs.lost_answers = 5  # it has the job as `sent`, but nobody here knows
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(1, JobStatus.PRINTED)
        assert jobs.lost_answers == 0
    assert len(virtual.labels) == 1


def test_an_end_that_was_not_heard_is_reported_until_it_is(virtual, jobs, journal, facts):
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual):
        while facts.next(JobSaid).status is not JobStatus.SENT:
            pass
        jobs.away = True
        assert facts.next(JobSaid).status is JobStatus.PRINTED  # the operator knows all the same
        jobs.wait_for_claims(2)
        jobs.away = False
        jobs.wait_for(job, JobStatus.PRINTED)
    assert len(virtual.labels) == 1


class ForgetsAfterAMinute(PrintJobs):
    """Loses its first answer; when it is asked again a minute has gone by, and the job is `unknown` to it."""

    def report_job(self, job, report):
        if report.status is JobStatus.SENT and self.status(job) is JobStatus.SENT:
            super().report_job(job, ReportJob(status=JobStatus.UNKNOWN))
        return super().report_job(job, report)


def test_a_job_that_was_never_printed_and_cannot_be_any_more_fails_for_the_operator_to_see(
    virtual, journal, facts
):
    jobs = ForgetsAfterAMinute()
    jobs.lost_answers = 1
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(job, JobStatus.FAILED)
        assert said_of(facts, job)[-1] is JobStatus.FAILED
    assert virtual.labels == ()


def test_a_job_without_a_label_fails(virtual, jobs, journal, facts):
    job = jobs.order(CODE, zpl=None)
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(job, JobStatus.FAILED)
        assert said_of(facts, job) == [JobStatus.QUEUED, JobStatus.FAILED]


# --- the program


def test_a_label_at_the_printer_when_the_program_ended_is_asked_about(virtual, jobs, journal, facts):
    job = jobs.order(CODE)
    stuck = VirtualPrinter(label_s=60.0)
    stuck.start()
    with contextlib.closing(stuck):
        with printing(jobs, journal, facts, Times(poll_s=0.02, settle_max_s=60.0), P1=stuck):
            jobs.wait_for(job, JobStatus.SENT)
        jobs.lapse_claims()
        with printing(jobs, journal, facts, P1=virtual):
            jobs.wait_for(job, JobStatus.UNKNOWN)
            assert said_of(facts, job) == [JobStatus.QUEUED, JobStatus.SENT, JobStatus.UNKNOWN]
            jobs.wait_for_claims(2)
    assert virtual.labels == ()


def test_a_job_in_the_journal_that_the_service_never_had_as_sent_is_printed(virtual, jobs, journal, facts):
    job = jobs.order(CODE)
    journal.write_text(f'[{{"job": {job}, "kind": "serial", "code": "{CODE}", "printer": "P1"}}]')
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(job, JobStatus.PRINTED)
        assert said_of(facts, job) == [JobStatus.QUEUED, JobStatus.SENT, JobStatus.PRINTED]
    assert len(virtual.labels) == 1


def test_what_has_ended_and_was_not_reported_is_reported_after_the_next_start(virtual, jobs, journal, facts):
    job = jobs.order(CODE)
    with printing(jobs, journal, facts, P1=virtual):
        while facts.next(JobSaid).status is not JobStatus.SENT:
            pass
        jobs.away = True
        assert facts.next(JobSaid).status is JobStatus.PRINTED
    jobs.away = False
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(job, JobStatus.PRINTED)
    assert len(virtual.labels) == 1


def test_a_damaged_journal_is_kept_aside_and_printing_goes_on(virtual, jobs, journal, facts):
    journal.write_bytes(b'[{"job": 1, "ki')
    with printing(jobs, journal, facts, P1=virtual):
        jobs.wait_for(jobs.order(CODE), JobStatus.PRINTED)
    assert journal.with_suffix(".damaged").read_bytes() == b'[{"job": 1, "ki'


def test_without_a_journal_nothing_is_printed(virtual, jobs, tmp_path, facts):
    jobs.order(CODE)
    with printing(jobs, tmp_path / "gone" / "labels.json", facts, P1=virtual):
        jobs.wait_for_claims(2)
    assert (virtual.labels, jobs.status(1)) == ((), JobStatus.QUEUED)


def test_printers_come_and_go_while_it_runs(virtual, other, jobs, journal, facts):
    with printing(jobs, journal, facts) as running:
        assert facts.next(DeviceSaid).state is DeviceState.OFF
        running.assign({"P1": virtual.address})
        assert facts.next(DeviceSaid).state is DeviceState.OK
        jobs.wait_for(jobs.order(CODE), JobStatus.PRINTED)
        running.assign({"P1": other.address})
        jobs.wait_for(jobs.order("NEXT"), JobStatus.PRINTED)
    assert (len(virtual.labels), len(other.labels)) == (1, 1)


def test_hurrying_does_not_wait_for_the_next_round(virtual, jobs, journal, facts):
    with printing(jobs, journal, facts, Times(poll_s=600.0), P1=virtual) as running:
        assert facts.next(DeviceSaid).state is DeviceState.OK
        job = jobs.order(CODE)
        running.hurry()
        jobs.wait_for(job, JobStatus.PRINTED)
