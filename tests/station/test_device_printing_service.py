"""Labels from the real service to a printer: claimed, printed once, and reported."""

from uuid import uuid4

from neurohub.contract.printing import JobStatus, PrintJobView, ReportJob
from station.device.printing import Printing
from station.device.simulate.printer import VirtualPrinter
from station.flow.facts import JobSaid
from station.link import labels
from station.link.service import Service
from support.devices import Facts
from support.master import add
from support.print_jobs import QUICK
from support.printing import PrintingLine


class LinkedJobs:
    """The link's calls, without its other threads."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def claim_jobs(self, limit: int) -> list[PrintJobView]:
        return labels.claim_jobs(self._service, limit)

    def report_job(self, job: int, report: ReportJob) -> PrintJobView:
        return labels.report_job(self._service, job, report)


def test_a_label_of_the_service_comes_out_at_the_printer_and_is_printed_there(floor, base, tmp_path):
    line = PrintingLine(floor)
    code = f"ST-{uuid4().hex[:8]}"
    body = {"code": code, "name": "PC", "line": line.code, "processes": [7]}
    secret = add(floor, "/stations", body)["secret"]
    printer = line.printer(code)
    job = line.ordered("wip", line.unit())
    service = Service(base, code, secret, lambda *_: None)
    virtual, facts = VirtualPrinter(), Facts()
    printing = Printing(
        LinkedJobs(service), labels.RefusedError, tmp_path / "labels.json", facts, times=QUICK
    )
    virtual.start()
    printing.assign({printer: virtual.address})
    printing.start()
    try:
        while facts.next(JobSaid).status is not JobStatus.PRINTED:
            pass
    finally:
        printing.close()
        virtual.close()
        service.close()
    assert [label.startswith("^XA") for label in virtual.labels] == [True]
    listed = floor.get("/print-jobs", "manager", line=line.code).json()["items"]
    assert [(one["id"], one["status"], one["printer"]) for one in listed] == [(job["id"], "printed", printer)]
