"""Problems (RFC 9457): the one list of codes with status and title, and the body that carries them.

A problem is a value on the hot path and an exception (`ProblemError`) elsewhere. Facts are extra members
of the body: they name the field, the due process, the station to go to.
"""

from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec


class Code(StrEnum):
    INVALID_BARCODE = "INVALID_BARCODE"
    INVALID_REQUEST = "INVALID_REQUEST"
    NOT_AUTHENTICATED = "NOT_AUTHENTICATED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    FORBIDDEN = "FORBIDDEN"
    LOT_NOT_FOUND = "LOT_NOT_FOUND"
    UNIT_NOT_FOUND = "UNIT_NOT_FOUND"
    OPERATOR_NOT_FOUND = "OPERATOR_NOT_FOUND"
    EQUIPMENT_NOT_FOUND = "EQUIPMENT_NOT_FOUND"
    PRINTER_NOT_FOUND = "PRINTER_NOT_FOUND"
    FIRMWARE_NOT_FOUND = "FIRMWARE_NOT_FOUND"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_STARTED = "ALREADY_STARTED"
    PREVIOUS_PROCESS_NOT_COMPLETED = "PREVIOUS_PROCESS_NOT_COMPLETED"
    PROCESS_ALREADY_PASSED = "PROCESS_ALREADY_PASSED"
    PROCESS_NOT_STARTED = "PROCESS_NOT_STARTED"
    UNIT_NOT_ACTIVE = "UNIT_NOT_ACTIVE"
    LOT_NOT_ACTIVE = "LOT_NOT_ACTIVE"
    WIP_LIMIT_EXCEEDED = "WIP_LIMIT_EXCEEDED"
    LOT_SEQUENCE_EXHAUSTED = "LOT_SEQUENCE_EXHAUSTED"
    CONFLICT = "CONFLICT"
    TOO_LARGE = "TOO_LARGE"
    INVALID_PROCESS_DATA = "INVALID_PROCESS_DATA"
    EVENT_ID_REUSED = "EVENT_ID_REUSED"
    INVALID_LABEL_DATA = "INVALID_LABEL_DATA"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    OVERLOADED = "OVERLOADED"
    DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE"
    PRINTER_NOT_CONNECTED = "PRINTER_NOT_CONNECTED"
    PRINTER_OUT_OF_PAPER = "PRINTER_OUT_OF_PAPER"
    FIRMWARE_UNAVAILABLE = "FIRMWARE_UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Kind(NamedTuple):
    status: int
    title: str


KINDS: Final[dict[Code, Kind]] = {
    Code.INVALID_BARCODE: Kind(400, "This is not a barcode of the plant"),
    Code.INVALID_REQUEST: Kind(400, "The request is not understood"),
    Code.NOT_AUTHENTICATED: Kind(401, "Sign in first"),
    Code.TOKEN_EXPIRED: Kind(401, "The sign-in has expired"),
    Code.BAD_CREDENTIALS: Kind(401, "The name or the password is wrong"),
    Code.FORBIDDEN: Kind(403, "This is not allowed here"),
    Code.LOT_NOT_FOUND: Kind(404, "There is no such LOT"),
    Code.UNIT_NOT_FOUND: Kind(404, "There is no such unit"),
    Code.OPERATOR_NOT_FOUND: Kind(404, "There is no such operator"),
    Code.EQUIPMENT_NOT_FOUND: Kind(404, "There is no such equipment"),
    Code.PRINTER_NOT_FOUND: Kind(404, "There is no such printer"),
    Code.FIRMWARE_NOT_FOUND: Kind(404, "There is no such firmware"),
    Code.NOT_FOUND: Kind(404, "There is nothing here"),
    Code.ALREADY_STARTED: Kind(409, "A step of this unit is already open"),
    Code.PREVIOUS_PROCESS_NOT_COMPLETED: Kind(409, "An earlier process comes first"),
    Code.PROCESS_ALREADY_PASSED: Kind(409, "This process is already passed"),
    Code.PROCESS_NOT_STARTED: Kind(409, "This step is not open here"),
    Code.UNIT_NOT_ACTIVE: Kind(409, "The unit's status does not allow this"),
    Code.LOT_NOT_ACTIVE: Kind(409, "The LOT's status does not allow this"),
    Code.WIP_LIMIT_EXCEEDED: Kind(409, "The LOT would have more units than its target"),
    Code.LOT_SEQUENCE_EXHAUSTED: Kind(409, "All 999 LOT numbers of this line, model and month are used"),
    Code.CONFLICT: Kind(409, "This contradicts what is already there"),
    Code.TOO_LARGE: Kind(413, "The request is too large"),
    Code.INVALID_PROCESS_DATA: Kind(422, "The process data is not acceptable"),
    Code.EVENT_ID_REUSED: Kind(422, "This id was used for another command"),
    Code.INVALID_LABEL_DATA: Kind(422, "The label data is not acceptable"),
    Code.TOO_MANY_REQUESTS: Kind(429, "Too many requests"),
    Code.OVERLOADED: Kind(503, "The service is overloaded"),
    Code.DATABASE_UNAVAILABLE: Kind(503, "The database is not reachable"),
    Code.PRINTER_NOT_CONNECTED: Kind(503, "The printer is not connected"),
    Code.PRINTER_OUT_OF_PAPER: Kind(503, "The printer is out of paper"),
    Code.FIRMWARE_UNAVAILABLE: Kind(503, "The image of this firmware is missing or damaged"),
    Code.INTERNAL: Kind(500, "This is our fault"),
}

MEDIA_TYPE: Final = "application/problem+json"
_encode: Final = msgspec.json.Encoder().encode


class Problem(NamedTuple):
    """A refusal as a value. `facts` are JSON-ready extra members of the body."""

    code: Code
    detail: str
    facts: dict[str, Any] = {}  # noqa: RUF012  (never mutated)
    status: int = 0  # 0: the code's own; only 405 differs
    retry_after_s: int | None = None

    @property
    def http_status(self) -> int:
        return self.status or KINDS[self.code].status

    def error(self) -> "ProblemError":
        """Return the exception that carries this problem to the one handler."""
        return ProblemError(
            self.code, self.detail, status=self.status, retry_after_s=self.retry_after_s, **self.facts
        )

    def body(self) -> bytes:
        """Return the RFC 9457 body as JSON."""
        return _encode(
            {
                "type": f"/docs/problems#{self.code}",
                "title": KINDS[self.code].title,
                "status": self.http_status,
                "detail": self.detail,
                "code": self.code,
                **self.facts,
            }
        )


class ProblemError(Exception):
    """A problem on its way to the one handler that answers it."""

    def __init__(
        self, code: Code, detail: str, *, status: int = 0, retry_after_s: int | None = None, **facts: Any
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(code, detail, facts, status, retry_after_s)
