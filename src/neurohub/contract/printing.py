"""Labels and print jobs on the wire. A job goes `queued -> sent -> printed -> verified`, or ends otherwise."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from neurohub.contract.commands import Command, Reason, Remark, Scanned
from neurohub.contract.forms import Key
from neurohub.contract.views import View


class LabelKind(StrEnum):
    LOT = "lot"
    WIP = "wip"
    SERIAL = "serial"


class JobStatus(StrEnum):
    """`UNKNOWN`: nobody can say whether the label came out; the operator is asked, nothing is printed by itself."""

    QUEUED = "queued"
    SENT = "sent"
    PRINTED = "printed"
    VERIFIED = "verified"
    FAILED = "failed"
    UNKNOWN = "unknown"
    VOID = "void"


class OrderLabel(Command, frozen=True, kw_only=True):
    """Queue a label of a LOT or unit. A label that was queued before needs a `reason`, and is marked a reprint."""

    kind: LabelKind
    code: Scanned
    printer: Key | None = None
    reason: Reason | None = None


class ClaimJobs(Command, frozen=True, kw_only=True):
    """Take up to `limit` queued jobs for the printers of the calling station; a claim holds for 60 s."""

    limit: Annotated[int, Meta(ge=1, le=50)] = 10


class ReportJob(Command, frozen=True, kw_only=True):
    """How a claimed job went. `verified_code` is what was scanned back from the label (with `verified`)."""

    status: JobStatus
    detail: Remark = ""
    verified_code: Scanned | UnsetType = UNSET


class PrintJobView(View, frozen=True, kw_only=True):
    """`station` is the one whose work caused the job. `zpl` and `dpi` are in the answer to a claim alone."""

    id: int
    kind: LabelKind
    code: str
    line: str
    printer: str | None
    station: str | None
    status: JobStatus
    is_reprint: bool
    reason: str | None
    detail: str
    requested_by: str
    created_at: datetime
    claimed_by: str | None
    changed_at: datetime
    dpi: int | UnsetType = UNSET
    zpl: str | UnsetType = UNSET


class JobsClaimed(View, frozen=True, kw_only=True):
    items: list[PrintJobView]
