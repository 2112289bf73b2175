"""Closed sets of words. Their values are what travels on the wire and what the database stores."""

from enum import StrEnum


class Role(StrEnum):
    """Who somebody is; `STATION` is a PC with its own credential, beside the people's ladder."""

    VIEWER = "viewer"
    WORKER = "worker"
    MANAGER = "manager"
    ADMIN = "admin"
    STATION = "station"


class Shift(StrEnum):
    DAY = "D"
    NIGHT = "N"


class Locale(StrEnum):
    KOREAN = "ko"
    ENGLISH = "en"


class LotStatus(StrEnum):
    CREATED = "CREATED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CLOSED = "CLOSED"


class UnitStatus(StrEnum):
    CREATED = "CREATED"
    IN_PROGRESS = "IN_PROGRESS"
    PASSED = "PASSED"
    DEFECTED = "DEFECTED"
    REWORK = "REWORK"
    SCRAPPED = "SCRAPPED"


class Result(StrEnum):
    """Verdict of a completion. `ERROR` is no verdict: the rig could not test."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    REWORK = "REWORK"
    ERROR = "ERROR"


class StepResult(StrEnum):
    """How a step in the history ended: a verdict, or that it was undone or scrapped while open."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    REWORK = "REWORK"
    ERROR = "ERROR"
    UNDONE = "UNDONE"
    SCRAPPED = "SCRAPPED"


class EventKind(StrEnum):
    """One state change of a unit in its append-only history."""

    START = "START"
    COMPLETE = "COMPLETE"
    UNDO = "UNDO"
    REWORK = "REWORK"
    SCRAP = "SCRAP"
    REOPEN = "REOPEN"


class DefectStatus(StrEnum):
    OPEN = "OPEN"
    REWORK = "REWORK"
    SCRAPPED = "SCRAPPED"
    REPAIRED = "REPAIRED"


class ProcessState(StrEnum):
    """State of a process on the board; `DELAYED` is an open step over 150 % of its model's standard time."""

    RUNNING = "RUNNING"
    WAITING = "WAITING"
    STARVED = "STARVED"
    DELAYED = "DELAYED"
