"""The link: the station's one door to its outbox and to the service. No call here waits for disk or network.

Composed here: keeper, delivery, pulse, errands, firmware. What comes of everything is posted as facts.
Who calls it: the presenter, and the printing loop for its jobs (those three calls do wait).
"""

from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from neurohub.contract.barcode import InvalidBarcodeError, parse_unit
from neurohub.contract.commands import UndoStart, station_key
from neurohub.contract.printing import JobStatus, OrderLabel, PrintJobView, ReportJob
from station.flow.effects import Keep, ReadHistory, Record, Report, Reprint, Retry, Settle, SignIn
from station.flow.facts import DeviceSaid, HistorySaid, JobSaid, Post, SignInAnswered
from station.link import firmware, labels, people
from station.link.delivery import Delivery
from station.link.errands import Errands, Repeated
from station.link.keeper import Keeper, OutboxError
from station.link.outbox import Outbox
from station.link.pulse import EVERY_S, Pulse
from station.link.service import Service, UnreachableError
from station.link.standing import Standing

OUTBOX: Final = "outbox.db"
REPORT_FOR_S: Final = 600.0
FIRMWARE_EVERY_S: Final = 60.0
PRUNE_EVERY_S: Final = 3600.0
OWN: Final = "own."  # names of kept values that are the operator's, not the link's


class LinkConfig(Struct, frozen=True, kw_only=True):
    """Where the service is and who this station is. `firmware_folder`: where rigs of process 4 look, if any."""

    server: str
    station: str
    secret: str
    folder: Path
    version: str
    certificate: Path | None = None
    firmware_folder: Path | None = None
    firmware_models: tuple[str, ...] = ()
    pulse_every_s: float = EVERY_S


class _Part(Protocol):
    def start(self) -> None: ...
    def close(self) -> None: ...


class Link:
    """`start` opens the outbox and begins to deliver; `close` commits what was recorded, and ends all threads."""

    def __init__(self, config: LinkConfig, post: Post) -> None:
        self._config, self._post = config, post
        self._standing = Standing(post)
        self._service = Service(
            config.server, config.station, config.secret, self._standing.said, config.certificate
        )
        self._keeper = Keeper(config.folder / OUTBOX, station_key(config.secret), post)
        self._delivery = Delivery(self._keeper, self._service, post)
        self._pulse = Pulse(self._keeper, self._service, self._standing, post, config.version)
        self._asks, self._reports = Errands("asks"), Errands("reports")
        self._models = set(config.firmware_models)
        self._firmware = Repeated("firmware", self._sync_firmware, FIRMWARE_EVERY_S)
        self._beating = Repeated("pulse", self._pulse.beat, config.pulse_every_s)
        prune = Repeated("prune", self._prune, PRUNE_EVERY_S)
        self._parts: list[_Part] = [self._delivery, self._asks, self._reports, self._beating, prune]
        if config.firmware_folder is not None:
            self._parts.append(self._firmware)

    def start(self) -> None:
        self._keeper.start(self._delivery.committed)
        self._keeper.tell(self._pulse.recall)
        for part in self._parts:
            part.start()

    def close(self) -> None:
        for part in self._parts:
            part.close()
        self._keeper.close()
        self._service.close()

    def record(self, record: Record) -> None:
        self._keeper.record(record)
        if not isinstance(record.event, UndoStart) and record.event.process == 4:
            self._want_firmware(record.event.unit)

    def sign_in(self, asked: SignIn) -> None:
        def errand() -> None:
            problem = people.sign_in(self._service, asked.username, asked.password, self._pulse.line)
            self._post(SignInAnswered(username=asked.username, problem=problem))

        self._asks.send(errand)

    def order_reprint(self, asked: Reprint) -> None:
        def errand() -> None:
            order = OrderLabel(kind=asked.kind, code=asked.code, reason=asked.reason)
            try:
                job = labels.order_label(self._service, order)
            except (UnreachableError, labels.RefusedError) as error:
                code = getattr(error, "code", people.OFFLINE)
                self._post(_not_ordered(asked, code))
            else:
                self._post(
                    JobSaid(
                        job=job.id, kind=job.kind, code=job.code, printer=job.printer or "", status=job.status
                    )
                )

        self._asks.send(errand)

    def report(self, asked: Report) -> None:
        """Tell how a print job ended, for up to 10 min while the service is not reachable."""
        words = ReportJob(status=asked.status)
        if asked.verified_code:
            words = ReportJob(status=asked.status, verified_code=asked.verified_code)
        self._reports.send_persistently(lambda: self.report_job(asked.job, words), REPORT_FOR_S)

    def retry(self, asked: Retry) -> None:
        self._keeper.tell(lambda outbox: self._delivery.retry(outbox, asked.event_id))

    def settle(self, asked: Settle) -> None:
        self._keeper.tell(lambda outbox: outbox.settle(asked.event_id))

    def read_history(self, asked: ReadHistory) -> None:
        self._keeper.tell(lambda outbox: self._post(HistorySaid(rows=outbox.history(asked))))

    def keep(self, kept: Keep) -> None:
        self._keeper.tell(lambda outbox: outbox.keep(OWN + kept.name, kept.value))

    def recall(self) -> dict[str, str]:
        """Return what was kept, by name. Waits for the disk: for the start, after `start`."""
        try:
            kept = self._keeper.ask(Outbox.kept)
        except OutboxError:
            return {}
        return {name.removeprefix(OWN): value for name, value in kept.items() if name.startswith(OWN)}

    def device_said(self, said: DeviceSaid) -> None:
        """Take notice of a device: what is news is told at once."""
        if self._pulse.device_is(said.device, said.state):
            self._beating.hurry()

    def claim_jobs(self, limit: int = 10) -> list[PrintJobView]:
        return labels.claim_jobs(self._service, limit)

    def report_job(self, job: int, report: ReportJob) -> PrintJobView:
        return labels.report_job(self._service, job, report)

    def order_label(self, order: OrderLabel) -> PrintJobView:
        return labels.order_label(self._service, order)

    def _want_firmware(self, unit: str) -> None:
        try:
            model = parse_unit(unit).model
        except InvalidBarcodeError:
            return
        if model not in self._models:
            self._models.add(model)
            self._firmware.hurry()

    def _sync_firmware(self) -> None:
        folder = self._config.firmware_folder
        if folder is None:
            return
        known = (
            {place.name for place in folder.iterdir() if place.is_dir()} if folder.exists() else set[str]()
        )
        for model in sorted(known | self._models.copy()):
            firmware.sync(self._service, folder, model, self._post)

    def _prune(self) -> None:
        while self._keeper.ask(Outbox.prune):
            pass


def _not_ordered(asked: Reprint, code: str) -> JobSaid:
    return JobSaid(job=0, kind=asked.kind, code=asked.code, printer="", status=JobStatus.FAILED, detail=code)
