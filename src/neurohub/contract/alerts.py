"""Alerts on the wire: what a manager should look at. One alert for each cause; read and unread."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from neurohub.contract.views import View


class AlertKind(StrEnum):
    DEFECT_DETECTED = "DEFECT_DETECTED"
    REPAIR_REPEATED = "REPAIR_REPEATED"
    PROCESS_DELAYED = "PROCESS_DELAYED"
    TARGET_NOT_MET = "TARGET_NOT_MET"
    STATION_SILENT = "STATION_SILENT"
    OUTBOX_GROWING = "OUTBOX_GROWING"
    LOT_COMPLETED = "LOT_COMPLETED"
    FIRMWARE_UPDATE = "FIRMWARE_UPDATE"


class Severity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertView(View, frozen=True, kw_only=True):
    """`line` is null for the whole plant; `over_at` is when a cause that lasts has ended; `facts` are the kind's."""

    id: int
    kind: AlertKind
    severity: Severity
    line: str | None
    facts: dict[str, Any]
    raised_at: datetime
    over_at: datetime | None
    read_at: datetime | None
    read_by: str | None
